"""What the terms of a licence allow beyond its own units, as somebody wrote them down: data, not code a publisher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.catalogue.queries import choice_in, product_for
from trueup.licences.models import Licence
from trueup.licences.queries import LicenceOnDay, licence_for
from trueup.licences.right_tables import Downgrade, SuiteComponent, UseRights

MOST_COMPONENTS = 40
WHOLE_NUMBERS = {"downgrade_depth": 50, "virtual_per_unit": 1000, "installs_per_unit": 1000}


@dataclass(frozen=True, slots=True)
class Component:
    """A product that one unit of a suite covers, in one edition or in those that nothing else names."""

    product_id: int
    edition_id: int | None = None


@dataclass(frozen=True, slots=True)
class RightsTerms:
    """The rights of a licence. Those left out are not there: what nobody granted is not assumed."""

    downgrade: str = Downgrade.NONE
    downgrade_depth: int | None = None
    covers_lower_editions: bool = False
    second_use: bool = False
    virtual_per_unit: int | None = None
    installs_per_unit: int | None = None
    never_held: bool = False
    clause: str = ""


def rights_of(*, actor: Actor, licence_id: int) -> tuple[UseRights | None, list[SuiteComponent]]:
    """What is written down for a licence, None where nothing is, and the components of a suite."""
    rights: UseRights | None = (
        UseRights.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(licence_id=licence_id).first()
    )
    components = SuiteComponent.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(
        licence_id=licence_id
    )
    return rights, list(
        components.select_related("product__publisher", "edition").order_by("product__name", "pk")
    )


def agree_rights(
    *,
    actor: Actor,
    licence_id: int,
    terms: RightsTerms,
    components: Sequence[Component] = (),
    at: datetime,
) -> UseRights:
    """Write down the rights of a licence in place of those known before; the next run counts with them."""
    licence = licence_for(
        actor=actor, licence_id=licence_id, on=at.date(), permission=Permission.LICENCES_CHANGE
    )
    columns = asdict(terms) | {"clause": terms.clause.strip()}
    _check(columns)
    named = _components(actor, licence, terms, components)
    with transaction.atomic():
        Licence.objects.select_for_update().only("pk").get(pk=licence.pk)
        rights: UseRights = UseRights.objects.update_or_create(
            licence_id=licence.pk, defaults={"company_id": licence.company_id, **columns}
        )[0]
        SuiteComponent.objects.filter(licence_id=licence.pk).delete()
        SuiteComponent.objects.bulk_create(
            SuiteComponent(company_id=licence.company_id, licence_id=licence.pk, **asdict(one))
            for one in named
        )
        details = columns | {"components": [asdict(one) for one in named]}
        happening = Happening("licences.rights_agreed", "licence", licence.pk, licence.product.name, details)
        record(actor=actor, company_id=licence.company_id, at=at, happening=happening)
    return rights


def _check(columns: Mapping[str, Any]) -> None:
    if columns["downgrade"] not in Downgrade.values:
        words = _("“%(given)s” is no right to older versions. Known: %(known)s.")
        facts = {"given": columns["downgrade"], "known": ", ".join(Downgrade.values)}
        raise InvalidValue.of("downgrade", words % facts)
    for name, most in WHOLE_NUMBERS.items():
        number = columns[name]
        if number is not None and not 1 <= number <= most:
            words = _("%(number)s is out of reach: 1 to %(most)s, or leave it empty.")
            raise InvalidValue.of(name, words % {"number": number, "most": most})
    if (columns["downgrade"] == Downgrade.SOME) != (columns["downgrade_depth"] is not None):
        raise InvalidValue.of(
            "downgrade_depth", _("Say how many versions back exactly where the right reaches so many.")
        )


def _components(
    actor: Actor, licence: LicenceOnDay, terms: RightsTerms, components: Sequence[Component]
) -> list[Component]:
    """Those named, each once and known to the company; a suite covers whole subjects."""
    named = list(dict.fromkeys(components))
    if len(named) > MOST_COMPONENTS:
        words = _("%(number)s products are too many for one suite: %(most)s can be.")
        raise InvalidValue.of("components", words % {"number": len(named), "most": MOST_COMPONENTS})
    if named and (terms.virtual_per_unit or terms.installs_per_unit):
        words = _("A suite covers whole devices or people: it cannot also count machines or installations.")
        raise InvalidValue.of("components", words)
    for one in named:
        product = product_for(actor=actor, product_id=one.product_id, company_id=licence.company_id)
        if product.pk == licence.product_id:
            raise InvalidValue.of(
                "components", _("%(name)s cannot be a part of itself.") % {"name": product.name}
            )
        choice_in(product=product, kind="edition", choice_id=one.edition_id)
    return named
