"""Fixtures of the whole suite."""

from __future__ import annotations

import pytest

from tests.cast import Stage, set_stage


@pytest.fixture
def stage(db: None) -> Stage:
    return set_stage()
