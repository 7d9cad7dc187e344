"""How money, numbers, days and moments are written: by CLDR, in the reader's language, with a true minus sign.

Unknown values read "not reported" where the caller says so; a filter never turns None into 0.
"""

from __future__ import annotations

import datetime as dt
import json as _json
import re
from decimal import Decimal
from typing import Protocol, runtime_checkable

from babel import Locale
from babel.dates import format_time, format_timedelta
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trueup.base.days import day_in_words, locale
from trueup.web.kit.register import register

MINUS = "\N{MINUS SIGN}"
RELATIVE_DAYS = 61  # from here on a hint counts months
COMPACT_FROM = 1000
OURS, OURS_ARE = re.compile(r"(?<=\d)[Km]"), {"K": "k", "m": "M"}
"""In English a thousand is k and a million M, as in €249.6k and €2.49M."""

Number = Decimal | int | float
Amount = Number | str


@runtime_checkable
class HasMoney(Protocol):
    """A value that knows its currency."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


def minus(text: str) -> str:
    return text.replace("-", MINUS)


def _split(value: object, currency: str) -> tuple[Decimal, str] | None:
    if value is None or value == "":
        return None
    if isinstance(value, HasMoney):
        return Decimal(value.amount), value.currency
    if isinstance(value, tuple):
        return Decimal(value[0]), str(value[1])
    return Decimal(str(value)), currency


@register.filter
def money(value: object, currency: str = "EUR") -> str:
    """Money in full: €124,800, or €65.40 where there are cents. Takes an object with amount and currency, a pair, or a
    number with the currency as the filter's argument. Empty for None.
    """
    pair = _split(value, currency)
    if pair is None:
        return ""
    amount, code = pair
    whole = amount == amount.to_integral_value()
    pattern = locale().currency_formats["standard"].pattern.replace("0.00", "0") if whole else None
    return minus(format_currency(amount, code, format=pattern, locale=locale(), currency_digits=not whole))


@register.filter
def money_short(value: object, currency: str = "EUR") -> str:
    """Money for a headline: €2.49M, €249.6k. The exact figure belongs in `title` and behind the link."""
    pair = _split(value, currency)
    if pair is None:
        return ""
    amount, code = pair
    if abs(amount) < COMPACT_FROM:
        return money(value, currency)
    digits = 2 if abs(amount) >= COMPACT_FROM**2 else 1
    text = format_compact_currency(amount, code, locale=locale(), fraction_digits=digits)
    if not _is_short(text, code):
        return money((amount.quantize(Decimal(1)), code))
    return minus(OURS.sub(lambda found: OURS_ARE[found[0]], text) if locale().language == "en" else text)


def _is_short(text: str, code: str) -> bool:
    """Whether the language has a short form for it: German has none below a million."""
    symbol = get_currency_symbol(code, locale=locale())
    return any(letter.isalpha() for letter in text.replace(symbol, "").replace(code, ""))


@register.filter
def units(value: Number | None) -> str:
    """A count with the locale's grouping; exact rationals keep up to two decimals."""
    return (
        ""
        if value is None
        else minus(format_decimal(value, format=None, locale=locale(), decimal_quantization=True))
    )


@register.filter
def signed(value: Number | None) -> str:
    """A difference with its sign: +12, −8, 0."""
    if value is None:
        return ""
    return f"+{units(value)}" if value > 0 else units(value)


@register.filter
def percent(value: Number | None) -> str:
    """A share of one as whole per cent: 0.94 reads 94%."""
    return "" if value is None else minus(format_percent(value, locale=locale()))


@register.filter
def day(value: dt.date | None) -> str:
    """A day as it is written everywhere: 30 Nov 2026."""
    if value is None:
        return ""
    return day_in_words(_as_day(value))


@register.filter
def day_month(value: dt.date | None) -> str:
    """A day without its year, for charts whose axis says the year: 30 Nov."""
    return "" if value is None else day_in_words(_as_day(value), "MMMd")


def _as_day(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def near(value: dt.date | None, on: dt.date | None = None) -> str:
    """How far off a day is, seen from `on` (today unless told): "in 9 d", "21 d ago", "in 3 mo"."""
    if value is None:
        return ""
    days = (_as_day(value) - (on or timezone.localdate())).days
    if days == 0:
        return _("today")
    if abs(days) < RELATIVE_DAYS:
        return _("in %(n)s d") % {"n": days} if days > 0 else _("%(n)s d ago") % {"n": -days}
    months = round(abs(days) / 30.44)
    return _("in %(n)s mo") % {"n": months} if days > 0 else _("%(n)s mo ago") % {"n": months}


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment in the reader's time zone: 18 Nov 2026, 14:37."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local.date())}, {format_time(local, format=_clock(locale()), locale=locale())}"


def _clock(of: Locale) -> str:
    return "HH:mm" if of.language == "en" else "short"


@register.filter
def ago(value: dt.datetime | None) -> SafeString | str:
    """A moment told by its age; `tru-reltime` keeps it current, the exact moment is in `title`."""
    if value is None:
        return ""
    age = format_timedelta(value - timezone.now(), add_direction=True, locale=locale(), threshold=1.2)
    return format_html(
        '<tru-reltime><time datetime="{}" title="{}">{}</time></tru-reltime>',
        value.astimezone(dt.UTC).isoformat() if timezone.is_aware(value) else value.isoformat(),
        moment(value),
        age,
    )


@register.filter
def json(value: object) -> str:
    """Figures for a custom element, to stand in a quoted attribute; the template escapes it."""
    return _json.dumps(value, default=str, separators=(",", ":"))
