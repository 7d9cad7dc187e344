"""Ids in tests are those of the acceptance rows, so that a slip of the pen proves nothing."""

from __future__ import annotations

from tests.features import proofs, rows


def test_every_id_in_a_test_is_a_row():
    known = {row.id for row in rows()}
    assert {row_id: tests for row_id, tests in proofs().items() if row_id not in known} == {}


def test_every_row_stands_once_and_names_its_issue():
    ids = [row.id for row in rows()]
    assert len(ids) == len(set(ids)) == 405
    assert {row.issue for row in rows()} <= set(range(3, 9))
