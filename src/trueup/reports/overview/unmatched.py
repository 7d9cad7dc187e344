"""Titles that match no product, and which of them look as if somebody sells them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from recognition.publishers import normalise_publisher
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.catalogue.queries import products_visible_to
from trueup.inventory.models import Installation, Recognition
from trueup.inventory.queries import installations_visible_to, titles_visible_to

OPEN = (Recognition.UNRECOGNISED, Recognition.UNSURE)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Titles still installed that match no product, those of them that look commercial, and the devices of each."""

    titles: int = 0
    devices: int = 0
    commercial: int = 0
    commercial_devices: int = 0
    publishers: tuple[str, ...] = ()


def unmatched_titles(*, actor: Actor) -> Unmatched:
    """What nobody has matched yet. Four queries.

    A title looks commercial where its publisher, in one spelling, is one whose products the catalogue knows to
    need a licence. That is a hint for what to look at first, and no finding.
    """
    if not actor.may_somewhere(Permission.INVENTORY_VIEW):
        return Unmatched()
    installed = installations_visible_to(actor=actor).filter(title__status__in=OPEN).order_by()
    there = titles_visible_to(actor=actor).filter(status__in=OPEN, devices__gt=0).order_by()
    titles = Counter(there.values_list("publisher", flat=True))
    if not titles:
        return Unmatched()
    sellers = _sellers(actor)
    known = {written: seller for written in titles if (seller := _seller(written, sellers))}
    return Unmatched(
        titles=titles.total(),
        devices=_devices(installed),
        commercial=sum(titles[written] for written in known),
        commercial_devices=_devices(installed.filter(title__publisher__in=known)),
        publishers=tuple(sorted(set(known.values()))),
    )


def _devices(installed: QuerySet[Installation]) -> int:
    return installed.values("device_id").distinct().count()


def _sellers(actor: Actor) -> dict[str, str]:
    """Publishers of commercial products: their one spelling, and the name the catalogue gives them."""
    names = products_visible_to(actor=actor).filter(is_commercial=True).order_by()
    return {
        normalise_publisher(name): name for name in names.values_list("publisher__name", flat=True).distinct()
    }


def _seller(written: str, sellers: dict[str, str]) -> str:
    """The publisher a title names, also where it names one of its branches: “abbyy development” is “abbyy”."""
    name = normalise_publisher(written)
    while name and name not in sellers:
        name = name.rpartition(" ")[0]
    return sellers.get(name, "")
