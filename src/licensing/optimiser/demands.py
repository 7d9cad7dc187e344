"""What besides single lines is to be covered: subjects with several products on them, and hosts with their VMs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from licensing.cover import Line
from licensing.problems import LicensingProblem
from licensing.quantities import Exact


class NotOneEstate(LicensingProblem, ValueError):
    """The facts given do not fit together."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A product whose unit covers all its components on one subject.

    ``components`` are product names; ``editions`` names the editions of a component that it holds, where absent only
    the one without a name. ``option`` (percent or number) with ``mandatory`` demands that the rule of suite
    inference be met by what is on the subject; without it any of the components will do.
    """

    product: str
    components: frozenset[str]
    editions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    option: Mapping[str, int] | None = None
    mandatory: frozenset[str] = frozenset()

    def holds(self, line: Line) -> bool:
        """Whether the product and edition of a line are part of it."""
        return line.product in self.components and line.edition in self.editions.get(line.product, {""})


@dataclass(frozen=True, slots=True)
class Composition:
    """So many subjects with the same products on them: the units that each adds to which lines, by their keys.

    ``takes`` is how many units of a suite one subject takes (the cores of a server, 1 for a device). ``installed``
    names what inference may count besides the products of its lines, such as the suite itself.
    """

    key: str
    subjects: int
    lines: Mapping[str, Exact]
    takes: Exact = 1
    scope: str = ""
    installed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Layer:
    """A host that may be licensed whole, or VM by VM: one of the two needs is dropped for the other."""

    key: str
    host: str
    vms: tuple[str, ...]


def check_demands(
    lines: Sequence[Line], compositions: Iterable[Composition], layers: Iterable[Layer]
) -> None:
    """Refuse compositions and layers that ask for more than their lines, name lines twice or name unknown ones."""
    units: dict[str, Exact] = {line.key: line.units for line in lines}
    owner: dict[str, str] = {}
    layered = [(key, layer) for layer in layers for key in (layer.host, *layer.vms)]
    for key, layer in layered:
        _refuse(key not in units, key, "is not a line", f"layer {layer.key}")
        _refuse(key in owner, key, f"stands in layer {owner.get(key)} too", f"layer {layer.key}")
        owner[key] = layer.key
    wanted: dict[str, Exact] = {}
    for made in compositions:
        for key, each in made.lines.items():
            _refuse(key not in units, key, "is not a line", f"composition {made.key}")
            _refuse(key in owner, key, f"stands in layer {owner.get(key)} too", f"composition {made.key}")
            wanted[key] = wanted.get(key, 0) + each * made.subjects
            _refuse(wanted[key] > units[key], key, "needs fewer units", f"composition {made.key}")
    for line in lines:
        _refuse(
            line.whole and line.key in {**owner, **wanted}, line.key, "is all or none", "a layer or suite"
        )


def _refuse(wrong: Any, key: str, says: str, where: str) -> None:
    if wrong:
        raise NotOneEstate(f"line {key} of {where} {says}: correct one of the two")
