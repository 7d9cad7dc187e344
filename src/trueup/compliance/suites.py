"""Suites of the estate: their components as products of the cover, and the subjects that carry several of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from estate import Engine, combinations
from licensing.optimiser import Composition, Suite
from trueup.compliance.grants import Case, Known, key_of

WHOLE = ("devices", "users")


def relatives(case: Case, cases: Iterable[Case], known: Known) -> list[Case]:
    """The questions a suite of this one reaches: those of its components that are counted by the same subjects."""
    parts = [part for licence in case.entitled.by_licence for part in known.components.get(licence, ())]
    return [other for other in cases if any(_is_part(other, part, case) for part in parts)]


def _is_part(other: Case, part: Mapping[str, object], case: Case) -> bool:
    same = other.question["company_id"] == case.question["company_id"]
    edition = part["edition_id"] is None or part["edition_id"] == other.question["edition_id"]
    shape = other.question["shape"] == case.question["shape"] and case.question["shape"] in WHOLE
    return same and edition and shape and part["product_id"] == other.question["product_id"]


def suites_of(cases: Sequence[Case], known: Known) -> list[Suite]:
    """A suite for each licence with components; its own product is one of them, where it is found installed."""
    found = []
    for case in cases:
        for licence_id in case.entitled.by_licence:
            parts = known.components.get(licence_id, ())
            reached = [
                case,
                *(other for other in cases if any(_is_part(other, part, case) for part in parts)),
            ]
            if not parts:
                continue
            editions: dict[str, set[str]] = {}
            for one in reached:
                editions.setdefault(one.product, set()).add(one.edition)
            found.append(
                Suite(
                    product=f"{case.product}, suite {licence_id}",
                    components=frozenset(editions),
                    editions={product: frozenset(names) for product, names in editions.items()},
                )
            )
    return found


def compositions_of(engine: Engine, cases: Sequence[Case], suites: Sequence[Suite]) -> list[Composition]:
    """Subjects of the products of suites, by what stands together on them; one unit of each is what they need."""
    if not suites:
        return []
    held = {
        (product, edition)
        for suite in suites
        for product, names in suite.editions.items()
        for edition in names
    }
    found: list[Composition] = []
    for family in WHOLE:
        chosen = {
            case.number: case
            for case in cases
            if (case.product, case.edition) in held and case.question["shape"] == family and _one_each(case)
        }
        if not chosen:
            continue
        for at, one in enumerate(combinations(engine=engine, family=family, questions=sorted(chosen))):
            lines = {key_of(chosen[number], version): 1 for number, version in one.versions}
            found.append(Composition(f"{family} {min(chosen):08d}.{at:06d}", one.subjects, lines))
    return found


def _one_each(case: Case) -> bool:
    """Whether every subject that is sure to need anything needs exactly one unit."""
    return not case.question["splits_layers"] and all(
        one.each_low == 1 for one in case.required.shapes if one.each_low
    )
