"""How a header or a label is compared: spelling, case, width and punctuation make no difference."""

import re
import unicodedata

SEPARATORS = re.compile(r"[\s_\-.:/\\*#]+")
BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")


def normal(text: str) -> str:
    """A header's comparable form: trimmed, NFKC, case-folded, `_ - .` and spaces equal.

    >>> normal("  Order_No. "), normal("GÜLTIG-BIS"), normal("Ｎａｍｅ")
    ('order no', 'gültig bis', 'name')
    """
    return SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def without_brackets(text: str) -> str:
    """The header without what stands in brackets: a unit, a currency, a hint.

    >>> without_brackets("Price (NOK)")
    'Price'
    """
    return BRACKETS.sub(" ", text).strip()


def normal_set(*texts: str) -> frozenset[str]:
    """Several words, comparable."""
    return frozenset(normal(text) for text in texts)
