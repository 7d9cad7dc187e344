"""The common ancestor of what the estate refuses; each problem itself stands beside the function that raises it."""


class EstateProblem(Exception):
    """Facts that can't be frozen, read or counted: the message names what is wrong and where."""
