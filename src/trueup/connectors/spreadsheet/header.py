"""Which row of a sheet is its header: title lines, logos' captions and empty rows above it are skipped."""

from collections.abc import Sequence
from fractions import Fraction

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.synonyms import FIELDS_OF_WORD
from trueup.connectors.spreadsheet.words import normal, without_brackets

ROWS_TO_JUDGE = 25
TEXT_SHARE = Fraction(7, 10)  # a year as a column's name is fine, a row of figures is not a header
SURE = 2  # one known word may be chance: a product called "Server"


def find_header(records: Sequence[Sequence[Cell]]) -> int | None:
    """The index of the header: the row with most known field names, then the fullest row of distinct words.

    A sheet of one column has a header too; a sheet without any row of words has none.
    """
    best, best_score = None, (0, 0)
    for index, record in enumerate(records[:ROWS_TO_JUDGE]):
        words = [cell for cell in record if cell is not None]
        texts = [cell for cell in words if isinstance(cell, str)]
        if not words or len(texts) < TEXT_SHARE * len(words):
            continue
        known = sum(map(is_known, texts))
        score = (known if known >= SURE else 0, len({normal(text) for text in texts}))
        if score > best_score:
            best, best_score = index, score
    return best


def is_known(word: str) -> bool:
    """Whether the word names a field in any language."""
    return normal(word) in FIELDS_OF_WORD or normal(without_brackets(word)) in FIELDS_OF_WORD
