"""The tabs of the workbook that are read from positions: summary, position, cover, exemptions, quality, rules, manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from licensing.register import METRICS
from trueup.base.access import Permission
from trueup.compliance.cover_tables import PositionCover
from trueup.compliance.models import Position
from trueup.reports.evidence.scope import Scope
from trueup.reports.library.position import plain
from trueup.reports.render.table import Cell, Column, Kind, Table

POSITION = ("Company", "Publisher", "Product", "Edition", "Metric")


def table(title: str, heads: str, rows: Iterator[list[Cell]], /, **kinds: Kind) -> Table:
    """A tab: heads are separated by bars; ``kinds`` says by key what is not text."""
    columns = []
    for head in heads.split("|"):
        key = head.lower().replace(" ", "_").replace(",", "")
        columns.append(Column(key, head, kinds.get(key, Kind.TEXT)))
    return Table(title=title, columns=columns, rows=rows)


def who(position: Position) -> list[Cell]:
    """What a position is about: the first cells of every tab."""
    metric = METRICS[position.metric].label if position.metric in METRICS else "not known"
    edition = position.edition.name if position.edition else ""
    publisher = position.product.publisher.name
    return [position.company.name, publisher, position.product.name, edition, metric]


def summary(scope: Scope) -> Table:
    """How many positions are in each state, and what is exposed, by currency."""
    return table("Summary", "What|Value|Currency", _summary(scope))


def _summary(scope: Scope) -> Iterator[list[Cell]]:
    run = scope.run
    yield ["Facts of", run.as_of.isoformat(), ""]
    yield ["Run", str(run.pk), ""]
    yield ["Publisher", scope.publisher or "all", ""]
    yield ["Companies", ", ".join(sorted({one.company.name for one in scope.positions})), ""]
    for state, number in sorted(Counter(one.state for one in scope.positions).items()):
        yield [f"Positions: {state.replace('_', ' ')}", str(number), ""]
    exposure: Counter[str] = Counter()
    for one in scope.positions:
        if one.exposure and scope.sees_prices(one):
            exposure[one.currency] += one.exposure  # type: ignore[assignment]  # a counter adds decimals as well
    for currency, amount in sorted(exposure.items()):
        yield ["Exposure at the last price paid", f"{plain(amount)}", currency]


def elp(scope: Scope) -> Table:
    """A row a position: entitled, required after rights, covered, net, money, range, gap of the cover."""
    heads = (
        "Snapshot|Company|Publisher|Product|Edition|Metric|State|Effective entitlement|Unlimited|Raw deployed|Exempt|"
        "Required low|Required|Required high|Covered|Lent|Borrowed|Short|Spare|Free but unfit|Unit price|True-up cost|"
        "Currency|Unknown subjects|Cover gap|Assumptions|Reason|Position"
    )
    numbers = ("effective_entitlement", "raw_deployed", "exempt", "required_low", "required", "required_high", "covered",
               "lent", "borrowed", "short", "spare", "free_but_unfit", "unknown_subjects", "position")  # fmt: skip
    kinds = dict.fromkeys(numbers, Kind.DECIMAL) | {"snapshot": Kind.DATE, "unlimited": Kind.FLAG}
    return table("ELP", heads, _elp(scope), **kinds)


def _elp(scope: Scope) -> Iterator[list[Cell]]:
    for one in scope.positions:
        money: list[Cell] = [None, None, ""]
        if scope.sees_prices(one):
            money = [plain(one.unit_price), plain(one.exposure), one.currency]
        figures = (
            one.exempt, one.required_low, one.required_point, one.required_high, one.covered, one.lent, one.borrowed,
            one.short, one.spare, one.unfit,
        )  # fmt: skip
        assumed = "; ".join(step["says"] for step in one.working if step["side"] == "assumption")
        yield [
            scope.run.as_of, *who(one), one.state, plain(one.entitled), one.unlimited, one.installations,
            *map(plain, figures), *money, one.unknown_subjects, str(one.choice.get("gap", "")), assumed, one.reason, one.pk,
        ]  # fmt: skip


def cover(scope: Scope) -> Table:
    """Which licence covers which part of a need, by which right and why; and what is short or refused."""
    heads = "|".join((*POSITION, "Outcome", "Need", "Units", "Licence", "Right used", "Reason"))
    kinds = {"units": Kind.DECIMAL, "licence": Kind.INTEGER}
    return table("Assignment", heads, _covers(scope, exempt=False), **kinds)


def exemptions(scope: Scope) -> Table:
    """Units of need that a right spares, each with its licence and reason."""
    heads = "|".join((*POSITION, "Outcome", "Need", "Units", "Licence", "Right used", "Reason"))
    kinds = {"units": Kind.DECIMAL, "licence": Kind.INTEGER}
    return table("Exemptions", heads, _covers(scope, exempt=True), **kinds)


def _covers(scope: Scope, *, exempt: bool) -> Iterator[list[Cell]]:
    by_id = {one.pk: one for one in scope.positions}
    rows = PositionCover.objects.visible_to(scope.actor, Permission.RUNS_VIEW).filter(
        position__in=scope.positions
    )
    rows = rows.order_by("position", "kind", "need", "pk")
    for one in rows.filter(kind="exempt") if exempt else rows.exclude(kind="exempt"):
        yield [*who(by_id[one.position_id]), *_cover(one)]


def _cover(one: PositionCover) -> list[Cell]:
    return [one.kind, one.need, plain(one.units), one.licence_id, one.right, one.reason]


def quality(scope: Scope) -> Table:
    """What a reader of each figure must know: facts that are missing, and warnings."""
    return table("Data quality", "|".join((*POSITION, "Kind", "Says")), _quality(scope))


def _quality(scope: Scope) -> Iterator[list[Cell]]:
    for one in scope.positions:
        for kind, words in (("cause of a range", one.causes), ("warning", one.warnings)):
            for says in words:
                yield [*who(one), kind, str(says)]


def rules(scope: Scope) -> Table:
    """Every step of every working, and the terms it was counted by with their sources."""
    heads = "|".join((*POSITION, "Step", "Side", "Rule", "Says", "Expression", "Value", "Rounding", "Source"))
    return table("Working", heads, _rules(scope), step=Kind.INTEGER)


def _rules(scope: Scope) -> Iterator[list[Cell]]:
    for one in scope.positions:
        sees = scope.sees_prices(one)
        for step in one.working:
            if sees or step["about"] != "purchase":
                told = [
                    step[name]
                    for name in ("side", "rule", "says", "expression", "value", "rounding", "source")
                ]
                yield [*who(one), step["number"], *told]


def terms(scope: Scope) -> Table:
    """The terms of publishers in force that the run counted by."""
    return table(
        "Rules and sources", "Term|Value|Unit|Publisher|Valid from|Valid to|Status|Source", _terms(scope)
    )


def _terms(scope: Scope) -> Iterator[list[Cell]]:
    known: dict[str, dict[str, Any]] = {
        one["id"]: one for position in scope.positions for one in position.parameters
    }
    names = ("term", "value", "unit", "publisher", "valid_from", "valid_to", "status", "source")
    for key in sorted(known):
        yield [str(known[key][name] or "") for name in names]


def manifest(scope: Scope) -> Table:
    """The hashes by which the run can be proved again: `trueup runs verify`."""
    return table("Manifest", "What|Rows|SHA-256 or value", _manifest(scope), rows=Kind.INTEGER)


def _manifest(scope: Scope) -> Iterator[list[Cell]]:
    run = scope.run
    for name in ("manifest_hash", "facts_hash", "result_hash", "terms_version", "code_version"):
        yield [name.replace("_", " "), None, str(getattr(run, name))]
    for one in scope.frozen.tables:
        told = one.as_json()
        yield [f"facts/{one.name}", one.rows, str(told.get("sha256", ""))]
