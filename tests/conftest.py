"""Fixtures of the whole suite."""

from __future__ import annotations

import pytest

from tests.cast import Stage, set_stage
from tests.features import ids_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `-k R-055` choose the tests of a row."""
    for item in items:
        item.extra_keyword_matches |= ids_of(item.name, getattr(getattr(item, "obj", None), "__doc__", None))


@pytest.fixture
def stage(db: None) -> Stage:
    return set_stage()
