"""What the component sheet shows: made-up figures that add up, one of each part with its states. Not a page of the product."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from django import forms

from trueup.web.kit.charts.lines import Series, lines
from trueup.web.kit.charts.months import Band, stacked_months
from trueup.web.kit.charts.renewals import Renewal, renewals
from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.charts.term import term
from trueup.web.kit.charts.waterfall import Bar, waterfall
from trueup.web.kit.figures import day, money_short
from trueup.web.kit.panels import Detail, Entry, Pager, Tab
from trueup.web.kit.tables import Choice, Column, Group, Table

Kind = Literal["start", "step", "total"]
Side = Literal["rights", "demand"]
TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 9, 12, tzinfo=dt.UTC)
PARTS: tuple[tuple[str, str, float, Kind, Side], ...] = (
    ("Licences", "purchased", 112, "start", "rights"),
    ("Version rights", "from 2019", 24, "step", "rights"),
    ("Transferred", "Halden Marine", 8, "step", "rights"),
    ("Expired", "subscription", -16, "step", "rights"),
    ("Entitled", "", 128, "total", "rights"),
    ("Cores found", "14 installs", 172, "start", "demand"),
    ("Core minimum", "6 small VMs", 12, "step", "demand"),
    ("Passive replica", "SA benefit", -24, "step", "demand"),
    ("Dev and test", "Visual Studio", -16, "step", "demand"),
    ("Free editions", "Developer", -8, "step", "demand"),
    ("Required", "", 136, "total", "demand"),
)
HOLDINGS: tuple[tuple[str, str, int | None, int, int | None, str, int], ...] = (
    ("Adobe Creative Cloud", "All Apps · Adobe", 160, 148, 107, "under_used", 124800),
    ("Adobe Acrobat", "Pro · Adobe", 210, 210, 162, "at_limit", 50400),
    ("SQL Server 2022", "Enterprise · Microsoft", 128, 136, None, "short", 98048),
    ("Jira Cloud", "Premium · Atlassian", 450, 437, 389, "covered", 86400),
)
COLUMNS = (
    Column("licence", "Licence", "who"),
    Column("use", "In use", "meter", low=True),
    Column("position", "Position", "position"),
    Column("decide", "Decide by", "day", sort_url="?sort=decide", sorted="ascending", low=True),
    Column("cost", "Annual cost", "money", missing="Hidden"),
    Column("owner", "Owner", "person", low=True, missing="nobody"),
    Column("state", "Status", "badge"),
    Column("acts", "Actions", "actions", hidden_label=True, low=True),
)


class SheetForm(forms.Form):
    """A refused save: two fields need a change."""

    product = forms.ChoiceField(label="Product", choices=[("1", "Adobe Creative Cloud, All Apps")])
    units = forms.IntegerField(
        label="Units purchased", min_value=1, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    valid_from = forms.DateField(label="Valid from", widget=forms.DateInput)
    valid_to = forms.DateField(label="Valid to", widget=forms.DateInput, help_text="Last covered day")
    policy = forms.ChoiceField(
        label="Over-allocation",
        choices=[("block", "Block"), ("warn", "Warn"), ("allow", "Allow")],
        widget=forms.RadioSelect,
    )
    auto_renew = forms.BooleanField(label="Renews by itself", required=False)
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)

    def clean_valid_to(self) -> dt.date:
        value: dt.date = self.cleaned_data["valid_to"]
        if value < self.cleaned_data["valid_from"]:
            raise forms.ValidationError("Before valid from, 15 Jan 2026.")
        return value


def _rows() -> list[dict[str, Any]]:
    rows = []
    for number, (name, meta, owned, used, active, state, cost) in enumerate(HOLDINGS):
        rows.append(
            {
                "id": number,
                "name": name,
                "licence": {"name": name, "meta": meta, "url": f"#licence-{number}", "of": meta},
                "use": {"purchased": owned, "used": used, "active": active, "unit": "users"},
                "position": (owned or 0) - used,
                "decide": {
                    "day": TODAY + dt.timedelta(days=9 + number * 40),
                    "on": TODAY,
                    "watch": True,
                    "note": "renews",
                },
                "cost": (Decimal(cost), "EUR") if number != 1 else None,
                "owner": "Ines Duarte" if number != 2 else None,  # noqa: PLR2004 - the third has none
                "state": state,
                "acts": [{"label": f"Edit {name}", "url": "#", "icon": "pencil"}],
            }
        )
    return rows


def _over_time() -> dict[str, Any]:
    labels = [day(TODAY - dt.timedelta(days=30 * back)) for back in range(6, -1, -1)]
    use = [
        Series("Purchased", "ent", [140, 140, 140, 160, 160, 160, 160], "step"),
        Series("Used", "half", [131, 131, 132, 134, 140, 146, 148]),
        Series("Active", "c1", [118, 118, 115, 112, 110, 108, 107], "area"),
    ]
    drawn = lines(
        chart_id="use",
        labels=labels,
        series=use,
        title="Seats over 180 days",
        summary="Active fell from 118 to 107.",
    )
    named = [{"name": one.name, "values": list(one.values)} for one in use]
    return {"lines": drawn, "plot": {"labels": labels, "series": named, "left": 34, "right": 26}}


def _by_month() -> dict[str, Any]:
    months = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb"]
    bands = [
        Band("Productivity", "c1", [62, 63, 64, 64, 65, 65, 65, 63, 63]),
        Band("Infrastructure", "c2", [40, 40, 40, 40, 41, 41, 41, 41, 41]),
        Band("Engineering", "c3", [26, 26, 26, 27, 27, 27, 27, 27, 28]),
    ]
    drawn = stacked_months(
        chart_id="months",
        months=months,
        bands=bands,
        ahead_from=6,
        written=lambda thousands: money_short((Decimal(str(thousands)) * 1000, "EUR")),
        title="Monthly cost by category",
        summary="Highest month €133k.",
    )
    rows = [[month, *(band.values[i] for band in bands)] for i, month in enumerate(months)]
    return {"months": drawn, "month_heads": ["Month", *(band.name for band in bands)], "month_rows": rows}


def _ahead() -> dict[str, Any]:
    day_of = dt.date
    ahead = [
        Renewal(
            "Adobe Creative Cloud",
            "decide by 30 Nov · Ines",
            day_of(2026, 11, 30),
            day_of(2027, 1, 14),
            "€124,800",
            "warn",
        ),
        Renewal("Figma", "ends 9 Dec, no notice", None, day_of(2026, 12, 9), "€40,500", "warn"),
        Renewal("Miro", "decide by 2 Jan · Ines", day_of(2027, 1, 2), day_of(2027, 2, 1), "€30,240", "c1"),
        Renewal(
            "SQL Server 2022",
            "decide by 1 Mar · Marta",
            day_of(2027, 3, 1),
            day_of(2027, 3, 31),
            "€98,048",
            "bad",
        ),
    ]
    later = ((1, "Jan 2027"), (2, "Feb"), (3, "Mar"), (4, "Apr"))
    heads = [(day_of(2026, 12, 1), "Dec"), *((day_of(2027, month, 1), name) for month, name in later)]
    first, last = day_of(2026, 11, 14), day_of(2027, 4, 30)
    return {
        "renewals": renewals(chart_id="ren", rows=ahead, first=first, last=last, today=TODAY, months=heads),
        "term": term(
            chart_id="term",
            first=day_of(2024, 1, 15),
            last=day_of(2027, 1, 14),
            decide_on=day_of(2026, 11, 30),
            today=TODAY,
        ),
    }


def _charts() -> dict[str, Any]:
    bars = [Bar(*part) for part in PARTS]
    spark = sparkline([312, 305, 318, 322, 310, 300, 296, 290, 284, 286, 282])
    drawn = {"waterfall": waterfall(chart_id="wf", bars=bars, unit="cores"), "spark": spark}
    return drawn | _over_time() | _by_month() | _ahead()


def _tables() -> dict[str, Any]:
    rows = _rows()
    groups = [
        Group("Short", rows[2:3], tone="bad", icon="circle-alert", note="€54,960 exposure"),
        Group("Covered", rows[3:], tone="good", icon="circle-check"),
    ]
    totals = {"cost": (Decimal(359648), "EUR")}
    return {
        "listing": Table(
            "Licences", COLUMNS, rows=rows, totals=totals, total_label="4 licences", selectable=True
        ),
        "grouped": Table("Positions", COLUMNS[:3], groups=groups, id="grouped"),
        "choices": [Choice(column.key, column.label, shown=column.key != "owner") for column in COLUMNS[:-1]],
        "page": Pager(1, 50, 214, next_url="?after=50"),
    }


DETAILS = (
    Detail("Owner", "Ines Duarte", edit_url="#edit-owner", person=True),
    Detail("Contract", "ADB-EMEA-22817", url="#contract", mono=True),
    Detail("Valid to", "14 Jan 2027", tone="warn"),
    Detail("Region", None),
    Detail("Annual cost", None, locked="Hidden. Ask an owner of Halden Design."),
)
ENTRIES = (
    Entry("Ines Duarte", "set the renewal plan to", NOW, now="120 seats"),
    Entry("Adobe Admin Console", "synced 148 seats", NOW, icon="plug"),
    Entry("Marta Lindqvist", "changed the units", NOW, was="140", now="160", why="PO-20119"),
)
REFUSED = {
    "product": "1",
    "units": "16o",
    "valid_from": "2026-01-15",
    "valid_to": "2025-01-14",
    "policy": "block",
}


def context() -> dict[str, Any]:
    """Everything kit/components.html needs."""
    return {
        **_charts(),
        **_tables(),
        "tabs": [
            Tab("People", "#people", current=True, count=147),
            Tab("Devices", "#devices", count=1),
            Tab("Position", "#position"),
        ],
        "details": DETAILS,
        "entries": ENTRIES,
        "steps": ["File", "Match columns", "Check rows", "Import"],
        "swatches": [
            ("c1", "Active 107"),
            ("idle", "Used but idle 41"),
            ("trk", "Free 12"),
            ("dash", "Purchased 160"),
        ],
        "markers": [
            ("dia warn", "Decide within 30 days"),
            ("dia bad", "Short today"),
            ("dia c1", "Later"),
            ("dia ring", "Valid to"),
        ],
        "now": NOW,
        "form": SheetForm(REFUSED),
    }
