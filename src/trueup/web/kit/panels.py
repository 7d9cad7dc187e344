"""The parts cards are made of: key figures, tabs, chips, details, activity, decisions, options, steps, pager, secret.

Each takes named arguments; lists may hold the frozen values below or dicts with the same keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from trueup.web.kit.register import register

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab or a saved view: a link with an optional counter."""

    label: Words
    url: str
    current: bool = False
    count: int | str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of activity: what happened, by whom, when; `was` and `now` where a value changed."""

    who: str
    text: Words
    at: dt.datetime
    was: str = ""
    now: str = ""
    icon: str = ""
    url: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A line of a details card. `edit_url` makes it editable in place; `locked` says who could show it."""

    label: Words
    value: Any
    edit_url: str = ""
    url: str = ""
    mono: bool = False
    person: bool = False
    tone: str = ""
    locked: Words = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list stands: the cursor's two neighbours as addresses, and the exact count."""

    first: int
    last: int
    total: int
    previous_url: str = ""
    next_url: str = ""


def _named(**values: object) -> dict[str, object]:
    return values


@register.inclusion_tag("kit/kpi.html")
def kpi(
    label: Words,
    value: object,
    unit: Words = "",
    *,
    url: str = "",
    exact: object = "",
    note: Words = "",
    badge: Words = "",
    badge_tone: str = "",
    badge_icon: str = "",
    tone: str = "",
    spark: SafeString | str = "",
) -> dict[str, object]:
    """One key figure of a strip: short in sight, exact in `title`, its records behind the link."""
    return _named(
        label=label, value=value, unit=unit, url=url, exact=exact, note=note, badge_label=badge, badge_tone=badge_tone,
        badge_icon=badge_icon, tone=tone, spark=spark,
    )  # fmt: skip


@register.inclusion_tag("kit/stat.html")
def stat(label: Words, value: object, note: Words = "", url: str = "") -> dict[str, object]:
    """One figure; `url` opens what it is made of."""
    return _named(label=label, value=value, note=note, url=url)


@register.inclusion_tag("kit/tabs.html")
def tabs(items: Sequence[Tab | dict[str, Any]], label: Words, save_url: str = "") -> dict[str, object]:
    """Tabs or saved views: links, so the current one carries aria-current."""
    return _named(items=items, label=label, save_url=save_url)


@register.inclusion_tag("kit/chip.html")
def chip(label: Words, value: Words, remove_url: str = "", edit_url: str = "") -> dict[str, object]:
    """A filter: field and value, which open its editor; the cross names the filter it removes."""
    return _named(label=label, value=value, remove_url=remove_url, edit_url=edit_url)


@register.inclusion_tag("kit/kv.html", takes_context=True)
def kv(context: Context, items: Sequence[Detail | dict[str, Any]]) -> dict[str, object]:
    """Details; a line with `edit_url` opens a small form in its place (htmx), or that form's page without script."""
    return _named(items=items, request=context.get("request"))


@register.inclusion_tag("kit/log.html")
def log(items: Sequence[Entry | dict[str, Any]]) -> dict[str, object]:
    return _named(items=items)


@register.inclusion_tag("kit/decision.html")
def decision(
    title: Words,
    reason: Words,
    *,
    tone: str = "mute",
    icon: str = "circle-alert",
    amount: Words = "",
    amount_note: Words = "",
    verb: Words = "",
    url: str = "",
    level: int = 3,
) -> dict[str, object]:
    """Icon, sentence, reason, money, one verb."""
    return _named(
        title=title,
        reason=reason,
        tone=tone,
        mark=icon,
        amount=amount,
        amount_note=amount_note,
        verb=verb,
        url=url,
        level=level,
    )


@register.inclusion_tag("kit/option.html")
def option(
    title: Words, reason: Words, *, amount: Words = "", after: Words = "", tone: str = "", url: str = ""
) -> dict[str, object]:
    """A way out: what to do, what it costs, the position after it."""
    return _named(title=title, reason=reason, amount=amount, after=after, tone=tone, url=url)


@register.inclusion_tag("kit/stepper.html")
def stepper(steps: Sequence[Words], current: int) -> dict[str, object]:
    """The steps of a wizard; `current` counts from 1."""
    return _named(
        steps=[(number, words, number < current, number == current) for number, words in enumerate(steps, 1)]
    )


@register.inclusion_tag("kit/pager.html")
def pager(page: Pager | dict[str, Any]) -> dict[str, object]:
    return _named(page=page)


@register.inclusion_tag("kit/secret.html", takes_context=True)
def secret(context: Context, masked: str, *, reveal_url: str = "", id: str = "secret") -> dict[str, object]:  # noqa: A002 - as in HTML
    """A sealed value: at most its last characters. Reveal asks for a reason, is logged first, hides itself again."""
    return _named(masked=masked, reveal_url=reveal_url, id=id, csrf_token=context.get("csrf_token"))


@register.inclusion_tag("kit/path.html")
def path(title: Words, text: Words, *, verb: Words, url: str, icon: str) -> dict[str, object]:
    """One of the three ways in."""
    return _named(title=title, text=text, verb=verb, url=url, mark=icon)


@register.inclusion_tag("kit/failed.html")
def failed(title: Words, text: Words, *, retry_url: str = "", number: str = "") -> dict[str, object]:
    """A part that could not load: what failed, which figures still hold, Retry, request number."""
    return _named(title=title, text=text, retry_url=retry_url, number=number)


@register.inclusion_tag("kit/toast.html", takes_context=True)
def toast(context: Context, message: object) -> dict[str, object]:
    """A message of Django's as a toast; `extra_tags="undo:/address"` gives it an Undo."""
    tags = str(getattr(message, "extra_tags", "") or "")
    undo = tags.removeprefix("undo:") if tags.startswith("undo:") else ""
    level = str(getattr(message, "level_tag", ""))
    return _named(message=message, undo=undo, level=level, csrf_token=context.get("csrf_token"))
