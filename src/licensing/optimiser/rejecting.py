"""Every candidate that covers nothing of a line, and why."""

from collections.abc import Iterable, Mapping, Sequence

from licensing.cover import TOO_FEW, UNUSABLE, Line, Rejected, refusal
from licensing.optimiser.admissible import inferred, why_not
from licensing.optimiser.columns import Layout
from licensing.optimiser.demands import Suite
from licensing.optimiser.preparing import Share
from licensing.optimiser.spreading import Spread
from licensing.quantities import Exact

COVERED, DEARER = "nothing left to cover", "using it costs more than what is short"
NOT_BOUGHT, NO_SUITE = "buying it is not cheaper", "what is installed does not amount to the suite"
SINGLE = "single rights are enough"


def rejections(
    layout: Layout,
    given: Spread,
    *,
    lines: Sequence[Line],
    suites: Sequence[Suite],
    left: Mapping[str, Exact | None],
) -> tuple[Rejected, ...]:
    """By line and grant, in order: grants of the same product, and suites that hold it."""
    linked = {(link.line, link.grant) for link in (*layout.supply.fixed.links, *given.links)}
    linked |= {(key, use.grant) for use in given.suites for key in use.covers}
    by_product: dict[str, dict[str, list[Share]]] = {}
    for share in layout.supply.shares.values():
        by_product.setdefault(share.grant.product, {}).setdefault(share.of, []).append(share)
    found: dict[tuple[str, str], str] = {}
    for line in lines:
        for of, shares in by_product.get(line.product, {}).items():
            found[line.key, of] = _single(layout, line, shares, given.rest[line.key], left[of])
    found |= _suites(layout, suites, by_product, left)
    return tuple(Rejected(*place, why) for place, why in sorted(found.items()) if place not in linked)


def _single(layout: Layout, line: Line, shares: Iterable[Share], short: Exact, left: Exact | None) -> str:
    unfit = [refusal(line, share.grant) for share in shares]
    if all(unfit):
        return unfit[-1]
    if not short:
        return COVERED
    if {share.of for share in shares} & {*layout.supply.packs}:
        return NOT_BOUGHT
    if line.whole:
        return TOO_FEW
    return UNUSABLE if left == 0 or _reserved(shares) else DEARER


def _reserved(shares: Iterable[Share]) -> bool:
    """Whether a pool keeps units back: what then is left is not for everyone."""
    return any(share.remark for share in shares)


def _suites(
    layout: Layout,
    suites: Iterable[Suite],
    by_product: Mapping[str, Mapping[str, Sequence[Share]]],
    left: Mapping[str, Exact | None],
) -> dict[tuple[str, str], str]:
    estate = layout.estate
    lines = {key: demand.line for demand in estate.demands for key in demand.members}
    found = {}
    for suite in sorted(suites, key=lambda suite: suite.product):
        for of, shares in by_product.get(suite.product, {}).items():
            for made in estate.made:
                enough = suite.option is None or inferred(suite, made, estate.demands)
                why = (UNUSABLE if left[of] == 0 else SINGLE) if enough else NO_SUITE
                for one in made.members:
                    for key in (key for key in one.lines if lines[key].product in suite.components):
                        unfit = [why_not(suite, share.grant, lines[key], one.scope) for share in shares]
                        found[key, of] = unfit[-1] if all(unfit) else why
    return found
