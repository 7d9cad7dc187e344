"""The smallest parts: monograms, badges, the sign of a position, meters. All values are escaped; a status is always
icon, word and hue together.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from trueup.web.kit.assets_tags import icon
from trueup.web.kit.charts.bullet import bullet as draw_bullet
from trueup.web.kit.charts.meter import meter as draw_meter
from trueup.web.kit.charts.meter import meter_unknown as draw_unknown
from trueup.web.kit.figures import Number, percent, signed, units
from trueup.web.kit.register import register

HUES = 6


@dataclass(frozen=True, slots=True)
class State:
    """How a state is shown: never by hue alone."""

    label: str | Promise
    tone: str
    icon: str


STATES: Final[Mapping[str, State]] = {
    "short": State(_("Short"), "bad", "circle-alert"),
    "at_limit": State(_("At limit"), "warn", "triangle-alert"),
    "covered": State(_("Covered"), "good", "circle-check"),
    "surplus": State(_("Surplus"), "info", "piggy-bank"),
    "under_used": State(_("Under-used"), "info", "piggy-bank"),
    "not_assessed": State(_("Not assessed"), "", "circle-question-mark"),
    "idle": State(_("Idle"), "info", "piggy-bank"),
    "active": State(_("Active"), "good", "circle-check"),
    "running": State(_("Running"), "good", "circle-check"),
    "ending": State(_("Ending"), "warn", "clock"),
    "ended": State(_("Ended"), "", "archive"),
    "expired": State(_("Expired"), "bad", "calendar-clock"),
    "locked": State(_("Locked until the end"), "", "lock"),
    "retired": State(_("Retired"), "", "archive"),
    "failed": State(_("Failed"), "bad", "circle-alert"),
    "waiting": State(_("Waiting"), "warn", "clock"),
    "done": State(_("Done"), "good", "circle-check"),
    "unknown": State(_("Unknown"), "", "circle-question-mark"),
}


def hue(name: str) -> int:
    """One of six hues, the same for the same name on every page and every machine.

    >>> hue("Adobe Creative Cloud") == hue("adobe creative cloud ")
    True
    """
    return zlib.crc32(name.strip().casefold().encode()) % HUES


def monogram(name: str) -> str:
    """The first two letters of a thing: `Ad` for Adobe."""
    letters = [letter for letter in name if letter.isalnum()]
    return "".join(letters[:2]).capitalize() or "?"


def initials(name: str) -> str:
    """A person's initials: first and last word, or the first two letters of a one-word name."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else words[0][:2].upper()


@register.simple_tag
def tile(name: str, size: str = "", of: str = "") -> SafeString:
    """A two-letter monogram; its hue follows `of` (a publisher, say) where given, else the name."""
    return format_html(
        '<span class="tile {} h{}" aria-hidden="true">{}</span>', size, hue(of or name), monogram(name)
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    return format_html('<span class="avatar h{}" aria-hidden="true">{}</span>', hue(name), initials(name))


@register.simple_tag
def who(name: str, meta: str = "", url: str = "", kind: str = "tile", of: str = "") -> SafeString:
    """Monogram, name and one line of meta; the meta is what gets cut. `kind` is tile, avatar or none."""
    marks = {"tile": lambda: tile(name, of=of), "avatar": lambda: avatar(name)}
    mark = marks[kind]() if kind in marks else mark_safe("")
    line = format_html('<span class="sb">{}</span>', meta) if meta else mark_safe("")
    text = format_html('{}<span><span class="nm">{}</span>{}</span>', mark, name, line)
    return (
        format_html('<a class="who" href="{}">{}</a>', url, text)
        if url
        else format_html('<span class="who">{}</span>', text)
    )


@register.simple_tag
def badge(label: str | Promise, tone: str = "", icon_name: str = "") -> SafeString:
    """A badge: tone is bad, warn, good, info, accent, line or empty for a neutral one."""
    mark = icon(icon_name) if icon_name else mark_safe("")
    return format_html('<span class="badge {}">{}{}</span>', tone, mark, label)


@register.simple_tag
def state(key: str) -> SafeString:
    """The badge of a known state; an unknown key is shown as it is, neutral."""
    known = STATES.get(key)
    return badge(known.label, known.tone, known.icon) if known else badge(key.replace("_", " ").capitalize())


@register.simple_tag
def position(value: Number | None, unit: str = "") -> SafeString:
    """What a position comes to: −8 red, 0 amber, +12 plain; None is not assessed."""
    if value is None:
        return state("not_assessed")
    text = f"{signed(value)} {unit}".strip()
    if value > 0:
        return format_html('<span class="num ink2">{}</span>', text)
    return format_html('<span class="badge {} num">{}</span>', "bad" if value < 0 else "warn", text)


@register.simple_tag
def meter(
    purchased: Number | None, used: Number | None, active: Number | None = None, size: str = ""
) -> SafeString:
    """The bar alone; the text beside it carries the value. An unknown value hatches it."""
    return draw_meter(purchased, used, active, size)


@register.simple_tag
def meter_unknown() -> SafeString:
    return draw_unknown()


@register.simple_tag
def bullet(used: Number, entitled: Number) -> SafeString:
    return draw_bullet(used, entitled)


@register.simple_tag
def use(purchased: Number | None, used: Number, active: Number | None = None, unit: str = "") -> SafeString:
    """Bar with its words: "148 of 160 users". `purchased` None means unlimited, and says so."""
    if purchased is None:
        return format_html(
            '<div class="util"><span class="num"><b>{}</b> {}</span></div>', units(used), _("used, unlimited")
        )
    words = format_html(
        '<span class="num"><b>{}</b> {} {}</span>', units(used), _("of"), f"{units(purchased)} {unit}".strip()
    )
    return format_html('<div class="util">{}{}</div>', words, draw_meter(purchased, used, active))


@register.simple_tag
def coverage(entitled: Number | None, required: Number | None) -> SafeString:
    """Bar and per cent of a register's row."""
    if entitled is None or required is None:
        return format_html(
            '<div class="util inline">{}<span class="sr">{}</span></div>', draw_unknown(), _("not assessed")
        )
    share = percent(Decimal(str(required)) / Decimal(str(entitled))) if entitled else "–"
    return format_html(
        '<div class="util inline">{}<span class="num">{}</span></div>', draw_meter(entitled, required), share
    )


@register.simple_tag
def dot(tone: str, label: str) -> SafeString:
    """A coloured dot with its word, for the evidence column and the age of the data."""
    return format_html('<span class="flex"><span class="dot {}"></span>{}</span>', tone, label)


def mark_missing(words: str) -> SafeString:
    """What stands where a value is not known: words, greyed, or a dash read aloud as "none"."""
    if words:
        return format_html('<span class="muted">{}</span>', words)
    return format_html('<span class="muted" aria-hidden="true">–</span><span class="sr">{}</span>', _("none"))


@register.simple_tag
def locked(text: str | Promise = "") -> SafeString:
    """A field one may not see: a lock and who can grant it."""
    return format_html('<span class="locked">{}{}</span>', icon("lock"), text or _("Hidden"))
