"""Every address of the product, walked from the URL configuration itself: none can be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

FOREIGN = ("api/", "account/")
"""Doors with walks of their own: the API's operations, and allauth's pages for signing in."""


@dataclass(frozen=True)
class Address:
    """One address: its pattern, its view, and the parameters it needs."""

    route: str
    view: Any

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    def filled(self, values: Mapping[str, object]) -> str:
        """The address with values put in; 1 or the first choice where none is given."""

        def chosen(found: re.Match[str]) -> str:
            name, choices = found[1], found[2].strip("()")
            return str(values.get(name, 1 if "\\d" in choices else choices.split("|")[0]))

        route = re.sub(r"\(\?P<(\w+)>([^()]*|\([^()]*\))\)", chosen, self.route)
        route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], 1)), route)
        return "/" + route.replace("^", "").replace("$", "")


def addresses() -> list[Address]:
    return [found for found in _walk(get_resolver().url_patterns, "") if not found.route.startswith(FOREIGN)]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(route=route, view=pattern.callback)
