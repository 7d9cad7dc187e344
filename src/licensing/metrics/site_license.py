"""Site licence: one licence for everything on the sites it names, or seats for the people there.

A site beyond the number granted lies outside the grant; it does not need a second licence.
"""

import re

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "cybermatrix.com, licence types"
_SITES = re.compile(r"site_up_to_(\d+)_sites")


def count(given: Given, book: Book) -> Outputs:
    """``{licenses, compliant}`` for a model of so many sites; ``{licenses}`` for seats."""
    book.source = SOURCE
    model = given.text("model")
    if model == "seats":
        people = given.whole("people")
        return {"licenses": book.step("SITE-03", "a seat for each person", people, inputs={"people": people})}
    granted = _SITES.fullmatch(model)
    if not granted:
        raise given.refused("model", f"is {model!r}", "give site_up_to_<number>_sites or seats")
    sites, most = given.whole("sites"), int(granted[1])
    book.step("SITE-01", "one licence, whatever is installed on its sites", 1)
    inside = book.step(
        "SITE-02",
        f"at most {most} sites are granted",
        sites <= most,
        expression=f"{sites} <= {most}",
        inputs={"sites": sites},
    )
    return {"licenses": 1, "compliant": inside}
