"""Why a cell was not taken: the rule it broke and what to do about it."""


class RefusedValueError(Exception):
    """A cell that cannot be read; `rule` is a short stable word, `way_out` a sentence for a person."""

    def __init__(self, rule: str, way_out: str) -> None:
        super().__init__(f"{rule}: {way_out}")
        self.rule = rule
        self.way_out = way_out


UNCLEAR_DATE = "unclear date"
UNCLEAR_NUMBER = "unclear number"
UNCLEAR_UNITS = "unclear units"
UNCLEAR = frozenset({UNCLEAR_DATE, UNCLEAR_NUMBER, UNCLEAR_UNITS})
