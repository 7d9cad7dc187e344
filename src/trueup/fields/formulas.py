"""Formulas of computed fields: sums, differences, products, quotients of number fields, and four functions.

A formula is parsed, looked through sign by sign and walked by us; nothing of it is ever run as Python. A field that is
empty makes the result empty, and so does a division by zero.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DecimalException, localcontext
from typing import Any, Final

from django.utils.translation import gettext as _

LONGEST = 300
MOST_PARTS = 60
DIGITS = 30
MOST = Decimal(10) ** 15
EACH: Final[Mapping[type[ast.AST], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": lambda value: value.quantize(Decimal(1)),
}
ONE_ARGUMENT = frozenset({"abs", "round"})


class FormulaRefused(ValueError):
    """What is written is no formula of ours; the message says why."""


def parse_formula(text: str) -> ast.expr:
    """The formula as a tree of which every part is allowed."""
    if not text.strip() or len(text) > LONGEST:
        raise FormulaRefused(_("A formula has 1 to %(most)s characters.") % {"most": LONGEST})
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as wrong:
        raise FormulaRefused(
            _("“%(formula)s” is no formula: write it as (total - used) * 100 / total.") % {"formula": text}
        ) from wrong
    if sum(1 for _part in ast.walk(tree)) > MOST_PARTS * 2:
        raise FormulaRefused(_("A formula has at most %(most)s parts.") % {"most": MOST_PARTS})
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in EACH:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _check(node.operand)
    elif isinstance(node, ast.Call):
        _check_call(node)
    elif not (
        isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and type(node.value) in {int, float})
    ):
        raise FormulaRefused(
            _("A formula holds keys of number fields, numbers, + - * / and min, max, abs, round; not “%(part)s”.")
            % {"part": ast.unparse(node)[:60]}
        )  # fmt: skip


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    is_right = name in FUNCTIONS and not node.keywords and node.args
    if not is_right or (name in ONE_ARGUMENT and len(node.args) != 1):
        raise FormulaRefused(
            _("A formula holds keys of number fields, numbers, + - * / and min, max, abs, round; not “%(part)s”.")
            % {"part": ast.unparse(node)[:60]}
        )  # fmt: skip
    for one in node.args:
        _check(one)


def names_in(tree: ast.expr) -> frozenset[str]:
    """The keys of the fields a formula speaks of."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    )


def reckon(tree: ast.expr, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The result, or none where a field is empty, something is divided by zero, or it has no end.

    >>> str(reckon(parse_formula("(total - used) * 2"), {"total": Decimal("5.5"), "used": Decimal(3)}))
    '5.0'
    """
    with localcontext() as context:
        context.prec = DIGITS
        try:
            result = _value(tree, values)
        except (DecimalException, ZeroDivisionError):
            return None
    return result if result is None or (result.is_finite() and abs(result) < MOST) else None


def _value(node: Any, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        return values.get(node.id)
    parts = _parts(node)
    found = [_value(part, values) for part in parts]
    if any(one is None for one in found):
        return None
    if isinstance(node, ast.BinOp):
        return EACH[type(node.op)](found[0], found[1])  # type: ignore[arg-type]  # none of them is None here
    if isinstance(node, ast.UnaryOp):
        return -found[0]  # type: ignore[operator]  # as above
    return FUNCTIONS[node.func.id](*found)


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    return (node.operand,) if isinstance(node, ast.UnaryOp) else node.args
