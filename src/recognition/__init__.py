"""Titles as inventories write them, turned into products: pure rules read from the library, each answer with its reason.

The words: a *raw title* is what an agent saw; a *match* says which product it is, that nobody licenses it, that
no rule knows it, or that the rules disagree. Nothing here reads a clock, a database or the network.
"""

from recognition.catalogue import Edition, Product, Publisher, Version
from recognition.library import Library, load
from recognition.matching import Match, recognise
from recognition.problems import LibraryError
from recognition.publishers import normalise_publisher
from recognition.rules import Rule
from recognition.titles import NormalisedTitle, RawTitle, normalise_title

__all__ = [
    "Edition",
    "Library",
    "LibraryError",
    "Match",
    "NormalisedTitle",
    "Product",
    "Publisher",
    "RawTitle",
    "Rule",
    "Version",
    "load",
    "normalise_publisher",
    "normalise_title",
    "recognise",
]
