"""Two runs side by side: which positions differ, and for each difference the purchase, the device or person, the term or
right behind it. What none of them accounts for is said as well, so that the causes always add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from estate import DuckEngine, over_facts, subjects_of
from estate.freeze import NotFrozen, read_manifest
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotFound
from trueup.compliance.counting import folder_of
from trueup.compliance.models import Position, PositionShape, Run, RunState
from trueup.compliance.queries import names_of_subjects, positions_visible_to, run_for, runs_visible_to

MOST_SUBJECTS, MOST_READ = 5000, 200
FIGURES = (
    "entitled",
    "required_low",
    "required_high",
    "short",
    "spare",
    "lent",
    "borrowed",
    "unfit",
    "exempt",
    "exposure",
)
RIGHTS = ("lent", "borrowed", "unfit", "exempt")
Subjects = Mapping[tuple[str, int], tuple[str, Decimal | None]]
Shapes = Mapping[int, Mapping[tuple[str, str], PositionShape]]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a side differs: ``kind`` is purchase, subject, term, right, price or rest; ``was`` and ``now`` in words or figures.

    ``units`` is by how much it moves its side, None where it moves neither or by how much is not known.
    """

    kind: str
    side: str
    label: str
    was: str = ""
    now: str = ""
    units: Decimal | None = None
    record_kind: str = ""
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One position that differs, in either run or both, with its causes."""

    earlier: Position | None
    later: Position | None
    causes: tuple[Cause, ...]

    @property
    def position(self) -> Position:
        """The later one, else the earlier."""
        found = self.later or self.earlier
        if found is None:
            raise ValueError("a difference is of a position")
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs and what differs; ``same`` positions do not. Without evidence the devices and people could not be read."""

    earlier: Run
    later: Run
    differences: tuple[Difference, ...]
    same: int
    has_evidence: bool


def run_before(*, actor: Actor, run: Run) -> Run:
    """The finished run of the same scope before another one."""
    rows = runs_visible_to(actor=actor).filter(state=RunState.DONE, pk__lt=run.pk, company=run.company)
    found = rows.order_by("-pk").first()
    if found is None:
        raise NotFound(_("There is no finished run before run %(run_id)s.") % {"run_id": run.pk})
    return found


def compare_runs(*, actor: Actor, earlier_id: int, later_id: int, home: Path) -> Comparison:
    """What differs between two finished runs, in the companies both of them counted and the actor sees."""
    earlier, later = (run_for(actor=actor, run_id=run_id) for run_id in (earlier_id, later_id))
    for run in (earlier, later):
        if run.state != RunState.DONE:
            raise InvalidValue.of("run", _("Run %(run_id)s is not finished.") % {"run_id": run.pk})
    both = sorted(set(earlier.company_ids) & set(later.company_ids))
    then, now = (_positions(actor, run, both) for run in (earlier, later))
    pairs = [(then.get(key), now.get(key)) for key in sorted(set(then) | set(now), key=str)]
    changed = [pair for pair in pairs if _figures(pair[0]) != _figures(pair[1])]
    shapes = _shapes([one for pair in changed[:MOST_READ] for one in pair if one is not None])
    with _Evidence(home, earlier.pk, shapes) as before, _Evidence(home, later.pk, shapes) as after:
        found = [
            Difference(one, other, tuple(_causes(one, other, before, after, read=place < MOST_READ)))
            for place, (one, other) in enumerate(changed)
        ]
        has_evidence = before.is_there and after.is_there
    return Comparison(earlier, later, tuple(found), len(pairs) - len(changed), has_evidence)


def _positions(actor: Actor, run: Run, company_ids: Sequence[int]) -> dict[tuple[Any, ...], Position]:
    rows = positions_visible_to(actor=actor, run_id=run.pk).filter(company_id__in=company_ids)
    rows = rows.select_related("product", "edition", "company").order_by(
        "company__name", "product__name", "pk"
    )
    return {
        (one.company.name, one.product.name, one.company_id, one.product_id, one.edition_id, one.metric): one
        for one in rows
    }


def _figures(position: Position | None) -> tuple[Any, ...]:
    if position is None:
        return ()
    return (position.state, position.unlimited, *(getattr(position, name) for name in FIGURES))


def _shapes(positions: Sequence[Position]) -> Shapes:
    """The shapes of some positions, which the caller may see, by family and key."""
    found: dict[int, dict[tuple[str, str], PositionShape]] = {}
    for one in PositionShape.objects.filter(position__in=positions).defer("working", "causes"):
        found.setdefault(one.position_id, {})[one.family, one.key] = one
    return found


class _Evidence:
    """The frozen facts of a run, opened once; nothing is read where they are gone."""

    def __init__(self, home: Path, run_id: int, shapes: Shapes) -> None:
        self.shapes = shapes
        try:
            self.paths: Mapping[str, Path] | None = read_manifest(folder_of(home, run_id)).paths
        except NotFrozen:
            self.paths = None

    @property
    def is_there(self) -> bool:
        return self.paths is not None

    def __enter__(self) -> Self:
        self.engine = DuckEngine(threads=1)
        if self.paths is not None:
            over_facts(self.engine, self.paths)
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.engine.close()

    def subjects(self, position: Position | None) -> Subjects:
        """Everybody behind a position, by kind and number, with the words and the need of their shape."""
        if position is None or self.paths is None:
            return {}
        shapes = self.shapes.get(position.pk, {})
        found: dict[tuple[str, int], tuple[str, Decimal | None]] = {}
        for family in sorted({family for family, _key in shapes}):
            members = subjects_of(
                engine=self.engine, question_id=position.question, family=family, limit=MOST_SUBJECTS
            )
            for member, key in members:
                shape = shapes.get((family, key))
                if shape is not None:
                    found[member.kind, member.subject_id] = shape.label, shape.each_low
        return found


def _causes(
    earlier: Position | None, later: Position | None, before: _Evidence, after: _Evidence, *, read: bool
) -> Iterator[Cause]:
    purchases = list(_purchases(earlier, later))
    yield from purchases
    yield from _rest("entitled", earlier, later, purchases, "entitled")
    subjects = list(_subjects(before.subjects(earlier), after.subjects(later))) if read else []
    yield from subjects
    terms = list(_terms(earlier, later))
    yield from terms
    yield from _rest("required", earlier, later, subjects, "required_low")
    yield from _rights(earlier, later)


def _purchases(earlier: Position | None, later: Position | None) -> Iterator[Cause]:
    then, now = _lines(earlier), _lines(later)
    for key in sorted(set(then) | set(now)):
        was, own = then.get(key), now.get(key)
        if (was and was["value"]) != (own and own["value"]):
            one = own or was or {}
            units = _number(own) - _number(was)
            yield Cause(
                "purchase", "entitled", one["says"], was["value"] if was else "", own["value"] if own else "",
                units, "licence", one["records"].get("licence"),
            )  # fmt: skip


def _lines(position: Position | None) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The purchase lines of a working, each by what it is and the numbers of its records."""
    steps = position.working if position else []
    return {
        (step["rule"], ",".join(map(str, step["records"].get("ids", ())))): step
        for step in steps
        if step["records"].get("kind") == "purchase"
    }


def _number(step: Mapping[str, Any] | None) -> Decimal:
    value = step["value"] if step else "0"
    return Decimal(value) if value.lstrip("-").isdigit() else Decimal(0)


def _subjects(then: Subjects, now: Subjects) -> Iterator[Cause]:
    for kind, subject_id in sorted(set(then) | set(now)):
        was, own = then.get((kind, subject_id)), now.get((kind, subject_id))
        if was != own:
            ends = [one[1] if one else Decimal(0) for one in (was, own)]
            units = None if ends[0] is None or ends[1] is None else ends[1] - ends[0]
            yield Cause(
                "subject",
                "required",
                "",
                was[0] if was else "",
                own[0] if own else "",
                units,
                kind,
                subject_id,
            )


def _terms(earlier: Position | None, later: Position | None) -> Iterator[Cause]:
    """Terms of publishers that one run counted by and the other did not, or with another value."""
    if earlier is None or later is None:
        return
    then, now = ({one["id"]: one for one in position.parameters} for position in (earlier, later))
    for key in sorted(set(then) | set(now)):
        was, own = then.get(key), now.get(key)
        if (was and was["value"]) != (own and own["value"]):
            one = own or was or {}
            before, after = (str(side["value"]) if side else "" for side in (was, own))
            yield Cause("term", "required", one["term"], before, after)


def _rest(
    side: str, earlier: Position | None, later: Position | None, causes: Sequence[Cause], name: str
) -> Iterator[Cause]:
    """What the causes named do not account for: minimums, rounding and rights over all subjects, or evidence gone."""
    was, now = (getattr(one, name) if one else Decimal(0) for one in (earlier, later))
    if was is None or now is None:
        return
    left = now - was - sum((one.units or Decimal(0) for one in causes), Decimal(0))
    if left:
        yield Cause("rest", side, "", units=left)


def _rights(earlier: Position | None, later: Position | None) -> Iterator[Cause]:
    if earlier is None or later is None:
        return
    for name in RIGHTS:
        was, now = getattr(earlier, name), getattr(later, name)
        if was != now:
            yield Cause("right", "position", name, _plain(was), _plain(now), now - was)
    if earlier.unit_price != later.unit_price:
        yield Cause("price", "money", "", _plain(earlier.unit_price), _plain(later.unit_price))


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def subjects_named(*, actor: Actor, comparison: Comparison) -> dict[tuple[str, int], str]:
    """What the devices and people of a comparison are called today."""
    subjects = [
        (cause.record_kind, cause.record_id)
        for difference in comparison.differences
        for cause in difference.causes
        if cause.kind == "subject" and cause.record_id is not None
    ]
    return names_of_subjects(actor=actor, subjects=subjects)
