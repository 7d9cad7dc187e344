"""Reading runs, positions, what stands behind them, and findings, scoped to the actor. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Round
from django.utils.translation import gettext

from estate import DuckEngine, members_of, over_facts
from estate.freeze import NotFrozen, read_manifest
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.compliance.counting import folder_of
from trueup.compliance.cover_tables import PositionCover
from trueup.compliance.finding_tables import USUAL_SHARE, Finding, FindingPolicy, Mute
from trueup.compliance.models import (
    Outcome,
    Position,
    PositionShape,
    PositionState,
    Run,
    RunState,
)
from trueup.devices.models import Device
from trueup.people.models import Person
from trueup.tenancy.queries import companies_visible_to

MOST_MEMBERS = 1000


class EvidenceGone(Conflict):
    """The frozen facts of a run are not where they were kept."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One subject behind a number: a device or a person, by the name it has today, and what each of its kind needs."""

    kind: str
    subject_id: int
    name: str
    installations: int
    shape_id: int
    shape: str


def runs_visible_to(*, actor: Actor) -> QuerySet[Run]:
    """Runs, latest first."""
    rows: QuerySet[Run] = Run.objects.visible_to(actor).select_related("company").order_by("-asked_at", "-pk")
    return rows


def run_for(*, actor: Actor, run_id: int) -> Run:
    """One run."""
    run = runs_visible_to(actor=actor).filter(pk=run_id).first()
    if run is None:
        raise NotFound(gettext("There is no run %(run_id)s.") % {"run_id": run_id})
    return run


def queued_runs() -> list[int]:
    """Runs that wait, oldest first; for the worker."""
    return list(
        Run.objects.filter(state=RunState.QUEUED).order_by("asked_at", "pk").values_list("pk", flat=True)
    )


def outcomes_visible_to(*, actor: Actor, on: date | None = None) -> QuerySet[Outcome]:
    """For each company what the latest run found, or the latest run for a day at or before ``on``."""
    rows: QuerySet[Outcome] = Outcome.objects.visible_to(actor, Permission.RUNS_VIEW).select_related(
        "run", "company"
    )
    if on is None:
        return rows.filter(is_latest=True)
    newest = Outcome.objects.filter(company=OuterRef("company"), as_of__lte=on).order_by("-as_of", "-run_id")
    return rows.filter(pk=Subquery(newest.values("pk")[:1]))


def positions_visible_to(
    *, actor: Actor, on: date | None = None, run_id: int | None = None, product_id: int | None = None
) -> QuerySet[Position]:
    """Positions of the latest runs, of those for a day, or of one run."""
    rows: QuerySet[Position] = Position.objects.visible_to(actor, Permission.RUNS_VIEW)
    if run_id is not None:
        rows = rows.filter(run_id=run_id)
    elif on is None:
        rows = rows.filter(outcome__is_latest=True)
    else:
        rows = rows.filter(outcome__in=outcomes_visible_to(actor=actor, on=on).values("pk"))
    return rows if product_id is None else rows.filter(product_id=product_id)


def tightest_positions(*, actor: Actor, most: int) -> list[Position]:
    """The latest positions with the least to spare, by the share of entitled that is required."""
    rows = positions_visible_to(actor=actor).filter(
        unlimited=False, required_point__isnull=False, entitled__gt=0
    )
    share = ExpressionWrapper(F("required_point") / F("entitled"), output_field=DecimalField())
    whole = rows.select_related("product", "edition", "company")
    return list(
        whole.defer("working", "parameters", "causes", "warnings", "remedies").order_by(share.desc(), "pk")[
            :most
        ]
    )


def short_products(*, actor: Actor) -> set[tuple[int, int]]:
    """Company and product of every short position."""
    rows = positions_visible_to(actor=actor).filter(unlimited=False, state=PositionState.SHORT)
    return set(rows.order_by().values_list("company_id", "product_id"))


def position_for(*, actor: Actor, position_id: int) -> Position:
    """One position, with its product and run."""
    position: Position | None = (
        Position.objects.visible_to(actor, Permission.RUNS_VIEW)
        .select_related("product__publisher", "edition", "run", "outcome", "company")
        .filter(pk=position_id)
        .first()
    )
    if position is None:
        raise NotFound(gettext("There is no position %(position_id)s.") % {"position_id": position_id})
    return position


def remedies_of(*, actor: Actor, position: Position) -> list[dict[str, Any]]:
    """What can be done about a position: without companies the actor does not see, and without money where it may not be seen."""
    named = {one["company"] for one in position.remedies} - {None}
    known = companies_visible_to(actor=actor, permission=Permission.RUNS_VIEW).filter(pk__in=named)
    companies = dict(known.values_list("pk", "name")) if named else {}
    seen = [one for one in position.remedies if one["company"] is None or one["company"] in companies]
    sees_prices = actor.may(Permission.PRICES_VIEW, position.company_id)
    unseen = {} if sees_prices else dict.fromkeys(("cost", "saving", "net"))
    return [{**one, **unseen, "company_name": companies.get(one["company"], "")} for one in seen]


def shapes_of(*, actor: Actor, position_id: int) -> QuerySet[PositionShape]:
    """The like subjects behind a position, those that need most first."""
    rows: QuerySet[PositionShape] = PositionShape.objects.visible_to(actor, Permission.RUNS_VIEW)
    return rows.filter(position_id=position_id).order_by("-required_low", "-subjects", "label")


def covers_of(*, actor: Actor, position_id: int) -> QuerySet[PositionCover]:
    """What became of every part of a need, with its reason: covered first, then what is short and why."""
    rows: QuerySet[PositionCover] = PositionCover.objects.visible_to(actor, Permission.RUNS_VIEW)
    mine = rows.filter(position_id=position_id).select_related("licence__product", "licence__edition")
    return mine.order_by("kind", "need", "pk")


def history_of(*, actor: Actor, position: Position) -> QuerySet[Position]:
    """The same question as earlier and later runs answered it, oldest first."""
    rows: QuerySet[Position] = Position.objects.visible_to(actor, Permission.RUNS_VIEW)
    same = rows.filter(company_id=position.company_id, product_id=position.product_id)
    edition = Q(edition=None) if position.edition_id is None else Q(edition_id=position.edition_id)
    same = same.filter(edition)
    return same.filter(metric=position.metric).select_related("outcome").order_by("outcome__as_of", "run_id")


def behind(
    *, actor: Actor, position_id: int, home: Path, shape_id: int | None = None, limit: int = 200
) -> list[Behind]:
    """The devices and people behind a position or one of its shapes, read from the run's frozen facts."""
    position = position_for(actor=actor, position_id=position_id)
    shapes = shapes_of(actor=actor, position_id=position_id)
    chosen = list(shapes if shape_id is None else shapes.filter(pk=shape_id))
    found = _members(folder_of(home, position.run_id), position.question, chosen, min(limit, MOST_MEMBERS))
    names = _names(actor, [(kind, subject_id) for _shape, kind, subject_id, _number in found])
    return [
        Behind(kind, subject_id, names.get((kind, subject_id), ""), number, shape.pk, shape.label)
        for shape, kind, subject_id, number in found
    ]


def _members(
    folder: Path, question: int, shapes: Sequence[PositionShape], limit: int
) -> list[tuple[PositionShape, str, int, int]]:
    try:
        frozen = read_manifest(folder)
    except NotFrozen as gone:
        raise EvidenceGone(
            gettext(
                "The frozen facts of run %(name)s are not in %(folder)s. Restore the folder from a backup."
            )
            % {"name": folder.name, "folder": folder.parent}
        ) from gone
    found: list[tuple[PositionShape, str, int, int]] = []
    with DuckEngine(threads=1) as engine:
        over_facts(engine, frozen.paths)
        for shape in shapes:
            room = limit - len(found)
            if room <= 0:
                break
            members = members_of(
                engine=engine, question_id=question, family=shape.family, key=shape.key, limit=room
            )
            found += [(shape, member.kind, member.subject_id, member.installations) for member in members]
    return found


def names_behind(*, actor: Actor, finding: Finding) -> dict[tuple[str, int], str]:
    """What the devices and people behind a finding are called today, by kind and number."""
    return _names(actor, [(one["kind"], one["id"]) for one in finding.records])


def names_of_subjects(*, actor: Actor, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What devices and people are called today, by kind and number; those the actor does not see have no name."""
    return _names(actor, subjects)


def _names(actor: Actor, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    ids: dict[str, set[int]] = {"device": set(), "person": set()}
    for kind, subject_id in subjects:
        ids[kind].add(subject_id)
    devices = Device.objects.visible_to(actor, Permission.DEVICES_VIEW).filter(pk__in=ids["device"])
    people = Person.objects.visible_to(actor, Permission.PEOPLE_VIEW).filter(pk__in=ids["person"])
    names: dict[tuple[str, int], str] = {
        ("device", pk): name for pk, name in devices.values_list("pk", "hostname")
    }
    return names | {("person", pk): name for pk, name in people.values_list("pk", "name")}


def findings_visible_to(*, actor: Actor, on: date | None = None, muted: bool = False) -> QuerySet[Finding]:
    """Open findings, dearest first; those that rest beyond the day, snoozed or muted, only where asked for."""
    rows: QuerySet[Finding] = Finding.objects.visible_to(actor, Permission.RUNS_VIEW).filter(closed_at=None)
    if on is not None and not muted:
        rows = rows.filter(~Exists(_mutes_of_finding(on)), Q(snoozed_until=None) | Q(snoozed_until__lte=on))
    return rows.select_related("product", "edition", "company").order_by(
        F("money").desc(nulls_last=True), F("units").desc(nulls_last=True), "pk"
    )


def _mutes_of_finding(on: date) -> QuerySet[Mute]:
    """The mutes that hold beyond a day for the finding around: what they leave empty stands for all of it."""
    mutes = Mute.objects.filter(
        Q(kind="") | Q(kind=OuterRef("kind")),
        company=OuterRef("company"),
        product=OuterRef("product"),
        until_on__gt=on,
        lifted_at=None,
    )
    for part in ("edition", "licence", "region"):
        mutes = mutes.filter(Q(**{part: None}) | Q(**{part: OuterRef(part)}))
    return mutes


def findings_of_kinds(
    *, actor: Actor, kinds: Collection[str], on: date | None = None, muted: bool = False
) -> QuerySet[Finding]:
    """Open findings of some kinds, with the share of units in use where they have one."""
    rows = findings_visible_to(actor=actor, on=on, muted=muted).filter(kind__in=kinds)
    share = (F("of_units") - F("units")) * 100 / F("of_units")
    used = Round(
        ExpressionWrapper(share, output_field=DecimalField(max_digits=9, decimal_places=4)), precision=1
    )
    return rows.annotate(used_percent=Case(When(of_units__gt=0, then=used), default=None))


def finding_for(*, actor: Actor, finding_id: int) -> Finding:
    """One finding, open or closed, with what it is about."""
    rows = Finding.objects.visible_to(actor, Permission.RUNS_VIEW)
    found: Finding | None = (
        rows.select_related("product", "edition", "company", "licence", "region", "owner")
        .filter(pk=finding_id)
        .first()
    )
    if found is None:
        raise NotFound(gettext("There is no finding %(finding_id)s.") % {"finding_id": finding_id})
    return found


def mutes_visible_to(*, actor: Actor) -> QuerySet[Mute]:
    """Mutes that were not lifted, those that end soonest first."""
    rows: QuerySet[Mute] = Mute.objects.visible_to(actor, Permission.RUNS_VIEW).filter(lifted_at=None)
    return rows.select_related("product", "edition", "licence", "region", "company").order_by(
        "until_on", "pk"
    )


def mutes_of(*, actor: Actor, finding: Finding, on: date) -> QuerySet[Mute]:
    """The mutes under which a finding rests on a day."""
    rows = mutes_visible_to(actor=actor).filter(
        Q(kind="") | Q(kind=finding.kind), company_id=finding.company_id, product_id=finding.product_id,
        until_on__gt=on,
    )  # fmt: skip
    for part in ("edition", "licence", "region"):
        rows = rows.filter(Q(**{part: None}) | Q(**{f"{part}_id": getattr(finding, f"{part}_id")}))
    return rows


def over_licensed_share(*, actor: Actor, company_id: int) -> int:
    """From which share of units in use downwards a licence of a company is over-licensed."""
    rows = FindingPolicy.objects.visible_to(actor, Permission.RUNS_VIEW).filter(company_id=company_id)
    share: int | None = rows.values_list("over_licensed_percent", flat=True).first()
    return USUAL_SHARE if share is None else share


def states_of(*, actor: Actor) -> dict[str, int]:
    """How many positions of the latest runs are in each state."""
    total: dict[str, int] = {}
    for by_state in outcomes_visible_to(actor=actor).values_list("by_state", flat=True):
        for state, number in by_state.items():
            total[state] = total.get(state, 0) + number
    return total


def publishers_of_run(*, actor: Actor, run_id: int) -> list[tuple[int, str]]:
    """The publishers a run has positions of, by name."""
    rows = positions_visible_to(actor=actor, run_id=run_id).order_by("product__publisher__name")
    return list(rows.values_list("product__publisher_id", "product__publisher__name").distinct())


def facts_of_run(*, run: Run, home: Path) -> dict[str, Any]:
    """What was frozen: rows and hash of each table, and the other papers kept."""
    frozen = read_manifest(folder_of(home, run.pk))
    tables = {table.name: table.as_json() for table in frozen.tables}
    return {"tables": tables, "papers": dict(frozen.papers), "facts_hash": frozen.facts_hash}
