"""The page of every refusal, by its stable name."""

from __future__ import annotations

from importlib import import_module

from trueup.base.problems import Problem
from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table
from trueup.cli.reference.reading import modules

INTRODUCTION = (
    "A refusal stores nothing. It says what is wrong, names the value and the rule, and the way out. The API answers "
    "it as `application/problem+json` (RFC 9457) with the name below in `name`, and with `errors` that point at "
    "single fields; a page shows the same sentence at the field; a command prints it and exits with 1."
)


def problems_sheet() -> Sheet:
    """Problems by status, then by name."""
    found = sorted(all_problems(), key=lambda problem: (problem.status, problem.__name__, problem.__module__))
    rows = [
        (
            code(problem.__name__),
            problem.status,
            problem.title,
            prose(vars(problem).get("__doc__")),
            _room(problem),
        )
        for problem in found
    ]
    gaps = [
        f"problem {problem.__name__} does not say when it arises"
        for problem in found
        if not vars(problem).get("__doc__")
    ]
    body = table(("name", "status", "title", "when", "of"), rows)
    return sheet("reference/problems.md", "Problems", [INTRODUCTION, body], gaps)


def all_problems() -> set[type[Problem]]:
    """Every kind of problem there is, wherever it stands."""
    for name, module in modules().items():
        if any("Problem" in line or "Conflict" in line or "Invalid" in line for line in _bases(module.tree)):
            import_module(name)
    return {Problem, *_below(Problem)}


def _bases(tree: object) -> list[str]:
    import ast

    assert isinstance(tree, ast.Module)  # noqa: S101 - modules() parsed it
    return [
        ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases
    ]


def _below(problem: type[Problem]) -> set[type[Problem]]:
    found = set()
    for kind in problem.__subclasses__():
        found |= {kind, *_below(kind)}
    return found


def _room(problem: type[Problem]) -> str:
    return code(problem.__module__.removeprefix("trueup."))
