"""Which licences and contracts end, by the day to decide: the light rows that every view of Renewals starts from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.lists.places import number_of
from trueup.contracts.queries import contracts_visible_to
from trueup.licences.plan_choices import PlanState
from trueup.licences.planning import plans_visible_to
from trueup.licences.queries import licences_in_parts, licences_visible_to, purchases_visible_to

LICENCE, CONTRACT = "licence", "contract"
BOTH = (LICENCE, CONTRACT)
Key = tuple[date, str, int]
"""The place of something that ends: the day to decide, then licences and contracts, then the number."""


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
    def key(self) -> Key:
        """Its place in the order."""
        return self.decide_by, self.kind, self.record_id

    def is_locked(self, on: date) -> bool:
        """Whether the day for notice has passed, so that it is bound until its end, and renews after it."""
        return self.renews_itself and self.decide_by < on <= self.expires_on


def within(first: date, last: date) -> Q:
    """Whatever is to be decided, or ends, from one day to another, both included (D-078)."""
    return Q(valid_to__gte=first, valid_to__lte=last) | Q(decide_by__gte=first, decide_by__lte=last)


@dataclass(frozen=True)
class Sought:
    """What is looked for: ``where`` is over valid_to, decide_by, owner_id, company_id and renews_itself."""

    actor: Actor
    on: date
    where: Q
    words: str = ""
    kinds: Collection[str] = BOTH

    @cached_property
    def plans(self) -> Mapping[tuple[str, int], Planned]:
        """The unfinished plans, by what they are for: read once for a page."""
        return _plans(self.actor)


def endings_of(sought: Sought) -> list[Ending]:
    """All of them, by the day to decide.

    Left out are retired and ended records, licences renewed already, and contracts whose place another took.
    """
    found = _licences(sought.actor, licence_rows(sought))
    return _planned(sought, [*found, *_contracts(sought, Q(), None)])


def first_endings(sought: Sought, *, most: int, start: int = 0, after: Key | None = None) -> list[Ending]:
    """``most`` of them, from one on or beyond a place: found by their days, and only these read whole. Four queries."""
    reach = start + most
    places = _first_licences(sought, _beyond(LICENCE, after), reach)
    contracts = {one.key: one for one in _contracts(sought, _beyond(CONTRACT, after), reach)}
    shown = sorted([*places, *contracts])[start:reach]
    rows = licences_visible_to(actor=sought.actor, on=sought.on)
    found = _licences(sought.actor, [rows.filter(pk__in=[key[-1] for key in shown if key[1] == LICENCE])])
    return _planned(sought, [*found, *(contracts[key] for key in shown if key in contracts)])


def number_of_endings(sought: Sought, *, most: int) -> int:
    """How many there are, counted up to so many. Two queries."""
    contracts = contract_rows(sought)[:most].count()
    return min(most, number_of(licence_rows(sought), most=most) + contracts)


def _planned(sought: Sought, found: Iterable[Ending]) -> list[Ending]:
    """In their order, each with the plan for it."""
    planned = (replace(one, plan=sought.plans.get((one.kind, one.record_id))) for one in found)
    return sorted(planned, key=lambda one: one.key)


def _beyond(kind: str, after: Key | None) -> Q:
    """What of a kind comes after a place."""
    if after is None:
        return Q()
    day, at, record_id = after
    later = Q(decide_by__gt=day)
    if kind == at:
        return later | Q(decide_by=day, pk__gt=record_id)
    return later | Q(decide_by=day) if kind > at else later


def _licences(actor: Actor, parts: Iterable[QuerySet[Any]]) -> Iterable[Ending]:
    paths = (
        "pk", "product__name", "company_id", "company__name", "owner_id", "owner__name", "decide_by", "valid_to",
        "renews_itself", "notice_days", "annual_cost", "currency", "product_id", "edition_id", "edition__name",
        "metric", "purchased", "held", "unlimited",
    )  # fmt: skip
    first, *others = (rows.order_by().values_list(*paths) for rows in parts)
    for row in first.union(*others, all=True) if others else first:
        yield _ending(LICENCE, row, actor)


def _first_licences(sought: Sought, beyond: Q, most: int) -> list[Key]:
    """Their places, found with nothing but their days: an index has those."""
    first, *others = (
        rows.filter(beyond).order_by("decide_by", "pk").values_list("decide_by", "pk")[:most]
        for rows in licence_rows(sought)
    )
    return [(day, LICENCE, pk) for day, pk in first.union(*others, all=True)]


def licence_rows(sought: Sought) -> list[QuerySet[Any]]:
    """The licences among it, in the parts in which they are put in order; none where only contracts are."""
    follows = purchases_visible_to(actor=sought.actor).filter(
        Q(valid_until=None) | Q(valid_until__gt=OuterRef("ends_on")),
        Q(units__gt=0) | Q(is_unlimited=True),
        licence=OuterRef("pk"), valid_from__gt=sought.on, valid_from__lte=OuterRef("ends_on"),
    )  # fmt: skip
    wanted = sought.where & Q(retired_at=None, ends_on__isnull=False)
    if LICENCE not in sought.kinds:
        wanted &= Q(pk__in=[])
    for word in sought.words.split():
        wanted &= Q(product__name__icontains=word) | Q(owner__name__icontains=word) | Q(inventory_number__icontains=word) | Q(product__publisher__name__icontains=word)  # fmt: skip
    parts = licences_in_parts(actor=sought.actor, on=sought.on)
    return [part.filter(wanted, ~Exists(follows)) for part in parts]


def _contracts(sought: Sought, beyond: Q, most: int | None) -> Iterable[Ending]:
    paths = (
        "pk", "name", "company_id", "company__name", "owner_id", "owner__name", "decide_by", "valid_to",
        "renews_itself", "notice_days", "price", "currency",
    )  # fmt: skip
    rows = contract_rows(sought).filter(beyond).order_by("decide_by", "pk")
    for row in rows.values_list(*paths, "supplier")[:most]:
        yield replace(_ending(CONTRACT, row[:-1], sought.actor), about=row[-1])


def contract_rows(sought: Sought) -> QuerySet[Any]:
    """The contracts among what is looked for; none where only licences are."""
    rows: QuerySet[Any] = contracts_visible_to(actor=sought.actor, on=sought.on).filter(
        sought.where, retired_at=None, superseded_by=None, valid_until__gt=sought.on
    )
    for word in sought.words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(owner__name__icontains=word) | Q(number__icontains=word) | Q(supplier__icontains=word))  # fmt: skip
    return rows if CONTRACT in sought.kinds else rows.none()


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
