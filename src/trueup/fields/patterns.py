"""Patterns that users write for values: a part of regular expressions that cannot run for ever.

Python's matcher tries again wherever a pattern leaves a choice. Here a repeat is of one sign or class, never of a group
that repeats, at most three repeats are open, there are no references back and no looking around; and what is matched is
short. The worst such pattern tries some millions of times, not for ever.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from re import _constants as signs  # type: ignore[attr-defined]  # there since 3.11, and not in the stubs
from re import _parser as parser  # type: ignore[attr-defined]  # as above
from typing import Any

from django.utils.translation import gettext as _

LONGEST_PATTERN = 200
LONGEST_MATCHED = 200
MOST_OPEN = 3
MOST_TIMES = 200
SIMPLE = {signs.LITERAL, signs.NOT_LITERAL, signs.IN, signs.ANY, signs.CATEGORY, signs.RANGE, signs.AT}
REPEATS = {signs.MAX_REPEAT, signs.MIN_REPEAT}


def fault_of_pattern(pattern: str) -> str:
    """Why a pattern is refused; nothing where it may be used."""
    if len(pattern) > LONGEST_PATTERN:
        return _("A pattern has at most %(most)s characters.") % {"most": LONGEST_PATTERN}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError, Warning):
        return _("“%(pattern)s” is no pattern: check its brackets and repeats.") % {"pattern": pattern}
    open_repeats: list[int] = []
    if not all(_is_tame(item, open_repeats, inside=False) for item in tree):
        return _("A pattern may repeat single characters and classes only: no repeat within a repeat, no references back, no looking around.")  # fmt: skip
    if len(open_repeats) > MOST_OPEN:
        return _("A pattern may hold at most %(most)s repeats of open length.") % {"most": MOST_OPEN}
    return ""


def _is_tame(item: Any, open_repeats: list[int], *, inside: bool) -> bool:
    sign, given = item
    if sign in SIMPLE:
        return True
    if sign is signs.SUBPATTERN:
        return not (given[1] or given[2]) and _are_tame(given[3], open_repeats, inside=inside)
    if sign is signs.BRANCH:
        open_repeats.append(1)  # a way that may be taken or not is tried again like a repeat
        return not inside and all(_are_tame(way, open_repeats, inside=inside) for way in given[1])
    if sign not in REPEATS or inside:
        return False
    least, most, what = given
    if most is signs.MAXREPEAT or most != least:
        open_repeats.append(1)
    if most is not signs.MAXREPEAT and most > MOST_TIMES:
        return False
    is_single = len(what) == 1 and what[0][0] in SIMPLE
    return is_single or (most is not signs.MAXREPEAT and _are_tame(what, open_repeats, inside=True))


def _are_tame(items: Iterable[Any], open_repeats: list[int], *, inside: bool) -> bool:
    return all(_is_tame(item, open_repeats, inside=inside) for item in items)


def fits_pattern(pattern: str, value: str) -> bool:
    """Whether the whole of a value is as the pattern says; longer values than can be matched do not fit."""
    return len(value) <= LONGEST_MATCHED and re.fullmatch(pattern, value) is not None
