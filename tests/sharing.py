"""How tests are shared between processes: each by itself, but those of a file together whose fixtures take long to make."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/doors/test_budgets.py", "tests/estate/test_spark.py")
"""Walks over every page, a cluster of separate processes: once is enough."""


class Sharing(LoadScopeScheduling):
    """Files named above are not divided; of all others any process takes the next test."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path in TOGETHER else nodeid
