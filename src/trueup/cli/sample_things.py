"""The rest of the sample estate: a site licence, a concurrent one, and assets of types of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from trueup.base.actor import Actor
    from trueup.connectors.sample.group import CompanyPlan
    from trueup.licences.models import Licence


def load_shared_licences(
    actor: Actor, company_id: int, plan: CompanyPlan, people: Iterable[int], at: datetime
) -> None:
    """What a whole site may use, and what some people take turns with."""
    from decimal import Decimal

    from trueup.assignments.actions import Holder, assign_many, assign_units
    from trueup.assignments.simultaneous import add_eligible
    from trueup.connectors.sample.things import SHARED, SITE_WIDE, SITES
    from trueup.licences.metrics import CONCURRENT, SITE
    from trueup.tenancy.actions import ensure_locations

    names = [SITES[plan.code]]
    places = ensure_locations(actor=actor, company_id=company_id, names=names, region_id=None, at=at)
    publisher, product, price = SITE_WIDE
    whole = _licence(actor, company_id, publisher, product, SITE, None, Decimal(price), at)
    holder = Holder("location", places[SITES[plan.code].lower()])
    assign_units(actor=actor, licence_id=whole.pk, holder=holder, units=1, at=at, on=at.date())
    if plan.taste != "marine":
        return
    publisher, product, seats, turns, price = SHARED
    shared = _licence(actor, company_id, publisher, product, CONCURRENT, seats, Decimal(price * seats), at)
    listed = list(people)[:turns]
    add_eligible(actor=actor, licence_id=shared.pk, person_ids=listed, at=at)
    now = [(Holder("person", person_id), 1) for person_id in listed[: seats - 1]]
    assign_many(actor=actor, licence_id=shared.pk, holders=now, at=at, on=at.date())


def _licence(
    actor: Actor,
    company_id: int,
    publisher: str,
    name: str,
    metric: str,
    units: int | None,
    price: Decimal,
    at: datetime,
) -> Licence:
    from datetime import timedelta

    from trueup.catalogue.actions import create_product
    from trueup.licences.actions import create_licence
    from trueup.licences.lines import LicenceTerms, LineTerms

    product = create_product(actor=actor, company_id=company_id, publisher=publisher, name=name, at=at)
    begun: date = at.date() - timedelta(days=120)
    line = LineTerms(
        units=units or 0,
        is_unlimited=units is None,
        valid_from=begun,
        valid_until=begun.replace(year=begun.year + 1),
        price=price,
        currency="EUR",
    )
    terms = LicenceTerms(product_id=product.pk, metric=metric)
    return create_licence(actor=actor, company_id=company_id, terms=terms, line=line, at=at, on=at.date())


def load_assets(actor: Actor, company_ids: dict[str, int], at: datetime) -> None:
    """Types from the templates, for all companies, and what each of them keeps of these."""
    from trueup.assets.actions import create_asset
    from trueup.connectors.sample.group import COMPANIES
    from trueup.connectors.sample.things import things_of
    from trueup.fields.actions import create_type
    from trueup.fields.exchange import template_named

    types: dict[str, int] = {}
    for plan in COMPANIES:
        for thing in things_of(plan, on=at.date()):
            if thing.template not in types:
                terms = template_named(thing.template)
                types[thing.template] = create_type(actor=actor, company_id=None, terms=terms, at=at).pk
            create_asset(
                actor=actor,
                type_id=types[thing.template],
                company_id=company_ids[plan.code],
                values=thing.values,
                tags=thing.tags,
                at=at,
            )
