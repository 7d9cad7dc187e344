"""Titles that match no product, and which of them look as if somebody sells them."""

from __future__ import annotations

from dataclasses import dataclass

from recognition.publishers import normalise_publisher
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.catalogue.queries import products_visible_to
from trueup.inventory.models import Recognition
from trueup.inventory.queries import installations_visible_to

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
    """What nobody has matched yet. Two queries.

    A title looks commercial where its publisher, in one spelling, is one whose products the catalogue knows to
    need a licence. That is a hint for what to look at first, and no finding.
    """
    if not actor.may_somewhere(Permission.INVENTORY_VIEW):
        return Unmatched()
    installed = installations_visible_to(actor=actor).filter(title__status__in=OPEN).order_by()
    rows = list(installed.values_list("title_id", "title__publisher", "device_id"))
    if not rows:
        return Unmatched()
    sellers = _sellers(actor)
    publishers = {title: seller for title, written, _ in rows if (seller := _seller(written, sellers))}
    return Unmatched(
        titles=len({title for title, _, _ in rows}),
        devices=len({device for _, _, device in rows}),
        commercial=len(publishers),
        commercial_devices=len({device for title, _, device in rows if title in publishers}),
        publishers=tuple(sorted(set(publishers.values()))),
    )


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
