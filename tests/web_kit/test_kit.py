"""The parts pages are made of: escaped, named, and never by hue alone."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.template import TemplateSyntaxError, engines
from django.utils import translation

from trueup.web.kit import cells, marks
from trueup.web.kit.charts.lines import Series, lines
from trueup.web.kit.charts.meter import meter, meter_unknown
from trueup.web.kit.charts.months import Band, stacked_months
from trueup.web.kit.charts.renewals import Renewal, renewals
from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.charts.term import term
from trueup.web.kit.charts.waterfall import Bar, waterfall
from trueup.web.kit.sheet import context
from trueup.web.kit.tables import Column, Group, Table, table
from trueup.web.positions.explained import in_words

EVIL = '"><script>alert(1)</script>'
DAY = dt.date(2026, 11, 21)
TODAY = DAY


def rendered(source, **values):
    return engines["django"].from_string(source).render(values)


def drawings():
    bars = [Bar(EVIL, EVIL, 112, "start", "rights"), Bar("Entitled", "", 112, "total", "rights"),
            Bar("Found", "", 136, "start", "demand"), Bar("Required", "", 136, "total", "demand")]  # fmt: skip
    row = Renewal(EVIL, EVIL, DAY, DAY + dt.timedelta(days=30), EVIL, "warn")
    later = DAY + dt.timedelta(days=200)
    return {
        "waterfall": waterfall(chart_id="a", bars=bars, unit=EVIL),
        "renewals": renewals(chart_id="b", rows=[row], first=DAY, last=later, today=TODAY, months=[(DAY, EVIL)]),
        "months": stacked_months(chart_id="c", months=[EVIL], bands=[Band(EVIL, "c1", [3])], ahead_from=1, written=str, title=EVIL, summary=EVIL),
        "lines": lines(chart_id="d", labels=[EVIL, "x"], series=[Series(EVIL, "c1", [1, 2])], title=EVIL, summary=EVIL),
        "term": term(chart_id="e", first=DAY, last=later, decide_on=None, today=TODAY),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["waterfall", "renewals", "months", "lines", "term"])
def test_a_chart_has_a_name_and_a_summary_and_escapes_what_people_typed(name):
    drawn = drawings()[name]

    assert re.search(r'role="img" aria-labelledby="\w-t \w-d"><title id="\w-t">', drawn)
    assert "<desc" in drawn
    assert "<script" not in drawn


@pytest.mark.parametrize("name", ["waterfall", "renewals", "months", "lines", "term"])
def test_a_chart_carries_its_colours_as_attributes_and_no_inline_style(name):
    assert "style=" not in drawings()[name]
    assert re.search(r'fill="#[0-9a-f]{6}"', drawings()[name])


def test_a_waterfall_with_links_is_a_group_so_that_they_can_be_reached():
    bars = [Bar("a", "", 2, "start", "rights", url="/x/"), Bar("Required", "", 1, "total", "demand")]

    drawn = waterfall(chart_id="w", bars=bars, unit="cores")
    assert 'role="group"' in drawn
    assert '<a href="/x/" aria-label="a  2">' in drawn


def test_unknown_is_hatched_and_never_an_empty_bar():
    assert meter(None, 3) == meter(5, None) == meter_unknown()
    assert "stripe" in meter_unknown()


def test_use_beyond_what_is_owned_is_red_after_a_gap():
    over = re.search(r'class="over" fill="#d13c1f" x="([\d.]+)" width="([\d.]+)"', meter(128, 136))

    assert over
    assert float(over[1]) == pytest.approx(128 / 136 * 100 + 1.6, abs=0.01)


def test_a_sparkline_needs_two_points_and_is_decorative():
    assert sparkline([1]) == ""
    assert 'aria-hidden="true"' in sparkline([1, 2])


@pytest.mark.parametrize("key", ["short", "at_limit", "covered", "surplus", "not_assessed"])
def test_a_state_is_always_word_and_icon(key):
    badge = marks.state(key)

    assert str(marks.STATES[key].label) in badge
    assert marks.STATES[key].icon


def test_a_position_without_a_number_reads_not_assessed():
    assert "Not assessed" in marks.position(None)
    assert "−8" in marks.position(-8)
    assert "bad" in marks.position(-8)


@pytest.mark.parametrize("kind", sorted(set(cells.KINDS) - {"html"}))
def test_no_kind_of_cell_lets_markup_through(kind):
    values = {
        "who": {"name": EVIL, "meta": EVIL, "url": EVIL}, "person": EVIL, "number": {"value": 1, "unit": EVIL}, "money": (Decimal(1), "EUR"),
        "day": {"day": DAY, "on": TODAY, "note": EVIL}, "moment": dt.datetime(2026, 11, 21, tzinfo=dt.UTC), "badge": {"label": EVIL},
        "badges": [{"label": EVIL}], "meter": {"purchased": 1, "used": 1, "unit": EVIL}, "coverage": {"entitled": 1, "required": 1},
        "position": {"value": 1, "unit": EVIL}, "link": {"label": EVIL, "url": EVIL}, "mono": EVIL, "dot": {"label": EVIL, "tone": EVIL},
        "spark": [1, 2], "locked": EVIL, "actions": [{"label": EVIL, "url": EVIL}], "text": {"text": EVIL, "sub": EVIL, "url": EVIL},
        "edit": {"kind": "text", "value": EVIL, "missing": EVIL, "edit_url": EVIL, "label": EVIL, "focus": False},
    }  # fmt: skip

    assert "<script" not in cells.render(kind, values[kind], "")


def test_a_missing_value_reads_as_words():
    assert "not reported" in cells.render("number", None, "not reported")
    assert "none" in cells.render("text", None, "")


def test_a_table_names_its_region_scopes_its_heads_and_says_how_it_is_sorted():
    drawn = table(
        Table(
            "Licences",
            [Column("n", "Units", "number", sort_url="?sort=n", sorted="ascending")],
            rows=[{"id": 1, "n": 3}],
            selectable=True,
        )
    )

    assert 'role="region"' in drawn
    assert 'aria-sort="ascending"' in drawn
    assert drawn.count('scope="col"') == 2
    assert 'value="1"' in drawn


def test_groups_stand_under_heads_of_their_own():
    drawn = table(
        Table(
            "Positions",
            [Column("n", "Units", "number")],
            groups=[Group("Short", [{"id": 1, "n": 3}], tone="bad", icon="circle-alert", note="€3")],
        )
    )

    assert 'scope="rowgroup"' in drawn
    assert "€3" in drawn


def test_parts_wrap_what_stands_between_and_fill_their_places():
    page = rendered('{% card title=t id="c" %}{% fill "end" %}END{% endfill %}BODY{% endcard %}', t=EVIL)

    assert 'aria-labelledby="c-h"' in page
    assert page.index("END") < page.index("BODY")
    assert "<script" not in page


def test_parts_inside_parts_keep_their_own_places():
    page = rendered(
        '{% card title="A" %}{% fill "foot" %}OUTER{% endfill %}{% card title="B" %}{% fill "foot" %}INNER{% endfill %}{% endcard %}{% endcard %}'
    )

    assert page.index("INNER") < page.index("OUTER")


def test_a_misspelt_argument_is_named():
    with pytest.raises(TemplateSyntaxError, match="titel"):
        rendered('{% card titel="A" %}{% endcard %}')


def test_the_component_sheet_shows_every_part(rf):
    page = rendered("{% include 'kit/components.html' %}", **context(), request=rf.get("/"))

    for part in (
        "kpis",
        "callout",
        "errsum",
        "stepper",
        "pager",
        "bulkbar",
        "secret",
        "log",
        "dec",
        "opt",
        "empty",
        "chip",
        "tabs",
    ):
        assert part in page, part
    assert " style=" not in page


def test_a_sentence_of_the_working_shows_days_as_the_reader_writes_them() -> None:
    assert in_words("held from 2026-01-26, of 2026-02-31") == "Held from 26 Jan 2026, of 2026-02-31"
    with translation.override("de"):
        assert in_words("ab 2026-01-26") == "Ab 26. Jan. 2026"
