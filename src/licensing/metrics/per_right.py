"""Subjects that need one licence for so many installs each: the rule that devices and named users share."""

from licensing.counting import Book
from licensing.quantities import packs_of
from licensing.reading import Given


def licences(given: Given, book: Book, *, subjects: str, rule: str) -> int:
    """Licences for a list of subjects, rounded up for each subject and never for the grand total.

    A subject without installs needs none. Without ``max_installs_per_right`` the installs are unlimited.
    """
    limited = given.has("max_installs_per_right") and given.values["max_installs_per_right"] is not None
    most = given.whole("max_installs_per_right", least=1) if limited else None
    installs = [subject.whole("installs") for subject in given.rows(subjects)]
    seen = [count for count in installs if count]
    book.step(
        f"{rule}-01",
        f"{subjects} with at least one install",
        len(seen),
        expression="count where installs > 0",
        inputs={subjects: len(installs)},
    )
    return book.step(
        f"{rule}-02",
        f"licences, at least one for each of these {subjects}",
        len(seen) if most is None else sum(max(1, packs_of(count, most)) for count in seen),
        expression="1 each" if most is None else "sum of max(1, ceil(installs / max_installs_per_right))",
        rounding=f"for each of the {subjects}",
        inputs={"max_installs_per_right": "unlimited" if most is None else most},
    )
