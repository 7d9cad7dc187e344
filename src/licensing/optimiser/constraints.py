"""The constraints of the cover: what is needed is covered or short, and no grant gives more than it has."""

from collections.abc import Iterator

from licensing.optimiser.columns import Layout
from licensing.optimiser.programme import Row


def constraints(layout: Layout) -> tuple[Row, ...]:
    """All rows of a layout, in an order of their own."""
    return (*_covering(layout), *_capacity(layout), *_linking(layout))


def _covering(layout: Layout) -> Iterator[Row]:
    """What covers a class of lines and what of it is short make up its units, as far as its layer asks for them."""
    estate, columns = layout.estate, layout.columns
    terms: list[dict[int, int]] = [{columns.short[number]: 1} for number in range(len(estate.demands))]
    for (number, _), column in columns.single.items():
        terms[number][column] = 1
    for place, right in layout.rights.items():
        for number in right.covers:
            terms[number][columns.suite[place]] = layout.grains(estate.made[right.made].units[number])
    for number, column in columns.over.items():
        terms[number][column] = -1
    for number, demand in enumerate(estate.demands):
        limit = layout.grains(demand.units)
        if demand.layer is not None:
            each = layout.grains(demand.each)
            terms[number][columns.host[demand.layer]] = -each if demand.is_host else each
            limit = 0 if demand.is_host else limit
        yield Row(terms[number], limit, equal=True)


def _capacity(layout: Layout) -> Iterator[Row]:
    """Every limited grant gives no more than it has, and packs no more than are bought."""
    columns, supply = layout.columns, layout.supply
    taken: dict[str, dict[int, int]] = {key: {} for key in supply.shares}
    for (_, key), column in columns.single.items():
        taken[key][column] = 1
    for (made, key), column in columns.suite.items():
        taken[key][column] = layout.grains(layout.estate.made[made].one.takes)
    for key, share in supply.shares.items():
        if key in supply.packs:
            size = layout.grains(supply.packs[key].size)
            yield Row({**taken[key], columns.bought[key]: -size}, 0, equal=False)
        elif taken[key] and not share.grant.is_endless:
            yield Row(taken[key], layout.grains(share.grant.units or 0), equal=False)


def _linking(layout: Layout) -> Iterator[Row]:
    """No subject under two suites, all or nothing where asked, and units kept no more than used."""
    estate, columns = layout.estate, layout.columns
    shared: dict[int, dict[int, int]] = {}
    for (made, _), column in columns.suite.items():
        shared.setdefault(made, {})[column] = 1
    for made, terms in shared.items():
        yield Row(terms, estate.made[made].subjects, equal=False)
    for number, column in columns.whole.items():
        units = layout.grains(estate.demands[number].units)
        yield Row({columns.short[number]: 1, column: units}, units, equal=True)
    for place, column in columns.kept.items():
        yield Row({column: 1, columns.single[place]: -1}, 0, equal=False)
