"""The contracts of an invented company: agreements with its large publishers, an enterprise agreement, supports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from trueup.connectors.sample.group import CompanyPlan


@dataclass(frozen=True, slots=True)
class AgreementPlan:
    """A contract to invent: ``publisher`` names whose licences it covers, ``servers`` that it covers the hosts."""

    name: str
    kind: str
    supplier: str
    publisher: str
    years: int
    renews: bool
    notice: int
    cap: Decimal | None
    price: int
    service_level: str
    servers: bool = False


AGREEMENTS = (
    AgreementPlan("Creative enterprise terms", "enterprise", "Adobe", "Adobe", 3, True, 60, Decimal(5), 0, ""),
    AgreementPlan("Volume agreement", "agreement", "SoftwareOne", "Microsoft", 3, False, 0, None, 0, ""),
    AgreementPlan(
        "Host hardware support", "support", "Dell Technologies", "", 1, True, 30, Decimal(3), 18400, "24×7, engineer within 4 h", servers=True
    ),
    AgreementPlan("Virtualisation support", "support", "Bechtle", "VMware", 1, True, 90, None, 9600, "Weekdays, answer within 8 h"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgreementPaper:
    """A contract as it is written down."""

    plan: AgreementPlan
    number: str
    first: date
    until: date
    price: Decimal | None
    true_up_on: date | None


def agreements_of(company: CompanyPlan, *, on: date) -> list[AgreementPaper]:
    """The contracts of a company, the same for the same company and day."""
    luck = Random(f"{company.code} agreements")  # noqa: S311  # invents papers, keeps no secret
    return [_paper(company, plan, number, on, luck) for number, plan in enumerate(AGREEMENTS)]


def _paper(company: CompanyPlan, plan: AgreementPlan, number: int, on: date, luck: Random) -> AgreementPaper:
    days = plan.years * 365
    first = (on - timedelta(days=luck.randrange(days // 2, days - 8))).replace(day=1)
    until = first.replace(year=first.year + plan.years)
    is_enterprise = plan.kind == "enterprise"
    return AgreementPaper(
        plan=plan,
        number=f"{company.code}-C{first.year % 100}-{310 + 7 * number}",
        first=first,
        until=until,
        price=Decimal(plan.price * company.servers // 20) if plan.price else None,
        true_up_on=until - timedelta(days=60) if is_enterprise else None,
    )
