"""How fast one agent or program may talk: so that one gone wild cannot keep the others waiting."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MESSAGES_A_MINUTE = 1200
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one message: whether it may pass, how many may follow, seconds until the next one may."""

    allowed: bool
    left: int
    wait_seconds: int


class Pace:
    """A bucket of messages for each key, filled evenly. One for each process, which is exact enough for a limit."""

    def __init__(
        self, *, a_minute: int = MESSAGES_A_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.a_minute = a_minute
        self._clock = clock
        self._left: dict[Hashable, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def allows(self, key: Hashable) -> bool:
        """Whether one more message of this key is within its limit; it counts as sent if so.

        >>> pace = Pace(a_minute=2, clock=lambda: 0.0)
        >>> [pace.allows(1), pace.allows(1), pace.allows(1), pace.allows(2)]
        [True, True, False, True]
        """
        return self.take(key).allowed

    def take(self, key: Hashable) -> Turn:
        """The same, with what is left and how long to wait.

        >>> pace = Pace(a_minute=2, clock=lambda: 0.0)
        >>> pace.take(1), pace.take(1), pace.take(1)
        (Turn(allowed=True, left=1, wait_seconds=0), Turn(allowed=True, left=0, wait_seconds=30), Turn(allowed=False, left=0, wait_seconds=30))
        """
        now, most = self._clock(), float(self.a_minute)
        with self._lock:
            if len(self._left) > MOST_REMEMBERED:
                self._left.clear()
            left, since = self._left.get(key, (most, now))
            left = min(most, left + (now - since) * most / 60)
            allowed = left >= 1
            left -= allowed
            self._left[key] = (left, now)
        return Turn(allowed, int(left), max(0, math.ceil((1 - left) * 60 / most)))

    def give_back(self, key: Hashable) -> None:
        """Undo one message of this key: it was another's.

        >>> pace = Pace(a_minute=1, clock=lambda: 0.0)
        >>> pace.allows(1), pace.give_back(1), pace.allows(1), pace.allows(1)
        (True, None, True, False)
        """
        with self._lock:
            if key in self._left:
                left, since = self._left[key]
                self._left[key] = (min(float(self.a_minute), left + 1), since)
