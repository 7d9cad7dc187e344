"""Days that are easily taken for one another: end of support and of the licence, and the last day to reduce of each line."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import NOW, TODAY, a_licence, a_product
from trueup.catalogue.details import NewVersion, add_version
from trueup.contracts.feeds import create_feed
from trueup.licences.actions import add_purchase
from trueup.licences.lines import LineTerms
from trueup.licences.models import Purchase


@pytest.fixture
def alice(stage):
    client = Client()
    client.force_login(stage.users["alice"])
    return client


def calendar_of(actor):
    """What a calendar program reads: title → (day, how many reminders)."""
    secret = create_feed(actor=actor, name="mine", at=timezone.now())
    events = icalendar.Calendar.from_ical(Client().get(f"/calendars/{secret}.ics").content).walk("VEVENT")
    return {str(one["summary"]): (one["dtstart"].dt, len(one.walk("VALARM"))) for one in events}


def test_the_end_of_support_is_not_the_end_of_the_licence(stage, alice):
    """U-059: two dates on the licence, two reminders in the calendar, both on the timeline."""
    today = timezone.localdate()
    support, end = today + timedelta(days=40), today + timedelta(days=80)
    product = a_product(stage.acme, "Draw")
    version = add_version(
        actor=stage.alice, product_id=product.pk, version=NewVersion("5", support_ends_on=support), at=NOW
    )
    line = LineTerms(units=3, valid_from=today - timedelta(days=9), valid_until=end + timedelta(days=1))
    licence = a_licence(stage.acme, product=product, version_id=version.pk, line=line)

    told = calendar_of(stage.alice)
    assert told["Support ends: Draw 5"] == (support, 1)
    assert told["Last day: Draw"] == (end, 1)
    timeline = alice.get("/renewals/timeline/?days=90").content.decode()
    assert re.search(r"Draw 5, support ends \d+ \w+", timeline)
    assert re.search(r"Draw, ends \d+ \w+", timeline)
    page = alice.get(f"/licences/{licence.pk}/").content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert re.search(rf"Support ends {support.day} ", words)
    assert re.search(rf"Valid to {end.day} ", words)


def test_a_date_alone_brings_a_licence_into_renewals_and_calendars(stage, alice):
    """R-125: the end of a line is all that is needed for the report, Renewals, the feed and its reminder."""
    today = timezone.localdate()
    a_licence(stage.acme, product=a_product(stage.acme, "Forever"))
    assert "Forever" not in alice.get("/renewals/?days=90").content.decode()
    end = today + timedelta(days=50)
    line = LineTerms(units=3, valid_from=today, valid_until=end + timedelta(days=1))
    a_licence(stage.acme, product=a_product(stage.acme, "Draw"), line=line)

    assert "Draw" in alice.get("/renewals/?days=90").content.decode()
    report = b"".join(alice.get("/renewals/?days=90&format=csv").streaming_content).decode()
    assert end.isoformat() in report
    assert "Forever" not in report
    assert calendar_of(stage.alice)["Last day: Draw"] == (end, 1)


def test_each_line_has_a_last_day_to_reduce_of_its_own(stage, alice):
    """U-056: seats added later with another notice are given up by another day; page and calendar say each."""
    today = timezone.localdate()
    end = today + timedelta(days=90)
    terms = {"valid_from": today, "valid_until": end + timedelta(days=1), "renews_itself": True}
    licence = a_licence(
        stage.acme, product=a_product(stage.acme, "Draw"), line=LineTerms(units=10, notice_days=30, **terms)
    )
    added = LineTerms(units=4, notice_days=60, kind="true_up", **terms)
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=added, at=NOW, on=TODAY)

    told = calendar_of(stage.alice)
    assert told["Last day to reduce 10 units: Draw"][0] == end - timedelta(days=30)
    assert told["Last day to reduce 4 units: Draw"][0] == end - timedelta(days=60)
    page = alice.get(f"/licences/{licence.pk}/purchases/").content.decode()
    days = re.findall(r"reduce by (\d+) (\w+)", page)
    assert [int(day) for day, _month in days] == [
        (end - timedelta(days=notice)).day
        for notice in Purchase.objects.order_by("-pk").values_list("notice_days", flat=True)
    ]
