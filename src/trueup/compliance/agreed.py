"""What the rights of a question's licences settle for its need: installations a unit, machines a unit, second copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from estate import Shape
from licensing.quantities import Exact, ceiling, written
from trueup.compliance.working import Line, line

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Terms that change a need. ``second_use`` is how many units carry the right; None: no end."""

    installs_per_unit: int | None = None
    virtual_per_unit: int | None = None
    second_use: int | None = 0
    second_use_licences: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What is needed of one version (by its place; None: not compared), from low to high (None: unbounded)."""

    version: int | None
    low: Exact
    high: Exact | None


@dataclass(frozen=True, slots=True)
class Exempt:
    """Units that a right spares, of one version, by one of the licences that grant it."""

    version: int | None
    units: Exact
    licence_id: int


def agreed_by(rights: Iterable[Row], owned: Mapping[int, int | None]) -> Agreed:
    """The terms of the licences that answer a question; where they differ, the stricter one counts for all."""
    written_down = [row for row in rights if row["is_written"]]
    second = [row["licence_id"] for row in written_down if row["second_use"]]
    units = [owned.get(licence_id, 0) for licence_id in second]
    installs, one = _strictest(written_down, "installs_per_unit", "installations a unit")
    virtual, other = _strictest(written_down, "virtual_per_unit", "virtual machines a unit")
    return Agreed(
        installs_per_unit=installs,
        virtual_per_unit=virtual,
        second_use=None if None in units else sum(some for some in units if some is not None),
        second_use_licences=tuple(second),
        warnings=(*one, *other),
    )


def _strictest(rights: Sequence[Row], name: str, words: str) -> tuple[int | None, tuple[str, ...]]:
    named = {row[name] for row in rights if row[name] is not None}
    if not named:
        return None, ()
    differ = len(named) > 1 or any(row[name] is None for row in rights)
    says = f"The licences differ in {words}: {min(named)} is counted, the strictest."
    return min(named), (says,) if differ else ()


def parts_of(
    found: Iterable[tuple[Shape, Exact, Exact | None]], agreed: Agreed
) -> tuple[tuple[Part, ...], tuple[Exempt, ...], tuple[Line, ...]]:
    """The need by version, less second copies, with virtual machines at so many a unit; and the steps that led there."""
    low: dict[tuple[int | None, str], Exact] = {}
    high: dict[tuple[int | None, str], Exact | None] = {}
    for shape, least, most in found:
        at = _kind_of(shape)
        low[at] = low.get(at, 0) + least
        before = high.get(at, 0)
        high[at] = None if before is None or most is None else before + most
    exempt = _second_copies(low, high, agreed) if agreed.second_use_licences else []
    steps = [_exempted(exempt)] if exempt else []
    if agreed.virtual_per_unit:
        steps += _virtual(low, high, agreed.virtual_per_unit)
    parts = [
        Part(version, _sum(low, version) or 0, _sum(high, version))
        for version in sorted({version for version, _ in low}, key=lambda version: -(version or 0))
    ]
    if steps:
        total = sum(part.low for part in parts)
        steps.append(line("demand", "RGT-03", "Required, after rights of use", total))
    return tuple(parts), tuple(exempt), tuple(steps)


def _kind_of(shape: Shape) -> tuple[int | None, str]:
    seen = dict(shape.columns)
    version = seen.get("version")
    kind = "copy" if seen.get("second_copy") else "vm" if seen.get("layer") == "vm" else ""
    return (version if isinstance(version, int) else None), kind if shape.family == "devices" else ""


def _sum(units: Mapping[tuple[int | None, str], Exact | None], version: int | None) -> Exact | None:
    own = [some for (at, _), some in units.items() if at == version]
    return None if None in own else sum(some for some in own if some is not None)


def _second_copies(
    low: dict[tuple[int | None, str], Exact], high: dict[tuple[int | None, str], Exact | None], agreed: Agreed
) -> list[Exempt]:
    """The newest first, as long as units with the right are there."""
    left, found = agreed.second_use, []
    for at in sorted((at for at in low if at[1] == "copy"), key=lambda at: -(at[0] or 0)):
        units = low[at] if left is None else min(left, low[at])
        if units:
            found.append(Exempt(at[0], units, agreed.second_use_licences[0]))
            most = high[at]
            low[at], high[at] = low[at] - units, None if most is None else most - units
            left = None if left is None else left - int(units)
    return found


def _exempted(exempt: Sequence[Exempt]) -> Line:
    says = "Second copies on portable machines of people who have it on another: no unit of their own"
    total = sum(one.units for one in exempt)
    return line("demand", "RGT-01", says, -total, records={"kind": "licence", "ids": [exempt[0].licence_id]})


def _virtual(
    low: dict[tuple[int | None, str], Exact], high: dict[tuple[int | None, str], Exact | None], each: int
) -> Iterable[Line]:
    for at in sorted((at for at in low if at[1] == "vm"), key=lambda at: -(at[0] or 0)):
        before, most = low[at], high[at]
        low[at] = ceiling(Fraction(before) / each)
        high[at] = None if most is None else ceiling(Fraction(most) / each)
        yield line(
            "demand",
            "RGT-02",
            f"One unit covers {each} virtual machines",
            low[at],
            expression=f"ceil({written(before)} / {each})",
            rounding="up, once for all of a version",
        )
