"""Many things of one kind done in one request: each with its result, and all of them or those that can be.

In the mode ``all`` one refusal takes everything back; in the mode ``fill`` each is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Generic, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DeadlockDetected, SerializationFailure

from trueup.base.problems import InvalidValue, Problem

MOST_ITEMS = 500
ATTEMPTS = 3
Item = TypeVar("Item")


class Mode(StrEnum):
    """What an item that is refused means for the others: nothing at all is done, or the rest is."""

    ALL = "all"
    FILL = "fill"


class TooManyItems(InvalidValue):
    """A batch has more items than one request may have."""

    title = gettext_lazy("Too many items")


class Busy(Problem):
    """The request and another one waited for each other; it may be sent again as it is."""

    status = 503
    title = gettext_lazy("Busy for a moment")


@dataclass(frozen=True, slots=True)
class Result(Generic[Item]):
    """What became of an item: the id of what was made or changed, or the problem."""

    item: Item
    id: int | None = None
    problem: Problem | None = None


def carry_out_each(
    *, items: Sequence[Item], act: Callable[[Item], int], mode: Mode
) -> tuple[list[Result[Item]], bool]:
    """Do something to each item, in order; the result of each, and whether anything was stored."""
    if len(items) > MOST_ITEMS:
        raise TooManyItems.of(
            "items",
            _("%(n)s items in one request; %(most)s are as many as may be.")
            % {"n": len(items), "most": MOST_ITEMS},
        )
    if mode == Mode.FILL:
        results = [_patiently(partial(_all, [item], act))[0] for item in items]
    else:
        results = _patiently(partial(_all, items, act))
    refused = sum(result.problem is not None for result in results)
    return results, refused == 0 if mode == Mode.ALL else refused < len(results)


def _all(items: Sequence[Item], act: Callable[[Item], int]) -> list[Result[Item]]:
    """Every item in one transaction, which is taken back where one of them is refused; the others are looked at too."""
    with transaction.atomic():
        results = [_one(item, act) for item in items]
        if any(result.problem for result in results):
            transaction.set_rollback(True)
    return results


def _one(item: Item, act: Callable[[Item], int]) -> Result[Item]:
    try:
        with transaction.atomic():
            return Result(item, act(item))
    except Problem as problem:
        return Result(item, problem=problem)


def _patiently(work: Callable[[], list[Result[Item]]]) -> list[Result[Item]]:
    """Begin again where somebody else and we waited for each other, unless we are part of a larger transaction."""
    for _attempt in range(1 if connection.in_atomic_block else ATTEMPTS):
        try:
            return work()
        except OperationalError as wrong:
            if not isinstance(wrong.__cause__, DeadlockDetected | SerializationFailure):
                raise
    raise Busy(_("Somebody changed the same things at the same time. Send the request again."))
