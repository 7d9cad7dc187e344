"""What the doctor finds: one thing looked at, how it stands, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands."""

    WELL = "well"
    ADVICE = "advice"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`mend` is empty when there is nothing to do."""

    name: str
    state: State
    says: str
    mend: str = ""


def well(name: str, says: str) -> Finding:
    return Finding(name, State.WELL, says)


def advice(name: str, says: str, mend: str) -> Finding:
    return Finding(name, State.ADVICE, says, mend)


def wrong(name: str, says: str, mend: str) -> Finding:
    return Finding(name, State.WRONG, says, mend)
