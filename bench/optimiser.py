"""Times the cheapest lawful cover of made-up estates and sets its cost against the order of consumption.

Usage: PYTHONPATH=src python -m bench.optimiser [devices ..., default 1000 5000 20000]

An estate has 40 products in 4 versions, downgrade, 6 suites of 4 products each, 4 companies, about 40 devices to a build,
and grants for 40 to 110 per cent of each title. It is solved by signature, as Trueup does, then with packs to buy, then
with every device a class of its own.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from licensing.cover import Grant, Line
from licensing.optimiser import Composition, Pack, Prices, Solution, Suite, optimise

PRODUCTS, SUITES, PARTS, COMPANIES, ALIKE = 40, 6, 4, 4, 40
VERSIONS = (2022, 2019, 2016, 2013)
CEILING = 5_000


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up estate, and how many devices and installations it has."""

    devices: int
    installs: int
    lines: list[Line]
    grants: list[Grant]
    suites: list[Suite]
    compositions: list[Composition]
    packs: list[Pack]
    prices: Prices


def estate(devices: int, *, apart: bool, with_packs: bool) -> Made:
    """The same estate for the same size. ``apart`` gives every device a scope of its own, so that no two look alike."""
    dice = random.Random(devices)
    suites = [
        Suite(f"suite {number}", frozenset(f"product {number * PARTS + part}" for part in range(PARTS)))
        for number in range(SUITES)
    ]
    builds = [_build(dice, suites) for _ in range(max(1, devices // ALIKE))]
    on_devices = Counter(
        (dice.choice(range(len(builds))), f"company {dice.randrange(COMPANIES)}") for _ in range(devices)
    )
    units: Counter[tuple[str, int, str]] = Counter()
    compositions: list[Composition] = []
    for (build, scope), count in sorted(on_devices.items()):
        for number, subjects in enumerate([1] * count if apart else [count]):
            own = f"{scope}, device {build} {number}" if apart else scope
            keys = [(product, version, own) for product, version in builds[build]]
            units.update(dict.fromkeys(keys, subjects))
            names = {_key(*key): 1 for key in keys}
            compositions.append(Composition(f"{build} {scope} {number}", subjects, names, scope=own))
    lines = [
        Line(_key(*place), place[0], some, version=place[1], scope=place[2])
        for place, some in sorted(units.items())
    ]
    price = {f"product {number}": 40 + dice.randrange(400) for number in range(PRODUCTS)}
    grants = _grants(dice, units, price, suites)
    short = {line.key: Fraction(price[line.product]) for line in lines}
    packs = [
        Pack(
            Grant(f"pack of {name}", name, 0, version=VERSIONS[0], downgrade="any", line=VERSIONS),
            25,
            20 * cost,
        )
        for name, cost in price.items()
    ]
    installs = sum(units.values())
    return Made(
        devices,
        installs,
        lines,
        grants,
        suites,
        compositions,
        packs if with_packs else [],
        Prices(short=short),
    )


def _key(product: str, version: int, scope: str) -> str:
    return f"{product} {version} {scope}"


def _build(dice: random.Random, suites: list[Suite]) -> list[tuple[str, int]]:
    """A device's software: half of the devices have most of a suite, all have a few others."""
    suite = sorted(dice.choice(suites).components)
    chosen = set(dice.sample(suite, dice.randrange(2, PARTS + 1))) if dice.randrange(2) else set()
    chosen |= {f"product {dice.randrange(PRODUCTS)}" for _ in range(3)}
    return [(product, dice.choice(VERSIONS)) for product in sorted(chosen)]


def _grants(
    dice: random.Random, units: Counter[tuple[str, int, str]], price: dict[str, int], suites: list[Suite]
) -> list[Grant]:
    by_title: Counter[tuple[str, int]] = Counter()
    for (product, version, _), some in units.items():
        by_title[product, version] += some
    grants = [
        Grant(f"{product} {version}", product, some * dice.randrange(40, 110) // 100, version=version,
              downgrade=dice.choice(("none", "one", "any")), line=VERSIONS, unit_cost=price[product])
        for (product, version), some in sorted(by_title.items())
    ]  # fmt: skip
    for suite in suites:
        of_parts = sum(some for (product, _), some in by_title.items() if product in suite.components)
        grants.append(
            Grant(
                suite.product,
                suite.product,
                of_parts // 8,
                version=VERSIONS[0],
                downgrade="any",
                line=VERSIONS,
            )
        )
    return grants


def solved(made: Made) -> tuple[Solution, float]:
    """The cheapest cover found and the seconds it took."""
    started = time.perf_counter()
    found = optimise(
        lines=made.lines,
        grants=made.grants,
        suites=made.suites,
        compositions=made.compositions,
        packs=made.packs,
        prices=made.prices,
    )
    return found, time.perf_counter() - started


def show(what: str, made: Made) -> None:
    """Solve and print one line."""
    found, seconds = solved(made)
    over = 100 * float(Fraction(found.money.greedy) / max(1, found.money.objective) - 1)
    gap = "unknown" if found.money.gap is None else f"{float(found.money.gap):.6f}"
    print(
        f"{made.devices:>7,} / {made.installs:>8,}  {what:<22} {len(made.lines):>7,} lines {seconds:8.2f} s  "
        f"{found.method:<6} proved: {'yes' if found.proved else 'no':<3} gap {gap}  "
        f"optimum {float(found.money.objective):>13,.0f}  order of consumption +{over:.1f} %"
    )
    for note in found.notes:
        print(f"{'':>20}{note}")


def main(sizes: list[int]) -> None:
    """Print one line for each size and way."""
    for devices in sizes:
        show("by signature", estate(devices, apart=False, with_packs=False))
        show("by signature, packs", estate(devices, apart=False, with_packs=True))
        if devices <= CEILING:
            show("every device apart", estate(devices, apart=True, with_packs=False))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 5_000, 20_000])
