"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.cast import NOW, Stage, set_stage
from tests.features import ids_of


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Only called where tests are shared between processes."""
    from tests.sharing import Sharing

    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `-k R-055` choose the tests of a row."""
    for item in items:
        item.extra_keyword_matches |= ids_of(item.name, getattr(getattr(item, "obj", None), "__doc__", None))


@pytest.fixture(autouse=True, scope="session")
def day_of_the_stage() -> Iterator[None]:
    """The doors read the clock: it shows the cast's day, so that what passes today passes next year.

    Programs that a test starts read the true one; what they are asked may not depend on the day.
    """
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def stage(db: None) -> Stage:
    return set_stage()
