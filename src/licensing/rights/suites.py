"""Suites: when installed components mean that a suite is there, and which of several suites explains them best."""

from fractions import Fraction

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "ServiceNow documentation: software-suites-inference"


def infer(given: Given, book: Book) -> Outputs:
    """``{inferred}``: the suite itself is installed, or its mandatory parts and enough of its components are.

    Enough includes the limit itself: reaching the percentage suffices.
    """
    book.source = SOURCE
    if not given.has("suite", "components", "installed"):
        raise given.no_shape("suite, components, option, mandatory and installed")
    installed, components = {*given.texts("installed")}, {*given.texts("components")}
    if given.text("suite") in installed:
        return {"inferred": book.step("SUITE-01", "the suite itself is installed", value=True)}
    found = len(installed & components)
    mandatory = {*given.texts("mandatory")} if given.has("mandatory") else set()
    complete = book.step("SUITE-02", "every mandatory component is installed", mandatory <= installed)
    enough = _enough(given, book, found, len(components))
    return {"inferred": complete and enough}


def rank(given: Given, book: Book) -> Outputs:
    """``{chosen}`` among ``candidates`` that passed inference: itself installed, most components, lower version, share."""
    book.source = SOURCE
    if not given.has("candidates"):
        raise given.no_shape("candidates (suite, installed_components, total_components, version)")
    candidates = given.rows("candidates")
    if not candidates:
        raise given.refused("candidates", "is empty", "give at least one suite that passed inference")
    chosen = min(candidates, key=_place).text("suite")
    says = "itself installed, then most components, then lower version, then greater share, then name"
    return {"chosen": book.step("SUITE-05", says, chosen, inputs={"candidates": len(candidates)})}


def _enough(given: Given, book: Book, found: int, components: int) -> bool:
    option = given.inner("option") if given.has("option") else Given(given.rule, {}, given.path)
    if option.has("number"):
        number = option.whole("number")
        return book.step(
            "SUITE-03", f"at least {number} components", found >= number, expression=f"{found} >= {number}"
        )
    percent = option.number("percent") if option.has("percent") else book.number("generic.suite_percent")
    expression = f"100 x {found} >= {percent} x {components}"
    return book.step(
        "SUITE-04",
        f"at least {percent} % of the components",
        100 * found >= percent * components,
        expression=expression,
    )


def _place(candidate: Given) -> tuple[bool, int, int, Fraction, str]:
    itself = candidate.has("suite_itself_installed") and candidate.flag("suite_itself_installed")
    installed, total = candidate.whole("installed_components"), candidate.whole("total_components", least=1)
    return (
        not itself,
        -installed,
        candidate.whole("version"),
        -Fraction(installed, total),
        candidate.text("suite"),
    )
