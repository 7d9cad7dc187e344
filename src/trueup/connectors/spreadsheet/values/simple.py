"""Yes and no, units, whole numbers, keys and tags: the values that need no look at their column."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.values.numbers import Decimals, NumberStyle, plain, read_number, readings
from trueup.connectors.spreadsheet.values.refused import UNCLEAR_UNITS, RefusedValueError
from trueup.connectors.spreadsheet.words import normal, normal_set

YES = normal_set(
    "yes", "y", "true", "1", "x", "on", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", "✓", "✔", "☑"
)
NO = normal_set(
    "no", "n", "false", "0", "off", "nein", "falsch", "non", "faux", "nei", "nee", "✗", "☐", "none"
)
UNLIMITED = normal_set(
    "unlimited", "unbegrenzt", "unlimitiert", "unbeschränkt", "illimité", "illimitée", "illimités", "infinite", "∞",
    "no limit", "site", "enterprise wide", "ohne limit", "sans limite",
)  # fmt: skip
NINES = re.compile(r"9{4,}")
MAX_UNITS = 2_000_000_000
BLOTTED = re.compile(r"[*•●x#.?]{2,}", re.IGNORECASE)
STARS = re.compile(r"[*•●]{3,}")
DASH = re.compile(r"[-–—.]{1,3}")
NO_KEY = normal_set(
    "none", "n/a", "na", "no key", "kein", "keine", "aucun", "aucune", "null", "unknown", "unbekannt"
)
TAG_SEPARATORS = re.compile(r"[,;|\n]")


@dataclass(frozen=True, slots=True)
class Units:
    """A number of units, or None for unlimited."""

    count: int | None


def read_flag(cell: Cell) -> bool:
    """Yes or no in the languages we read.

    >>> read_flag("Ja"), read_flag("FAUX"), read_flag(Decimal(1))
    (True, False, True)
    """
    word = normal(f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
    if word in YES:
        return True
    if word in NO:
        return False
    raise RefusedValueError("not yes or no", _("Write yes or no."))


def read_count(cell: Cell) -> int:
    """A whole number of 0 or more; a dot or comma between threes can only be grouping here.

    >>> read_count("1.500"), read_count("1,500"), read_count("5,0"), read_count("1 200")
    (1500, 1500, 5, 1200)
    """
    if isinstance(cell, Decimal):
        values = {cell}
    elif isinstance(cell, str):
        text = plain(cell)
        minus, digits = text.startswith("-"), text.removeprefix("-").strip()
        values = {-value if minus else value for value in readings(digits).values()}
        if not values:
            read_number(digits, NumberStyle(Decimals.POINT))
    else:
        raise RefusedValueError("not a whole number", _("Write a whole number, 0 or more."))
    whole = [int(value) for value in values if value == value.to_integral_value()]
    if not whole:
        raise RefusedValueError("not a whole number", _("Write a whole number, 0 or more."))
    if min(whole) < 0:
        raise RefusedValueError("negative number", _("Write 0 or more."))
    if max(whole) > MAX_UNITS:
        raise RefusedValueError(
            "too large",
            _("At most %(most)s can be counted.") % {"most": number_format(MAX_UNITS, force_grouping=True)},
        )
    return max(whole)


def read_units(cell: Cell, *, nines: str | None = None, minus_one: str | None = "unlimited") -> Units:
    """How many units a cell says. 9999 and its kin are often meant as no limit: asked, unless answered.

    `nines` and `minus_one` are "unlimited", "number" or None for asking.
    """
    word = plain(f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
    if normal(word) in UNLIMITED:
        return Units(None)
    if word == "-1" and minus_one != "number":
        return Units(None)
    if NINES.fullmatch(word) and nines != "number":
        if nines == "unlimited":
            return Units(None)
        raise RefusedValueError(
            UNCLEAR_UNITS,
            _("%(word)s often means no limit. Say whether it does here, or whether %(word)s were bought.")
            % {"word": word},
        )
    return Units(read_count(cell))


def read_key(cell: Cell) -> str | None:
    """The key in a cell, None for words that mean there is none.

    A masked key is refused: stars and dashes would be sealed as if they could activate something.
    """
    text = f"{cell:f}" if isinstance(cell, Decimal) else str(cell).strip()
    if normal(text) in NO_KEY or DASH.fullmatch(text):
        return None
    if is_masked(text):
        raise RefusedValueError(
            "masked key", _("Export the keys in clear, or leave the cell empty and add the key later.")
        )
    return text


def is_masked(text: str) -> bool:
    """Whether most of the key was blotted out before it came here.

    >>> is_masked("------------"), is_masked("XXXXX-XXXXX-XXXXX-AB12C"), is_masked("VK7JG-NPHTM-C97JM")
    (True, True, False)
    """
    groups = [group for group in re.split(r"[\s-]+", text) if group]
    blotted = [group for group in groups if BLOTTED.fullmatch(group)]
    return not groups or len(blotted) * 2 >= len(groups) or bool(STARS.search(text))


def tail(key: str) -> str:
    """What may be shown of a key: its last characters, and nothing of a short one.

    >>> tail("VK7JG-NPHTM-C97JM-9MPGT-3V66T"), tail("abc")
    ('…3V66T', '…')
    """
    shown = 5
    return f"…{key[-shown:]}" if len(key) > 2 * shown else "…"


def read_tags(cell: Cell) -> tuple[str, ...]:
    """Words between commas, semicolons or bars, each once, in their order.

    >>> read_tags("design, 2026; design")
    ('design', '2026')
    """
    words = (unicodedata.normalize("NFKC", word).strip() for word in TAG_SEPARATORS.split(str(cell)))
    return tuple(dict.fromkeys(word for word in words if word))
