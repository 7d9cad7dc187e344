"""The days on which a publisher's support of a licensed version ends: another day than the end of the licence (U-059)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from trueup.base.actor import Actor
from trueup.licences.queries import licences_bare
from trueup.reports.renewals.endings import LICENCE


@dataclass(frozen=True, slots=True)
class SupportEnd:
    """One such day for one licence; ``is_extended`` is the end of what can be bought beyond the usual support."""

    licence_id: int
    name: str
    on: date
    is_extended: bool

    @property
    def kind(self) -> str:
        """What stands under it: the licence."""
        return LICENCE

    @property
    def title(self) -> str:
        """The day in words."""
        words = _("Extended support ends: %(name)s") if self.is_extended else _("Support ends: %(name)s")
        return words % {"name": self.name}


def supports_ending(*, actor: Actor, first: date, last: date, words: str = "") -> list[SupportEnd]:
    """Support ends of the versions that licences in use are of, from one day to another, both included, by day."""
    rows = licences_bare(actor=actor).filter(
        Q(version__support_ends_on__gte=first, version__support_ends_on__lte=last)
        | Q(version__extended_ends_on__gte=first, version__extended_ends_on__lte=last),
        retired_at=None,
    )
    for word in words.split():
        rows = rows.filter(Q(product__name__icontains=word) | Q(version__name__icontains=word))
    names = ("pk", "product__name", "version__name", "version__support_ends_on", "version__extended_ends_on")
    found = [end for row in rows.order_by("pk").values_list(*names) for end in _ends(*row)]
    return sorted((one for one in found if first <= one.on <= last), key=lambda one: (one.on, one.licence_id))


def _ends(
    licence_id: int, product: str, version: str, usual: date | None, extended: date | None
) -> Iterable[SupportEnd]:
    name = f"{product} {version}"
    if usual is not None:
        yield SupportEnd(licence_id, name, usual, is_extended=False)
    if extended is not None and extended != usual:
        yield SupportEnd(licence_id, name, extended, is_extended=True)
