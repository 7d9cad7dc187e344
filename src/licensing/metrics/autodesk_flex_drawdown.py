"""Autodesk Flex packs are drawn down in order: the one that ends first, then the smaller one, then by name."""

from licensing.counting import Book, Outputs
from licensing.reading import Given

SOURCE = "Autodesk support, Flex questions"


def count(given: Given, book: Book) -> Outputs:
    """``{drawn, shortfall}`` for ``consume`` tokens out of ``packs``; packs ended before ``drawn_on`` are skipped."""
    book.source = SOURCE
    if not given.has("packs", "consume"):
        raise given.no_shape("packs (id, tokens, end) and consume")
    drawn_on = given.day("drawn_on") if given.has("drawn_on") else book.on
    packs = sorted((pack.day("end"), pack.whole("tokens"), pack.text("id")) for pack in given.rows("packs"))
    rest, drawn = given.whole("consume"), dict[str, int]()
    for end, tokens, name in packs:
        taken = 0 if drawn_on and end < drawn_on else min(rest, tokens)
        if taken:
            drawn[name] = book.step(
                "ADSK-DRAW-01",
                f"from {name}, which ends {end.isoformat()}",
                taken,
                inputs={"left": rest, "tokens": tokens},
            )
            rest -= taken
    return {"drawn": drawn, "shortfall": book.step("ADSK-DRAW-02", "tokens short", rest)}
