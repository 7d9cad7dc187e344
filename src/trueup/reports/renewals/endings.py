"""Which licences and contracts end, by the day to decide: the light rows that every view of Renewals starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.contracts.queries import contracts_visible_to
from trueup.licences.plan_choices import PlanState
from trueup.licences.planning import plans_visible_to
from trueup.licences.queries import licences_visible_to, purchases_visible_to

LICENCE, CONTRACT = "licence", "contract"
BOTH = (LICENCE, CONTRACT)


@dataclass(frozen=True, slots=True)
class Planned:
    """The unfinished plan for something that ends."""

    plan_id: int
    kind: str
    units: int | None
    state: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Something whose last covered day is known. ``cost`` is a year of a licence, the term of a contract."""

    kind: str
    record_id: int
    name: str
    company_id: int
    company: str
    owner_id: int | None
    owner: str
    decide_by: date
    expires_on: date
    renews_itself: bool
    notice_days: int | None
    cost: Decimal | None
    currency: str
    product_id: int | None = None
    edition_id: int | None = None
    about: str = ""
    metric: str = ""
    purchased: int = 0
    used: int = 0
    unlimited: bool = False
    plan: Planned | None = None

    @property
    def key(self) -> tuple[date, str, int]:
        """Its place in the order: the day to decide, then licences and contracts, then the number."""
        return self.decide_by, self.kind, self.record_id

    def is_locked(self, on: date) -> bool:
        """Whether the day for notice has passed, so that it is bound until its end, and renews after it."""
        return self.renews_itself and self.decide_by < on <= self.expires_on


def within(first: date, last: date) -> Q:
    """Whatever is to be decided, or ends, from one day to another, both included (D-078)."""
    return Q(valid_to__gte=first, valid_to__lte=last) | Q(decide_by__gte=first, decide_by__lte=last)


def endings_of(
    *, actor: Actor, on: date, where: Q, words: str = "", kinds: Iterable[str] = BOTH
) -> list[Ending]:
    """What matches ``where`` (over valid_to, decide_by, owner_id, company_id, renews_itself), by the day to decide.

    Left out are retired and ended records, licences renewed already, and contracts whose place another took.
    """
    found = [*_licences(actor, on, where, words)] if LICENCE in kinds else []
    if CONTRACT in kinds:
        found += _contracts(actor, on, where, words)
    plans = _plans(actor)
    return sorted(
        (replace(one, plan=plans.get((one.kind, one.record_id))) for one in found), key=lambda one: one.key
    )


def _licences(actor: Actor, on: date, where: Q, words: str) -> Iterable[Ending]:
    follows = purchases_visible_to(actor=actor).filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("ends_on")),
        Q(units__gt=0) | Q(is_unlimited=True),
        licence=OuterRef("pk"), valid_from__gt=on, valid_from__lte=OuterRef("ends_on"),
    )  # fmt: skip
    rows = licences_visible_to(actor=actor, on=on).filter(
        where, ~Exists(follows), retired_at=None, ends_on__isnull=False
    )
    for word in words.split():
        rows = rows.filter(Q(product__name__icontains=word) | Q(owner__name__icontains=word) | Q(inventory_number__icontains=word) | Q(product__publisher__name__icontains=word))  # fmt: skip
    paths = (
        "pk", "product__name", "company_id", "company__name", "owner_id", "owner__name", "decide_by", "valid_to",
        "renews_itself", "notice_days", "annual_cost", "currency", "product_id", "edition_id", "edition__name",
        "metric", "purchased", "held", "unlimited",
    )  # fmt: skip
    for row in rows.order_by("decide_by", "pk").values_list(*paths):
        yield _ending(LICENCE, row, actor)


def _contracts(actor: Actor, on: date, where: Q, words: str) -> Iterable[Ending]:
    rows = contracts_visible_to(actor=actor, on=on).filter(
        where, retired_at=None, superseded_by=None, valid_until__gt=on
    )
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(owner__name__icontains=word) | Q(number__icontains=word) | Q(supplier__icontains=word))  # fmt: skip
    paths = (
        "pk", "name", "company_id", "company__name", "owner_id", "owner__name", "decide_by", "valid_to",
        "renews_itself", "notice_days", "price", "currency",
    )  # fmt: skip
    for row in rows.order_by("decide_by", "pk").values_list(*paths, "supplier"):
        yield replace(_ending(CONTRACT, row[:-1], actor), about=row[-1])


def _ending(kind: str, row: tuple[object, ...], actor: Actor) -> Ending:
    names = Ending.__slots__[1:]
    values = dict(zip(names, row, strict=False))
    for name in ("owner", "currency", "about"):
        values[name] = values.get(name) or ""
    if not actor.may(Permission.PRICES_VIEW, int(str(values["company_id"]))):
        values["cost"] = None
    return Ending(kind, **values)  # type: ignore[arg-type]  # the paths are in the order of the fields


def _plans(actor: Actor) -> dict[tuple[str, int], Planned]:
    rows = plans_visible_to(actor=actor).exclude(state=PlanState.DONE).select_related("owner")
    found = {}
    for plan in rows:
        about = (LICENCE, plan.licence_id) if plan.licence_id else (CONTRACT, plan.contract_id or 0)
        owner = plan.owner.name if plan.owner else ""
        found[about] = Planned(plan.pk, plan.kind, plan.units, plan.state, owner, plan.due_on)
    return found


def period(on: date, days: int) -> tuple[date, date]:
    """The days from one day on, both included."""
    return on, on + timedelta(days=days)
