"""The cheapest lawful cover: what the order of consumption leaves on the table, found, proved and shown in money.

HiGHS proposes; every proposal is rounded to whole units and checked again in exact rationals before it is believed.
"""

from licensing.optimiser.demands import Composition, Layer, NotOneEstate, Suite
from licensing.optimiser.optimise import optimise
from licensing.optimiser.solution import Bought, Money, Solution, SuiteUse, Waived
from licensing.optimiser.supplies import Base, Holding, Options, Pack, Pool, Prices

__all__ = [
    "Base",
    "Bought",
    "Composition",
    "Holding",
    "Layer",
    "Money",
    "NotOneEstate",
    "Options",
    "Pack",
    "Pool",
    "Prices",
    "Solution",
    "Suite",
    "SuiteUse",
    "Waived",
    "optimise",
]
