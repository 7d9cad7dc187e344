"""Which product somebody means by the name they wrote: the catalogue's own names first, then what the library recognises."""

from __future__ import annotations

from django.db.models import Q

from recognition import RawTitle, recognise
from trueup.base.actor import Actor
from trueup.catalogue.models import Product
from trueup.catalogue.queries import products_visible_to
from trueup.inventory.library import current_library


def product_meant(*, actor: Actor, company_id: int, name: str, publisher: str) -> Product | None:
    """The product of that name that the company may use; none where nothing fits, or several do.

    A product of the company's own wins over a shared one.
    """
    usable = products_visible_to(actor=actor).filter(Q(company=None) | Q(company_id=company_id))
    usable = usable.select_related("publisher")
    named = list(usable.filter(name__iexact=name.strip()))
    if publisher.strip():
        makers = [one for one in named if one.publisher.name.casefold() == publisher.strip().casefold()]
        named = makers or named
    own = [one for one in named if one.company_id is not None]
    if len(own or named) == 1:
        return (own or named)[0]
    if named or not name.strip():
        return None
    match = recognise(RawTitle(name.strip(), publisher.strip() or None, None), current_library())
    return usable.filter(company=None, library_key=match.product).first() if match.product else None
