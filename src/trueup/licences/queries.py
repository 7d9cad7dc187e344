"""Reading licences, purchase lines and movements, scoped to the actor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
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
from django.db.models.functions import Cast, Coalesce, Greatest

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.licences.balances import in_force
from trueup.licences.models import Licence, Movement, Purchase


class Figures(TypedDict):
    """What a licence comes to on a day; ``free`` is empty where it is unlimited."""

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


def licences_visible_to(
    *, actor: Actor, on: date, permission: Permission = Permission.LICENCES_VIEW
) -> QuerySet[LicenceOnDay]:
    """Licences of the actor's companies with ``purchased``, ``used``, ``free`` and dates as of the day.

    ``purchased`` is the balance where it stands for the day, otherwise the sum of the lines in force: reading is
    right even before the day's expiries were rolled in, and writes nothing.
    """
    rows = Licence.objects.visible_to(actor, permission).filter(withdrawn_at=None)
    lines = Purchase.objects.filter(in_force(on), licence=OuterRef("pk"))
    figures: QuerySet[LicenceOnDay] = (
        rows.annotate(**_units(lines, on))
        .annotate(**_of_main_line(lines))
        .annotate(
            used=F("held"),
            free=Case(
                When(unlimited=True, then=None),
                default=ExpressionWrapper(F("purchased") - F("held"), output_field=IntegerField()),
                output_field=IntegerField(),
            ),
            annual_cost=Subquery(_annual(lines), output_field=MONEY),
            currency=Subquery(lines.exclude(currency="").values("currency")[:1]),
            has_ended=Case(
                When(Q(unlimited=False, purchased=0), then=_ended(on)),
                default=Value(value=False),
                output_field=BooleanField(),
            ),
        )
        .annotate(
            valid_to=Func(F("ends_on"), template="(%(expressions)s - 1)", output_field=DateField()),
            decide_by=_decide_by(),
            state=_state(),
        )
    )
    return figures


def _units(lines: QuerySet[Purchase], on: date) -> dict[str, Any]:
    """What is granted: the balance if it stands for the day, else what the lines in force come to."""
    summed = lines.order_by().values("licence").annotate(units=Sum("units")).values("units")
    return {
        "unlimited": Case(
            When(balanced_on=on, then=F("is_unlimited")),
            default=Exists(lines.filter(is_unlimited=True)),
            output_field=BooleanField(),
        ),
        "purchased": Case(
            When(balanced_on=on, then=F("granted")),
            default=Greatest(Value(0), Coalesce(Subquery(summed), Value(0))),
            output_field=IntegerField(),
        ),
    }


def _of_main_line(lines: QuerySet[Purchase]) -> dict[str, Any]:
    """The term of the line in force that lasts longest; a perpetual one lasts longest of all."""
    main = lines.order_by(F("valid_until").desc(nulls_first=True), "-valid_from")
    return {
        "valid_from": Subquery(main.values("valid_from")[:1], output_field=DateField()),
        "ends_on": Subquery(main.values("valid_until")[:1], output_field=DateField()),
        "notice_days": Subquery(main.values("notice_days")[:1]),
        "renews_itself": Coalesce(
            Subquery(main.values("renews_itself")[:1], output_field=BooleanField()), Value(value=False)
        ),
    }


def _state() -> Case:
    """How a licence stands between what is purchased and what is used (R-066); the worst that is true wins."""
    near = ExpressionWrapper(F("purchased") * F("company__near_limit_percent"), output_field=IntegerField())
    return Case(
        When(retired_at__isnull=False, then=Value("retired")),
        When(has_ended=True, then=Value("expired")),
        When(unlimited=True, then=Value("unlimited")),
        When(free__lt=0, then=Value("over")),
        When(free=0, purchased__gt=0, then=Value("full")),
        When(purchased__gt=0, held__gte=near / Value(100), then=Value("near")),
        default=Value("free"),
        output_field=CharField(),
    )


def _annual(lines: QuerySet[Purchase]) -> QuerySet[Any]:
    """The yearly cost of dated lines in force: a term beyond a year is spread over its days; perpetual costs once."""
    total = Case(
        When(basis="unit", then=F("price") * Cast("units", MONEY)), default=F("price"), output_field=MONEY
    )
    days = Func(
        F("valid_until"),
        F("valid_from"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    yearly = Case(
        When(valid_until__gt=F("valid_from") + YEAR_DAYS, then=total * Value(365) / Cast(days, MONEY)),
        default=total,
        output_field=MONEY,
    )
    priced = lines.order_by().filter(valid_until__isnull=False, price__isnull=False)
    return priced.values("licence").annotate(cost=Sum(yearly, output_field=MONEY)).values("cost")


def _ended(on: date) -> Exists:
    return Exists(Purchase.objects.filter(licence=OuterRef("pk"), voided_at=None, valid_until__lte=on))


def _decide_by() -> Case:
    """The notice date where the licence renews itself, else its end."""
    return Case(
        When(
            renews_itself=True,
            notice_days__isnull=False,
            then=Func(
                F("ends_on"),
                F("notice_days"),
                template="(%(expressions)s)",
                arg_joiner=" - ",
                output_field=DateField(),
            ),
        ),
        default=F("ends_on"),
        output_field=DateField(),
    )


def licence_for(
    *, actor: Actor, licence_id: int, on: date, permission: Permission = Permission.LICENCES_VIEW
) -> LicenceOnDay:
    """One licence with its figures of the day, for whoever has the permission in its company."""
    licence = licences_visible_to(actor=actor, on=on).select_related(
        "product__publisher", "edition", "version", "region", "owner", "company"
    ).filter(pk=licence_id).first()  # fmt: skip
    if licence is None:
        raise NotFound(f"There is no licence {licence_id}.")
    actor.require(permission, licence.company_id)
    return licence


def bare_licence_for(
    *, actor: Actor, licence_id: int, permission: Permission = Permission.LICENCES_VIEW
) -> Licence:
    """One licence without its figures, for actions that move the balance themselves: one small query."""
    rows = Licence.objects.visible_to(actor, Permission.LICENCES_VIEW).filter(withdrawn_at=None)
    licence: Licence | None = rows.select_related("product").filter(pk=licence_id).first()
    if licence is None:
        raise NotFound(f"There is no licence {licence_id}.")
    actor.require(permission, licence.company_id)
    return licence


def purchases_of(*, actor: Actor, licence_id: int) -> QuerySet[Purchase]:
    """A licence's lines, latest first, taken-back ones last."""
    return (
        Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW)
        .filter(licence_id=licence_id)
        .select_related("cost_centre")
        .order_by(F("voided_at").asc(nulls_first=True), "-valid_from", "-id")
    )


def purchases_visible_to(*, actor: Actor) -> QuerySet[Purchase]:
    """All purchase lines of the actor's companies that stand."""
    lines: QuerySet[Purchase] = Purchase.objects.visible_to(actor, Permission.LICENCES_VIEW)
    return lines.filter(voided_at=None, licence__withdrawn_at=None)


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
