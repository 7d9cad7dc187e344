"""How fast one enrolment may talk: so that a site gone wild cannot keep the others waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MESSAGES_A_MINUTE = 1200
MOST_REMEMBERED = 10_000


class Pace:
    """A bucket of messages for each key, filled evenly. One for each process, which is exact enough for a limit."""

    def __init__(
        self, *, a_minute: int = MESSAGES_A_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = float(a_minute)
        self._clock = clock
        self._left: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def allows(self, key: int) -> bool:
        """Whether one more message of this key is within its limit; it counts as sent if so.

        >>> pace = Pace(a_minute=2, clock=lambda: 0.0)
        >>> [pace.allows(1), pace.allows(1), pace.allows(1), pace.allows(2)]
        [True, True, False, True]
        """
        now = self._clock()
        with self._lock:
            if len(self._left) > MOST_REMEMBERED:
                self._left.clear()
            left, since = self._left.get(key, (self._most, now))
            left = min(self._most, left + (now - since) * self._most / 60)
            allowed = left >= 1
            self._left[key] = (left - 1 if allowed else left, now)
        return allowed
