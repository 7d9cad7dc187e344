"""Which grant may lawfully cover what, and through which right: only such pairs exist for the optimiser."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from licensing.assessing import evaluate
from licensing.cover import Grant, Line, refusal
from licensing.optimiser.classes import Demand, Made
from licensing.optimiser.demands import Suite


@dataclass(frozen=True, slots=True)
class SuiteRight:
    """A class of compositions that units of a grant may cover as a suite, and the classes of lines it then covers."""

    made: int
    suite: Suite
    grant: str
    covers: tuple[int, ...]


def single_rights(demands: Sequence[Demand], grants: Iterable[Grant]) -> Iterator[tuple[int, str]]:
    """Every class of lines with every grant that may cover it one by one."""
    of_product: dict[str, list[Grant]] = {}
    for grant in grants:
        of_product.setdefault(grant.product, []).append(grant)
    for number, demand in enumerate(demands):
        for grant in of_product.get(demand.line.product, ()):
            if not refusal(demand.line, grant):
                yield number, grant.key


def suite_rights(
    made: Sequence[Made], demands: Sequence[Demand], suites: Iterable[Suite], grants: Iterable[Grant]
) -> Iterator[SuiteRight]:
    """Every class of compositions with every grant of a suite that may cover some of its lines."""
    of_product: dict[str, list[Grant]] = {}
    for grant in grants:
        of_product.setdefault(grant.product, []).append(grant)
    for suite in sorted(suites, key=lambda suite: suite.product):
        for number, one in enumerate(made):
            if suite.option is None or inferred(suite, one, demands):
                for grant in of_product.get(suite.product, ()):
                    covers = covered_by(suite, grant, one, demands)
                    if covers:
                        yield SuiteRight(number, suite, grant.key, covers)


def covered_by(suite: Suite, grant: Grant, made: Made, demands: Sequence[Demand]) -> tuple[int, ...]:
    """The classes of lines that a suite grant covers on a subject: its components, in versions it reaches."""
    return tuple(
        number for number in made.units if not why_not(suite, grant, demands[number].line, made.one.scope)
    )


def why_not(suite: Suite, grant: Grant, line: Line, scope: str) -> str:
    """Why a suite grant may not cover a line for a scope; empty text where it may.

    The suite's version is compared with its component's; what differs from that is a grant without a version.
    """
    if not suite.holds(line):
        named = f"{line.product} {line.edition}".rstrip()
        return f"{suite.product} does not hold {named}"
    return refusal(replace(line, product=suite.product, edition=grant.edition, scope=scope), grant)


def inferred(suite: Suite, made: Made, demands: Sequence[Demand]) -> bool:
    """Whether what is on the subjects means that the suite is there, by the rule of suite inference."""
    names = {demands[number].line.product for number in made.units} | made.one.installed
    facts: Mapping[str, object] = {
        "suite": suite.product,
        "components": sorted(suite.components),
        "mandatory": sorted(suite.mandatory),
        "installed": sorted(names),
    }
    option = {} if suite.option is None else {"option": suite.option}
    return bool(evaluate("suite_inference", {**facts, **option})["inferred"])
