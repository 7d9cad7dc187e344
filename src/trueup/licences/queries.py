"""Reading licences, purchase lines and movements, scoped to the actor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Round
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.licences.balances import in_force
from trueup.licences.metrics import SITE
from trueup.licences.models import (
    WITHOUT_UNITS,
    Licence,
    Movement,
    Purchase,
    PurchaseShare,
    Standing,
    Unsettled,
)
from trueup.licences.states import HAS_ENDED, day_to_decide, free_units, last_covered_day, state_of


class Figures(TypedDict):
    """What a licence comes to on a day; ``free`` is empty where it is unlimited, or a site licence."""

    purchased: int
    unlimited: bool
    used: int
    free: int | None
    valid_from: date | None
    ends_on: date | None
    valid_to: date | None
    decide_by: date | None
    notice_days: int | None
    renews_itself: bool
    annual_cost: Decimal | None
    currency: str | None
    has_ended: bool
    state: str


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    LicenceOnDay = WithAnnotations[Licence, Figures]
else:
    LicenceOnDay = Licence

MONEY = DecimalField(max_digits=20, decimal_places=4)
YEAR_DAYS = 366
ENDLESS = Q(unlimited=True) | Q(metric=SITE)
"""What is never used up: nobody counts the units of a site."""


def licences_visible_to(
    *, actor: Actor, on: date, permission: Permission = Permission.LICENCES_VIEW
) -> QuerySet[LicenceOnDay]:
    """Licences of the actor's companies with ``purchased``, ``used``, ``free`` and dates as of the day.

    What the lines come to is read from the licence's standing for the day, and reckoned from the lines in force where
    none is written: reading is right on any day, even before its expiries were rolled in, and writes nothing.
    """
    rows: QuerySet[Any] = licences_bare(actor=actor, permission=permission)
    figures: QuerySet[LicenceOnDay] = (
        rows.annotate(standing=_of_day(on))
        .annotate(**_standing(on))
        .annotate(
            used=F("held"),
            free=free_units(ENDLESS),
            valid_to=last_covered_day(),
            decide_by=day_to_decide(),
            has_ended=Case(When(HAS_ENDED, then=True), default=False, output_field=BooleanField()),
            state=state_of(
                is_retired=Q(retired_at__isnull=False),
                endless=ENDLESS,
                near_percent="company__near_limit_percent",
            ),
        )
    )
    return figures


FIGURES = frozenset(Figures.__annotations__)
"""What is annotated by ``licences_visible_to`` and missing from ``licences_bare``."""


def licences_bare(
    *, actor: Actor, permission: Permission = Permission.LICENCES_VIEW, on: date | None = None
) -> QuerySet[Licence]:
    """The same licences without what their lines come to: for counting them and finding them by other things."""
    del on  # the same on any day
    rows: QuerySet[Licence] = Licence.objects.visible_to(actor, permission).filter(withdrawn_at=None)
    return rows.annotate(used=F("held"))


WRITTEN = (
    "purchased", "unlimited", "free", "valid_from", "ends_on", "valid_to", "decide_by", "notice_days", "renews_itself",
    "annual_cost", "currency", "state",
)  # fmt: skip


def licences_in_parts(
    *, actor: Actor, on: date, permission: Permission = Permission.LICENCES_VIEW
) -> tuple[QuerySet[Any], ...]:
    """The licences of ``licences_visible_to``, those with standings apart from the few without: to be put in order by a figure."""
    settled = licences_bare(actor=actor, permission=permission).annotate(standing=_of_day(on))
    settled = settled.filter(standing__isnull=False).annotate(
        used=F("standing__held"), **{name: F(f"standing__{name}") for name in WRITTEN}
    )
    others = licences_visible_to(actor=actor, on=on, permission=permission)
    return settled, others.filter(pk__in=Unsettled.objects.values("licence"))


def _of_day(on: date) -> FilteredRelation:
    return FilteredRelation("standings", condition=Q(standings__from_on__lte=on, standings__until_on__gt=on))


def _standing(on: date) -> dict[str, Any]:
    """Each figure as it is written for the day, or reckoned."""
    return {
        name: Case(
            When(standing__isnull=False, then=F(f"standing__{name}")),
            default=expression,
            output_field=Standing._meta.get_field(name),  # type: ignore[arg-type]  # noqa: SLF001 - a column of ours
        )
        for name, expression in reckoned(day=on, licence="pk").items()
    }


def reckoned(*, day: date | OuterRef, licence: str) -> dict[str, Any]:
    """What the lines of a licence in force on a day come to, as expressions over a row whose ``licence`` path names it."""
    of_licence = Purchase.objects.filter(licence=OuterRef(licence))
    lines = of_licence.filter(in_force(day))
    ended = of_licence.filter(voided_at=None, valid_until__lte=day).exclude(kind__in=WITHOUT_UNITS)
    summed = lines.order_by().values("licence").annotate(units=Sum("units")).values("units")
    return {
        "unlimited": Exists(lines.filter(is_unlimited=True)),
        "purchased": Greatest(Value(0), Coalesce(Subquery(summed), Value(0)), output_field=BigIntegerField()),
        "annual_cost": Round(Subquery(_annual(lines), output_field=MONEY), precision=MONEY.decimal_places),
        "currency": Subquery(lines.exclude(currency="").order_by("pk").values("currency")[:1]),
        "line_ended": Exists(ended),
        **_of_main_line(lines),
    }


def _of_main_line(lines: QuerySet[Purchase]) -> dict[str, Any]:
    """The term of the line in force that lasts longest; a perpetual one lasts longest of all."""
    main = lines.exclude(kind__in=WITHOUT_UNITS).order_by(
        F("valid_until").desc(nulls_first=True), "-valid_from"
    )
    return {
        "valid_from": Subquery(main.values("valid_from")[:1], output_field=DateField()),
        "ends_on": Subquery(main.values("valid_until")[:1], output_field=DateField()),
        "notice_days": Subquery(main.values("notice_days")[:1]),
        "renews_itself": Coalesce(
            Subquery(main.values("renews_itself")[:1], output_field=BooleanField()), Value(value=False)
        ),
    }


def _annual(lines: QuerySet[Purchase]) -> QuerySet[Any]:
    """The yearly cost of dated lines in force: a term beyond a year is spread over its days; perpetual costs once."""
    days = Func(
        F("valid_until"),
        F("valid_from"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    yearly = Case(
        When(valid_until__gt=F("valid_from") + YEAR_DAYS, then=F("total") * Value(365) / Cast(days, MONEY)),
        default="total",
        output_field=MONEY,
    )
    priced = lines.order_by().filter(valid_until__isnull=False, price__isnull=False)
    return priced.values("licence").annotate(cost=Sum(yearly, output_field=MONEY)).values("cost")


def licence_for(
    *, actor: Actor, licence_id: int, on: date, permission: Permission = Permission.LICENCES_VIEW
) -> LicenceOnDay:
    """One licence with its figures of the day, for whoever has the permission in its company."""
    licence = licences_visible_to(actor=actor, on=on).select_related(
        "product__publisher", "edition", "version", "region", "owner", "company"
    ).filter(pk=licence_id).first()  # fmt: skip
    if licence is None:
        raise NotFound(_("There is no licence %(licence_id)s.") % {"licence_id": licence_id})
    actor.require(permission, licence.company_id)
    return licence


def bare_licence_for(
    *, actor: Actor, licence_id: int, permission: Permission = Permission.LICENCES_VIEW
) -> Licence:
    """One licence without its figures, for actions that move the balance themselves: one small query."""
    rows = Licence.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(withdrawn_at=None)
    licence: Licence | None = rows.select_related("product").filter(pk=licence_id).first()
    if licence is None:
        raise NotFound(_("There is no licence %(licence_id)s.") % {"licence_id": licence_id})
    actor.require(permission, licence.company_id)
    return licence


def purchases_of(*, actor: Actor, licence_id: int) -> QuerySet[Purchase]:
    """A licence's lines with what each costs as a whole (``total``), latest first, taken-back ones last."""
    lines: QuerySet[Purchase] = (
        Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW)
        .filter(licence_id=licence_id)
        .select_related("cost_centre", "covers", "renews", "contract")
        .order_by(F("voided_at").asc(nulls_first=True), "-valid_from", "-id")
    )
    return lines


def shares_of(*, actor: Actor, licence_id: int) -> dict[int, list[tuple[str, Decimal]]]:
    """Who pays which part of a licence's shared lines: cost centres' codes and percentages, by line."""
    rows = PurchaseShare.objects.visible_to(actor, Permission.LICENCES_VIEW)
    found: dict[int, list[tuple[str, Decimal]]] = {}
    for share in rows.filter(purchase__licence_id=licence_id).select_related("cost_centre").order_by("pk"):
        found.setdefault(share.purchase_id, []).append((share.cost_centre.code, share.percent))
    return found


def main_line_of(*, actor: Actor, licence_id: int, on: date) -> Purchase | None:
    """The line whose days the licence shows: of those in force the one that lasts longest."""
    lines = purchases_visible_to(actor=actor).filter(in_force(on), licence_id=licence_id)
    lasting = (
        lines.exclude(kind__in=WITHOUT_UNITS)
        .select_related("cost_centre")
        .order_by(F("valid_until").desc(nulls_first=True), "-valid_from")
    )
    return lasting.first()


def purchases_visible_to(*, actor: Actor) -> QuerySet[Purchase]:
    """All purchase lines of the actor's companies that stand."""
    lines: QuerySet[Purchase] = Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW)
    # Those few are looked up once, instead of the licence of every line.
    return lines.filter(voided_at=None).exclude(
        licence__in=Licence.objects.filter(withdrawn_at__isnull=False).order_by()
    )


def granted_on(*, actor: Actor, licence_id: int, day: date) -> int:
    """Units the lines in force gave on a day, past or future."""
    lines = Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(
        in_force(day), licence_id=licence_id
    )
    return int(lines.aggregate(units=Sum("units"))["units"] or 0)


def movements_of(*, actor: Actor, licence_id: int) -> QuerySet[Movement]:
    """The ledger of one licence, oldest first."""
    return (
        Movement.objects.visible_to(actor, Permission.LICENCES_VIEW)
        .filter(licence_id=licence_id)
        .order_by("effective_on", "id")
    )


def moved_by_day(*, actor: Actor, licence_id: int) -> list[tuple[str, date, int]]:
    """What moved on each account of a licence, added up by day, oldest first."""
    moved = movements_of(actor=actor, licence_id=licence_id).order_by("effective_on")
    return list(moved.values_list("account", "effective_on").annotate(units=Sum("units")))
