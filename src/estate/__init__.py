"""The set-based half of counting: what is installed, reduced to shapes with counts.

Facts of a day are frozen to Parquet (the evidence), a few plain SQL statements reduce tens of
millions of installations to a few thousand shapes, and ``licensing`` then applies each rule once a
shape. This package knows columns only: no rules, no database of ours, no Django.
"""

from estate.combinations import Together, combinations
from estate.engines import DuckEngine, Engine
from estate.facts import TABLES, FactTable, to_table
from estate.freeze import Freezer, Frozen, Tampered, UnsortedRows, verify
from estate.opening import open_engine
from estate.shapes import (
    Installed,
    Member,
    Shape,
    count_shapes,
    installed,
    members_of,
    over_facts,
    subjects_of,
)

__all__ = [
    "TABLES",
    "DuckEngine",
    "Engine",
    "FactTable",
    "Freezer",
    "Frozen",
    "Installed",
    "Member",
    "Shape",
    "Tampered",
    "Together",
    "UnsortedRows",
    "combinations",
    "count_shapes",
    "installed",
    "members_of",
    "open_engine",
    "over_facts",
    "subjects_of",
    "to_table",
    "verify",
]
