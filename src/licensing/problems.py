"""The common ancestor of what the rules refuse; each problem itself stands beside the function that raises it."""


class LicensingProblem(Exception):
    """Something the rules cannot count: the message names the value, the rule and the way out."""
