"""What programs say of holdings whose holder goes to another company; used by people and devices alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictInt

from trueup.api.requests import Body
from trueup.assignments.crossing import Crossing


class FateBody(Body):
    """What becomes of one holding: its units go along to the other company, or are released."""

    assignment: StrictInt
    how: Literal["move", "release"]


class CrossingBody(Body):
    """Where to, and what becomes of every holding."""

    company: StrictInt
    settle: list[FateBody] = Field(default_factory=list, max_length=1000)
    reason: str = Field("", max_length=500)

    def crossing(self) -> Crossing:
        """As the room takes it."""
        fates = {one.assignment: one.how for one in self.settle}
        return Crossing(self.company, fates, self.reason)
