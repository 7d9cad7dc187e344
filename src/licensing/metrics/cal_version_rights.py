"""A client access licence reaches servers of its own version and of every version before it."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "microsoftnegotiations.com, Windows Server CAL, user or device"


def count(given: Given, book: Book) -> Outputs:
    """``{covered}`` for a ``cal_version`` against a ``server_version``."""
    book.source = SOURCE
    if not given.has("cal_version", "server_version"):
        raise given.no_shape("cal_version and server_version")
    cal, server = given.whole("cal_version"), given.whole("server_version")
    says = "the CAL is of the server's version or a later one"
    return {"covered": book.step("MS-CAL-03", says, cal >= server, expression=f"{cal} >= {server}")}
