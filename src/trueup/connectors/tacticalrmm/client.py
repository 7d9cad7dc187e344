"""Asks Tactical RMM for its agents, twice because each answer knows what the other lacks, and for all software at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from trueup.sources.asking import Opening, SourceUnreadable, Wire
from trueup.sources.findings import Page


def read_tactical(opening: Opening) -> Iterator[Page]:
    """Three answers without pages."""
    wire = opening.wire(authorise=lambda: {"X-API-KEY": opening.secret("api_key")})
    yield Page("numbers", _rows(wire, "/agents/?detail=false"))
    yield Page("agents", _rows(wire, "/agents/"))
    yield Page("software", _rows(wire, "/software/"))


def _rows(wire: Wire, path: str) -> list[Any]:
    found = wire.get(path)
    if not isinstance(found, list):
        raise SourceUnreadable(
            _("The source answers without a list. Check that the address is that of its API.")
        )
    return found
