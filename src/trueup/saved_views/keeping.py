"""What a view keeps of an address: which rows, which columns, in which order; not the page of the list one is on."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

NOT_KEPT = frozenset(
    {
        "after",
        "before",
        "cursor",
        "limit",
        "page",
        "format",
        "fields",
        "bom",
        "view",
        "changed",
        "edit",
        "totals",
        "on",
    }
)
ALWAYS = "standard"
"""``view=standard`` opens the list as it comes, whatever its default view."""


def kept(parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters a view keeps, in one order, so that equal views read equal."""
    return {
        name: parameters[name] for name in sorted(parameters) if parameters[name] and name not in NOT_KEPT
    }


def query_of(parameters: Mapping[str, str]) -> str:
    """The parameters a view keeps, as the part of an address after the question mark."""
    return urlencode(kept(parameters))


def parameters_of(query: str) -> dict[str, str]:
    """The parameters a kept query stands for."""
    return kept(dict(parse_qsl(query)))
