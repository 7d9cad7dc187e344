"""Amounts with their currency: a sign or an ISO code before or after the digits, or in the header."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from trueup.connectors.spreadsheet.sheets import Cell
from trueup.connectors.spreadsheet.values.numbers import NumberStyle, plain, read_number
from trueup.connectors.spreadsheet.values.refused import RefusedValueError

SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "US$": "USD", "U$S": "USD", "C$": "CAD", "CA$": "CAD",
    "CDN$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "₹": "INR",
    "Rs": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "Fr": "CHF",
    "SFr": "CHF", "₴": "UAH", "฿": "THB", "₫": "VND", "Mex$": "MXN", "MX$": "MXN",
}  # fmt: skip
CODES = {sign.casefold(): code for sign, code in SIGNS.items()}
SHARED = {
    "$": ("USD", frozenset({"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "CLP", "COP", "ARS", "TWD"})),
    "¥": ("JPY", frozenset({"JPY", "CNY"})),
    "kr": (None, frozenset({"NOK", "SEK", "DKK", "ISK"})),
}
UNKNOWN = "XXX"  # ISO 4217's own word for no currency; Ralph writes it
WORD = r"[^\d\s.,'()+-]+(?:\.(?!\d))?"
AMOUNT = re.compile(
    rf"(?P<minus>-)?\s*(?P<before>{WORD})?\s*(?P<minus2>-)?\s*(?P<digits>[\d.,' ]*\d)"
    rf"(?:[.,]-{{1,2}})?\s*(?P<minus3>-)?\s*(?P<after>{WORD})?"
)
NOTHING = frozenset(
    {"-", "--", "n/a", "na", "none", "null", "unknown", "unbekannt", "k. a.", "k.a.", "inconnu", "?"}
)
FREE = frozenset({"free", "gratis", "kostenlos", "kostenfrei", "gratuit", "no charge", "included"})
MAX_DIGITS = 12
DECIMALS_KEPT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as written, with the currency its own cell names, if it does."""

    amount: Decimal
    currency: str | None = None


@cache
def known_currencies() -> frozenset[str]:
    """Every ISO 4217 code."""
    return frozenset(list_currencies())


def currency_of(word: str, *, usual: str | None = None) -> str | None:
    """The ISO code a word, sign or code stands for; None for no known currency.

    A sign that several countries share means the usual currency when that is one of them.

    >>> currency_of("€"), currency_of("chf"), currency_of("kr"), currency_of("kr", usual="NOK")
    ('EUR', 'CHF', None, 'NOK')
    """
    word = word.strip()
    if (bare := word.rstrip(".").casefold()) in SHARED:
        first, sharing = SHARED[bare]
        return usual if usual in sharing else first
    if bare in CODES:
        return CODES[bare]
    code = bare.upper()
    return code if code in known_currencies() and code != UNKNOWN else None


def currency_in_header(header: str) -> str | None:
    """The currency a header names: "Price (NOK)", "Preis in EUR", "Cost $".

    >>> currency_in_header("Price (NOK)"), currency_in_header("All prices"), currency_in_header("Preis €")
    ('NOK', None, 'EUR')
    """
    for word in re.split(r"[\s()\[\]/,:;_-]+", header):
        if word.upper() == word and word and (code := currency_of(word)):
            return code
    return None


def digits_of(cell: Cell) -> str:
    """The digits of an amount, for deciding the column's style; empty when there are none."""
    found = AMOUNT.fullmatch(plain(unwrapped(cell))) if isinstance(cell, str) else None
    return found["digits"] if found else ""


def unwrapped(text: str) -> str:
    """An accountant's (1.00) as −1.00."""
    return f"-{text[1:-1]}" if text.startswith("(") and text.endswith(")") else text


def read_money(cell: Cell, style: NumberStyle, *, usual: str | None = None) -> Amount | None:
    """The amount in a cell; None for words that mean nothing was paid or nobody knows.

    Raises RefusedValueError for what is no amount, and for a negative one (R-041).
    """
    if isinstance(cell, Decimal):
        return checked(cell, None)
    if not isinstance(cell, str):
        raise RefusedValueError("not an amount", _("Write an amount, for example 1234.50."))
    text = plain(unwrapped(cell))
    if text.casefold() in NOTHING:
        return None
    if text.casefold() in FREE:
        return Amount(Decimal(0))
    found = AMOUNT.fullmatch(text)
    if not found:
        raise RefusedValueError(
            "not an amount", _("Write an amount with its currency, for example 1234.50 EUR.")
        )
    word = found["before"] or found["after"]
    currency = currency_of(word, usual=usual) if word else None
    if word and not currency and word.upper() != UNKNOWN:
        raise RefusedValueError(
            "unknown currency",
            _("“%(word)s” is no one currency. Write its ISO code, for example EUR.") % {"word": word},
        )
    amount = read_number(found["digits"], style)
    return checked(-amount if found["minus"] or found["minus2"] or found["minus3"] else amount, currency)


def checked(amount: Decimal, currency: str | None) -> Amount:
    """The amount within what the product stores: not negative, four decimals."""
    if amount < 0:
        raise RefusedValueError(
            "negative price", _("A price is 0 or more. Enter a credit as a reduction instead.")
        )
    if amount >= Decimal(10) ** MAX_DIGITS:
        raise RefusedValueError(
            "too large", _("A price has at most %(most)s digits before the decimals.") % {"most": MAX_DIGITS}
        )
    return Amount(
        amount.quantize(DECIMALS_KEPT) if amount != amount.quantize(DECIMALS_KEPT) else amount, currency
    )
