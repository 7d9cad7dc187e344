"""Licences and needs in the words of the cover: lines by version, and grants with the rights that terms give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from licensing.cover import Grant
from licensing.cover import Line as NeedLine
from licensing.quantities import Exact
from trueup.compliance.entitlement import Entitlement
from trueup.compliance.requirement import Requirement
from trueup.compliance.working import Line, line

Row = Mapping[str, Any]
ENDLESS = 9999


@dataclass(frozen=True, slots=True)
class Known:
    """What the frozen facts say of versions, editions and rights."""

    places: Mapping[int, int | None]
    line: Mapping[int, tuple[int, ...]]
    released: Mapping[int, Mapping[int, date]]
    names: Mapping[int, Mapping[int, str]]
    ranks: Mapping[int, tuple[int, int]]
    rights: Mapping[int, Row]
    components: Mapping[int, tuple[Row, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A question with both of its sides, as far as cover looks at them."""

    question: Row
    entitled: Entitlement
    required: Requirement

    @property
    def number(self) -> int:
        """The number of the question."""
        number: int = self.question["question_id"]
        return number

    @property
    def product(self) -> str:
        """Only what is of one product, counted by one metric, can stand for another."""
        return f"{self.question['product_id']} by {self.question['metric']}"

    @property
    def edition(self) -> str:
        """The edition, empty where none is named."""
        return str(self.question["edition_id"] or "")


def known_from(
    *, versions: Iterable[Row], editions: Iterable[Row], rights: Iterable[Row], components: Iterable[Row]
) -> Known:
    """The rows of the fact tables, by what they are looked up by."""
    places: dict[int, int | None] = {}
    line: dict[int, set[int]] = {}
    released: dict[int, dict[int, date]] = {}
    names: dict[int, dict[int, str]] = {}
    for row in versions:
        places[row["version_id"]] = row["place"]
        if row["place"] is not None:
            line.setdefault(row["product_id"], set()).add(row["place"])
            names.setdefault(row["product_id"], {})[row["place"]] = row["name"]
            if row["released_on"] is not None:
                released.setdefault(row["product_id"], {})[row["place"]] = row["released_on"]
    parts: dict[int, tuple[Row, ...]] = {}
    for row in components:
        parts[row["licence_id"]] = (*parts.get(row["licence_id"], ()), row)
    return Known(
        places=places,
        line={product: tuple(sorted(all_of, reverse=True)) for product, all_of in line.items()},
        released=released,
        names=names,
        ranks={row["edition_id"]: (row["product_id"], row["rank"]) for row in editions},
        rights={row["licence_id"]: row for row in rights},
        components=parts,
    )


def lines_of(case: Case, *, high: bool, beyond: Exact) -> list[NeedLine]:
    """The need of a question by version; ``beyond`` stands for a need without an upper end."""
    return [
        NeedLine(
            key=key_of(case, part.version),
            product=case.product,
            units=part.low if not high else beyond if part.high is None else part.high,
            version=part.version,
            edition=case.edition,
        )
        for part in case.required.parts
    ]


def key_of(case: Case, version: int | None) -> str:
    """The key of a line: the question, and the place of the version."""
    return f"{case.number:08d}:{'' if version is None else version}"


def grants_of(case: Case, known: Known) -> list[Grant]:
    """The licences of a question; where maintenance is paid for some of the units, these are a grant of their own."""
    found: list[Grant] = []
    for licence_id, units in sorted(case.entitled.by_licence.items()):
        row = known.rights.get(licence_id)
        maintained = row and row["maintained_units"]
        if row is None or not maintained or units is None or maintained >= units:
            found.append(_grant(case, known, str(licence_id), units, row, maintained=row is not None))
        else:
            found.append(_grant(case, known, f"{licence_id} maintained", maintained, row, maintained=True))
            found.append(_grant(case, known, str(licence_id), units - maintained, row, maintained=False))
    return found


def licence_in(grant: str) -> int:
    """The licence a grant's key speaks of."""
    return int(grant.partition(" ")[0])


def _grant(
    case: Case, known: Known, key: str, units: int | None, row: Row | None, *, maintained: bool
) -> Grant:
    licence_id, product_id = licence_in(key), case.question["product_id"]
    suite = licence_id in known.components
    written = row is not None and row["is_written"] and not suite
    return Grant(
        key=key,
        product=f"{case.product}, suite {licence_id}" if suite else case.product,
        units=units,
        version=known.places.get(row["version_id"]) if row is not None and written else None,
        edition=case.edition,
        downgrade=(row["downgrade"] or "none") if row is not None and written else "none",
        line=known.line.get(product_id, ()),
        editions=_lower(case, known, row),
        unit_cost=None if case.entitled.unit_price is None else Fraction(case.entitled.unit_price),
        maintained_until=row["maintained_until"] if row is not None and maintained else None,
        released=known.released.get(product_id, {}),
        names=known.names.get(product_id, {}),
    )


def _lower(case: Case, known: Known, row: Row | None) -> frozenset[str]:
    """Editions of a lower rank, where the right is there."""
    own = case.question["edition_id"]
    if row is None or not row["covers_lower_editions"] or own not in known.ranks:
        return frozenset()
    product_id, rank = known.ranks[own]
    return frozenset(
        str(edition)
        for edition, (product, other) in known.ranks.items()
        if product == product_id and other < rank
    )


def told_rights(case: Case, known: Known) -> Iterator[Line]:
    """What each licence of a question allows, as steps of the working, with the day its maintenance ends."""
    for licence_id in sorted(case.entitled.by_licence):
        row = known.rights.get(licence_id)
        told = [] if row is None else list(_told(row, case, known))
        if told and row is not None:
            records = {"kind": "licence", "ids": [licence_id]}
            yield line("rights", "ENT-04", "; ".join(told), None, source=row["clause"] or "", records=records)


def _told(row: Row, case: Case, known: Known) -> Iterator[str]:
    if row["is_written"]:
        place = known.places.get(row["version_id"]) if row["version_id"] is not None else None
        names = known.names.get(case.question["product_id"], {})
        version = "every version" if place is None else f"version {names.get(place, place)}"
        back = row["downgrade"] or "none"
        depth = (
            f"{back} versions back"
            if back.isdecimal()
            else {"any": "all older ones", "none": "no older one"}[back]
        )
        yield f"Covers {version} and {depth}"
        if row["covers_lower_editions"]:
            yield "lower editions too"
        if row["licence_id"] in known.components:
            yield f"{len(known.components[row['licence_id']])} products together on one subject"
    if row["maintained_until"] is not None:
        of = f" for {row['maintained_units']} units" if row["maintained_units"] else ""
        until = row["maintained_until"]
        last = "without end" if until.year == ENDLESS else f"until {until.isoformat()}"
        yield f"maintenance{of} {last}: versions released by then are covered"


def is_plain(grants: Sequence[Grant], known: Known) -> bool:
    """Whether every grant covers every line of its edition, so that no order is dearer than another."""
    return all(
        grant.version is None and not grant.editions and licence_in(grant.key) not in known.components
        for grant in grants
    )
