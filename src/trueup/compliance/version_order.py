"""The order of a product's versions, oldest first, as far as their keys tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
PARTS = re.compile(r"\d+|[^\W\d]+")


def placed(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows of the fact table ``versions``: each with its place among those of its product.

    Keys are read as people do: 2008 before 2008 R2 before 2012, 9 before 10. A key that does not begin with a
    number (XP) has no place: it is not compared.

    >>> [(row["name"], row["place"]) for row in placed([
    ...     {"version_id": 1, "product_id": 1, "key": "2012", "name": "2012", "released_on": None},
    ...     {"version_id": 2, "product_id": 1, "key": "XP", "name": "XP", "released_on": None},
    ...     {"version_id": 3, "product_id": 1, "key": "2008 R2", "name": "2008 R2", "released_on": None},
    ... ])]
    [('2012', 2), ('XP', None), ('2008 R2', 1)]
    """
    known = list(rows)
    ordered: dict[int, list[tuple[int | str, ...]]] = {}
    for row in known:
        if _comparable(row["key"]):
            ordered.setdefault(row["product_id"], []).append(_sort_key(row["key"]))
    places = {
        (product_id, key): place
        for product_id, keys in ordered.items()
        for place, key in enumerate(sorted(set(keys)), start=1)
    }
    return [
        {
            "version_id": row["version_id"],
            "product_id": row["product_id"],
            "name": row["name"],
            "released_on": row["released_on"],
            "place": places.get((row["product_id"], _sort_key(row["key"]))),
        }
        for row in known
    ]


def _comparable(key: str) -> bool:
    return key[:1].isdecimal()


def _sort_key(key: str) -> tuple[Any, ...]:
    """Numbers by size and after words, so that an addition (R2) comes after the bare number."""
    return tuple(
        (1, int(part), "") if part.isdecimal() else (0, 0, part.casefold()) for part in PARTS.findall(key)
    )
