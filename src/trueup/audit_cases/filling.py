"""What an audit finds: the positions of its run, and on that day's facts what is installed without assignment or cover,
held beyond what is owned, purchased and not deployed, and recognised by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assignments.queries import assignments_visible_to
from trueup.audit_cases.models import AuditCase, AuditLine, Step
from trueup.base.actor import Actor
from trueup.compliance.models import Position, PositionState
from trueup.inventory.models import Installation, Recognition
from trueup.licences.queries import licences_visible_to
from trueup.reports.library.asking import Ask
from trueup.reports.library.by_department import parted_by
from trueup.reports.library.facts import each_licence, label_of
from trueup.reports.render.table import cents

CENT = Decimal("0.01")
NOT_COVERED = frozenset({PositionState.SHORT, PositionState.NOT_ASSESSED})
Pair = tuple[int, int]


@dataclass
class Findings:
    """An audit's view of its day, each thing looked up once."""

    actor: Actor
    case: AuditCase
    positions: list[Position] = field(default_factory=list)

    @cached_property
    def ask(self) -> Ask:
        """The day as reports ask about it."""
        day = self.case.as_of
        return Ask(self.actor, timezone.localdate(self.case.opened_at), day, day, day)

    @property
    def moment(self) -> datetime:
        """The end of the day."""
        return timezone.make_aware(datetime.combine(self.case.as_of + timedelta(days=1), time.min))

    def line(self, step: Step, name: str, **values: Any) -> AuditLine:
        """A line of the case."""
        return AuditLine(
            company_id=self.case.company_id, case=self.case, step=step, name=name[:300], **values
        )

    def of_publisher(self, path: str) -> Q:
        """The filter on products of the publisher asked about, whose path is this."""
        return Q() if self.case.publisher_id is None else Q(**{f"{path}publisher_id": self.case.publisher_id})

    @cached_property
    def covered(self) -> frozenset[int]:
        """Products with positions, none of them short or unassessed."""
        open_ones = {one.product_id for one in self.positions if one.state in NOT_COVERED}
        return frozenset(one.product_id for one in self.positions) - open_ones

    @cached_property
    def by_product(self) -> dict[int, Position]:
        """The position of a product that costs most to close."""
        found: dict[int, Position] = {}
        for one in self.positions:
            before = found.get(one.product_id)
            if before is None or (one.exposure or 0) > (before.exposure or 0):
                found[one.product_id] = one
        return found

    @cached_property
    def documented(self) -> set[Pair]:
        """(device, product) for which a unit is assigned: to the device, or to the person who uses it."""
        moment = self.moment if self.ask.is_past else None
        rows = assignments_visible_to(actor=self.actor, moment=moment).filter(company_id=self.case.company_id)
        found: set[Pair] = set()
        people: dict[int, set[int]] = defaultdict(set)
        held = rows.filter(device__isnull=False).values_list("device_id", "licence__product_id")
        found |= {(device or 0, product) for device, product in held.iterator(2000)}
        of_people = rows.filter(person__isnull=False).values_list("person_id", "licence__product_id")
        for person, product in of_people.iterator(2000):
            people[person or 0].add(product)
        users = (
            self.installed().filter(device__user_id__in=people).values_list("device_id", "device__user_id")
        )
        for device, user in users.order_by().distinct().iterator(2000):
            found |= {(device, product) for product in people[user]}
        return found

    def installed(self) -> QuerySet[Installation]:
        """What was installed on the day, of recognised products."""
        rows: QuerySet[Installation] = Installation.objects.filter(
            self.of_publisher("title__product__"),
            Q(gone_at=None) | Q(gone_at__gte=self.moment),
            company_id=self.case.company_id,
            first_seen_at__lt=self.moment,
            title__product__isnull=False,
        )
        return rows


def lines_of(findings: Findings) -> Iterator[AuditLine]:
    """Everything the audit found, step by step."""
    yield from _positions(findings)
    uncovered = list(_uncovered(findings))
    yield from _priced(findings, uncovered)
    unassigned: dict[int, int] = defaultdict(int)
    for one in uncovered:
        unassigned[one.product_id or 0] += 1
    yield from _licences(findings, unassigned)
    yield from _unmatched(findings)


def _positions(findings: Findings) -> Iterator[AuditLine]:
    for one in findings.positions:
        words = {
            "state": one.get_state_display(), "entitled": _number(one.entitled), "required": _number(one.required_point),
        }  # fmt: skip
        says = _("%(state)s: %(entitled)s entitled, %(required)s required.") % words
        if one.unlimited:
            says = _("%(state)s: unlimited, %(required)s required.") % words
        yield findings.line(
            Step.POSITION, one.product.name, product_id=one.product_id, units=one.short or None, money=one.exposure,
            currency=one.currency if one.exposure is not None else "", says=one.reason or says, rule=label_of(one.metric),
        )  # fmt: skip


def _number(value: Decimal | None) -> str:
    return _("not known") if value is None else f"{cents(value):f}".removesuffix(".00")


def _uncovered(findings: Findings) -> Iterator[AuditLine]:
    """Installations of products that are not covered, on devices for which no unit is assigned (R-134, C-050)."""
    owned = set(
        licences_visible_to(actor=findings.actor, on=findings.case.as_of).filter(
            company_id=findings.case.company_id
        ).values_list("product_id", flat=True)
    )  # fmt: skip
    rows = findings.installed().exclude(title__product_id__in=findings.covered)
    paths = (
        "device_id", "device__hostname", "title__product_id", "title__product__name", "title__version", "first_seen_at"
    )  # fmt: skip
    for device, host, product, name, version, seen in (
        rows.order_by("title__product__name", "device__hostname", "pk").values_list(*paths).iterator(2000)
    ):
        if (device, product) in findings.documented:
            continue
        position = findings.by_product.get(product)
        yield findings.line(
            Step.UNCOVERED, name, product_id=product, device_id=device, device_name=host[:300], version=version[:200],
            first_seen_on=timezone.localdate(seen), says=_why(position, is_owned=product in owned),
            rule=label_of(position.metric) if position else "",
        )  # fmt: skip


def _why(position: Position | None, *, is_owned: bool) -> str:
    if not is_owned:
        return _("No licence of this product is owned.")
    if position is None or position.state == PositionState.NOT_ASSESSED:
        return _("No unit is assigned, and the position could not be assessed.")
    words = {"short": _number(position.short), "entitled": _number(position.entitled)}
    return _("No unit is assigned, and %(short)s are short of the %(entitled)s that are entitled.") % words


def _priced(findings: Findings, lines: list[AuditLine]) -> Iterator[AuditLine]:
    """What closing each product's position costs, parted among its lines to the cent (R-135)."""
    by_product: dict[int, list[AuditLine]] = defaultdict(list)
    for one in lines:
        by_product[one.product_id or 0].append(one)
    for product, mine in by_product.items():
        position = findings.by_product.get(product)
        if position is None or not position.exposure:
            continue
        shares = parted_by(position.exposure.quantize(CENT), {f"{at:09}": 1 for at in range(len(mine))})
        for one, (_at, share) in zip(mine, sorted(shares.items()), strict=True):
            one.money, one.currency = share, position.currency
    yield from lines


def _licences(findings: Findings, unassigned: dict[int, int]) -> Iterator[AuditLine]:
    """Licences held beyond what is owned, and units that are neither assigned nor installed (C-051)."""
    known = licences_visible_to(actor=findings.actor, on=findings.case.as_of).filter(
        findings.of_publisher("product__"), company_id=findings.case.company_id
    )
    rows = {
        pk: (product, decide_by)
        for pk, product, decide_by in known.values_list("pk", "product_id", "decide_by")
    }
    for one in each_licence(findings.ask):
        if one.id not in rows or one.unlimited:
            continue
        product, decide_by = rows[one.id]
        free = one.purchased - one.used
        if free > 0:
            installed = min(free, unassigned.get(product, 0))
            unassigned[product] -= installed
            free -= installed
        if not free:
            continue
        price = one.unit_price
        says = _("%(n)s of %(all)s units were neither assigned nor seen installed.")
        if free < 0:
            says = _("%(n)s units more are held than the %(all)s that are owned.")
        yield findings.line(
            Step.OVER if free < 0 else Step.UNDEPLOYED, one.product, product_id=product, licence_id=one.id, units=abs(free),
            money=None if price is None else (price * abs(free)).quantize(CENT), currency="" if price is None else one.currency,
            decide_by=decide_by, rule=label_of(one.metric), says=says % {"n": abs(free), "all": one.purchased},
        )  # fmt: skip


def _unmatched(findings: Findings) -> Iterator[AuditLine]:
    """Titles that inventories saw and nobody recognised, each with its devices; none is dropped."""
    if findings.case.publisher_id is not None:
        return
    rows = Installation.objects.filter(
        Q(gone_at=None) | Q(gone_at__gte=findings.moment), company_id=findings.case.company_id,
        first_seen_at__lt=findings.moment, title__status__in=(Recognition.UNRECOGNISED, Recognition.UNSURE),
    )  # fmt: skip
    found = (
        rows.order_by()
        .values("title__name", "title__publisher", "title__version")
        .annotate(n=Count("device", distinct=True))
    )
    for name, publisher, version, number in found.order_by("-n", "title__name").values_list(
        "title__name", "title__publisher", "title__version", "n"
    ):
        says = _("On %(n)s devices; publisher as reported: %(publisher)s.")
        yield findings.line(
            Step.UNMATCHED, name, version=version[:200], units=number, says=says % {"n": number, "publisher": publisher or "–"}
        )  # fmt: skip
