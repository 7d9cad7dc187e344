"""One position unfolded: the bars, the rules in order with their records, the like subjects behind, and what was assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.base.days import day_in_words
from trueup.licences.metrics import noun
from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.charts.waterfall import Bar, waterfall
from trueup.web.kit.figures import money, units
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table
from trueup.web.positions.look import required_words

if TYPE_CHECKING:
    from trueup.compliance.models import Position, PositionShape
    from trueup.compliance.queries import Behind

Side = Literal["rights", "demand"]
MOST_BARS = 5
ISO_DAY = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
SIDES = ("rights", "demand", "demand_high", "result")


def in_words(says: str) -> str:
    """A sentence of the working as a page shows it: days as the reader writes them. What is kept stays as counted."""
    told = ISO_DAY.sub(_told_day, says)
    return told[:1].upper() + told[1:]


def _told_day(found: re.Match[str]) -> str:
    try:
        return day_in_words(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]  # only looks like one


def number(text: Any) -> Decimal | None:
    """A value of the working as a number; words and unknowns are none. Thirds are written as fractions."""
    try:
        if isinstance(text, str) and "/" in text:
            above, _slash, below = text.partition("/")
            return Decimal(above) / Decimal(below)
        return Decimal(str(text))
    except (InvalidOperation, ZeroDivisionError):
        return None


def waterfall_of(position: Position, shapes: Sequence[PositionShape]) -> SafeString | None:
    """Purchase lines up to entitled, shapes up to required; none where either side has no one figure."""
    if position.unlimited or position.required_point is None:
        return None
    rights = [
        (_line_label(step), step["rule"], value)
        for step in position.working
        if step["rule"] == "ENT-01" and (value := number(step["value"])) is not None
    ]
    demand = [
        (in_words(shape.label), _subjects(shape.subjects), shape.required_low or Decimal(0))
        for shape in shapes
    ]
    bars = [
        *_side("rights", rights, _("Entitled"), position.entitled),
        *_side("demand", demand, _("Required"), position.required_point),
    ]
    return waterfall(chart_id="waterfall", bars=bars, unit=noun(position.metric))


def _line_label(step: dict[str, Any]) -> str:
    words: str = step["says"]
    return in_words(words.replace("Purchase line from ", _("from") + " ").partition(",")[0])


def _subjects(count: int) -> str:
    return ngettext("%(n)s subject", "%(n)s subjects", count) % {"n": units(count)}


def _side(side: Side, parts: list[tuple[str, str, Decimal]], label: str, total: Decimal) -> list[Bar]:
    """The largest parts as bars, the others as one; what rounding or order minimums add is a bar of its own."""
    ordered = sorted(parts, key=lambda part: -abs(part[2]))
    shown, rest = ordered[:MOST_BARS], ordered[MOST_BARS:]
    if rest:
        shown.append((_("%(n)s others") % {"n": len(rest)}, "", sum((part[2] for part in rest), Decimal(0))))
    difference = total - sum((part[2] for part in parts), Decimal(0))
    if difference:
        shown.append((_("Rules"), _("see below"), difference))
    bars = [
        Bar(name, note, float(value), "step" if place else "start", side)
        for place, (name, note, value) in enumerate(shown)
    ]
    return [*bars, Bar(label, "", float(total), "total", side)]


def rules_table(position: Position) -> Table:
    """Every step in order: rule, what it says and how, the records behind it, and its value."""
    columns = [
        Column("number", "#", "number"),
        Column("rule", _("Rule")),
        Column("how", _("How"), "mono", low=True, missing=" "),
        Column("records", _("Records"), missing=" "),
        Column("value", _("Value"), "text", align="end"),
    ]
    rows = [
        {
            "id": step["number"],
            "number": step["number"],
            "rule": {
                "text": in_words(step["says"]),
                "sub": " · ".join(part for part in (step["rule"], step["source"]) if part),
            },
            "how": step["expression"] or None,
            "records": _records(step, position),
            "value": step["value"] if number(step["value"]) is None else units(number(step["value"])),
        }
        for step in position.working
        if step["side"] in SIDES
    ]
    return Table(_("Rules applied, in order"), columns, rows=rows, id="rules")


def _records(step: dict[str, Any], position: Position) -> dict[str, Any] | None:
    """What a step opens: the purchase lines of a licence, or the subjects behind the position."""
    records = step["records"]
    if records.get("kind") == "purchase":
        count = len(records["ids"])
        words = ngettext("%(n)s purchase", "%(n)s purchases", count) % {"n": count}
        licence = records.get("licence")
        return {"text": words, "url": f"{address_of('licence', licence)}purchases/" if licence else ""}
    if records.get("kind") == "shape":
        return {"text": _("subjects"), "url": reverse("position_subjects", args=[position.pk])}
    return None


def shapes_table(shapes: Sequence[PositionShape], position_id: int) -> Table:
    """Like subjects: how many, what each needs, what all of them need."""
    columns = [
        Column("label", _("Like subjects")),
        Column("subjects", _("How many"), "number"),
        Column("installations", _("Installations"), "number", low=True),
        Column("each", _("Each needs"), align="end", missing=_("unknown"), low=True),
        Column("all", _("All need"), align="end", missing=_("unknown")),
    ]
    rows = [
        {
            "id": shape.pk,
            "label": {"text": in_words(shape.label), "sub": "; ".join(map(str, shape.causes))},
            "subjects": {
                "value": shape.subjects,
                "url": f"{reverse('position_subjects', args=[position_id])}?shape={shape.pk}",
            },
            "installations": shape.installations,
            "each": required_words({"required_low": shape.each_low, "required_high": shape.each_high}),
            "all": required_words({"required_low": shape.required_low, "required_high": shape.required_high}),
        }
        for shape in shapes
    ]
    return Table(_("What was found"), columns, rows=rows, id="shapes")


def subjects_table(members: Sequence[Behind]) -> Table:
    """Devices and people by the name they have today."""
    columns = [
        Column("name", _("Device or person"), "who"),
        Column("shape", _("Like")),
        Column("installations", _("Installations"), "number", low=True),
    ]
    rows = [
        {
            "id": f"{one.kind}-{one.subject_id}",
            "name": {
                "name": one.name or _("no longer known"),
                "url": address_of(one.kind, one.subject_id) if one.name else "",
                "kind": "avatar" if one.kind == "person" else "tile",
            },
            "shape": one.shape,
            "installations": one.installations,
        }
        for one in members
    ]
    return Table(_("Subjects"), columns, rows=rows, id="subjects")


def assumptions(position: Position) -> list[tuple[str, str, str]]:
    """What was assumed and what a reader is warned of: tone, icon and words."""
    lines = [
        ("good", "circle-check", in_words(step["says"]))
        for step in position.working
        if step["side"] == "assumption"
    ]
    lines += [("warn", "triangle-alert", str(words)) for words in (*position.warnings, *position.causes)]
    return list(dict.fromkeys(lines))


def figures(position: Position, *, sees_prices: bool) -> dict[str, Any]:
    """The strip above: both sides, the gap, what it would cost, how much is known."""
    gap = _gap(position)
    known = position.subjects - position.unknown_subjects
    return {
        "entitled": _("unlimited") if position.unlimited else units(position.entitled),
        "required": required_words(
            {"required_low": position.required_low, "required_high": position.required_high}
        )
        or _("unknown"),
        "gap": gap,
        "exposure": money((position.exposure, position.currency))
        if sees_prices and position.exposure
        else None,
        "price": money((position.unit_price, position.currency))
        if sees_prices and position.unit_price is not None
        else None,
        "known": known,
    }


def history(positions: Iterable[Position]) -> dict[str, Any]:
    """The same question over time: a line and the days behind it."""
    rows = [
        (
            one.outcome.as_of,
            one.entitled,
            one.required_point,
            (one.spare or Decimal(0)) - (one.short or Decimal(0)),
            one.state,
        )
        for one in positions
    ]
    gaps = [row[3] for row in rows if row[4] != "not_assessed"]
    return {"rows": rows[-12:], "spark": sparkline(gaps, width=240, height=48) if len(gaps) > 1 else ""}


def of_product(positions: Iterable[Position]) -> Table:
    """The positions of one product, an edition and metric each."""
    columns = [
        Column("name", _("Product"), "who"),
        Column("entitled", _("Entitled"), align="end"),
        Column("required", _("Required"), align="end", missing=_("unknown")),
        Column("gap", _("Position"), "position"),
        Column("state", _("State"), "badge"),
    ]
    rows = [
        {
            "id": one.pk,
            "name": {
                "name": one.edition.name if one.edition else one.product.name,
                "meta": noun(one.metric),
                "url": address_of("position", one.pk),
                "of": one.product.publisher.name,
            },
            "entitled": _("unlimited") if one.unlimited else units(one.entitled),
            "required": _required(one),
            "gap": _gap(one),
            "state": one.state,
        }
        for one in positions
    ]
    return Table(_("Positions"), columns, rows=rows, id="positions")


def _required(one: Position) -> str | None:
    return required_words(
        {"state": one.state, "required_low": one.required_low, "required_high": one.required_high}
    )


def _gap(one: Position) -> Decimal | None:
    if one.state == "not_assessed" or one.unlimited:
        return None
    return (one.spare or Decimal(0)) - (one.short or Decimal(0))
