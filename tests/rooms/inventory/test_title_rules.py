"""A person's decision as a rule: previewed, held above the library, followed by titles to come, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, Stage, a_product
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed, NotFound
from trueup.inventory.actions import (
    TitleRuleExists,
    decide_title,
    make_title_rule,
    recognise_titles,
    record_snapshot,
    revoke_title_rule,
)
from trueup.inventory.company_rules import title_rules_visible_to, titles_like
from trueup.inventory.models import Title, TitleRule
from trueup.inventory.snapshots import DeviceFacts, Snapshot, SoftwareFacts

LATER = NOW + timedelta(days=1)
FOUND = (
    ("Zorblatt Pro 1.0", "Nobody Known Inc.", "1.0"),
    ("Zorblatt Pro 2.3 (64-bit)", "Nobody Known, Inc", "2.3"),
    ("Zorblatt® Pro - de-de", "NOBODY KNOWN", "2.4"),
    ("Zorblatt Viewer 1.0", "Nobody Known Inc.", "1.0"),
    ("Zorblatt Pro 1.0", "Somebody Else", "1.0"),
)


def _seen(stage: Stage, *rows: tuple[str, str, str], who: str = "alice", company: Any = None) -> None:
    snapshot = Snapshot(
        source="glpi",
        device=DeviceFacts(hostname=f"pc{len(rows)}", serial=f"S{len(rows)}"),
        seen_at=NOW,
        sections=frozenset({"softwares"}),
        software=tuple(SoftwareFacts(name=name, publisher=by, version=version) for name, by, version in rows),
    )
    company = company or stage.acme
    record_snapshot(actor=getattr(stage, who), company_id=company.pk, snapshot=snapshot, at=NOW)


@pytest.fixture
def first(stage: Stage) -> Title:
    _seen(stage, *FOUND)
    _seen(stage, FOUND[1], FOUND[2], who="mallory", company=stage.globex)
    return Title.objects.get(company=stage.acme, name=FOUND[0][0], publisher=FOUND[0][1])


def _products(stage: Stage) -> dict[tuple[str, str], str | None]:
    titles = Title.objects.filter(company=stage.acme).select_related("product")
    return {(title.name, title.publisher): title.product.name if title.product else None for title in titles}


def test_the_preview_is_what_the_rule_then_changes(stage: Stage, first: Title):
    """U-042, C-049: titles of one name and publisher, whatever version, language, architecture; nothing is stored."""
    before = list(Title.objects.order_by("pk").values())
    alike = titles_like(actor=stage.alice, title_id=first.pk)
    assert {(one.name, one.publisher) for one in alike} == {row[:2] for row in FOUND[:3]}
    assert list(Title.objects.order_by("pk").values()) == before
    zorblatt = a_product(stage.acme, "Zorblatt")
    _, changed = make_title_rule(actor=stage.alice, title_id=first.pk, product_id=zorblatt.pk, at=NOW)
    assert changed == 3
    ruled = {key for key, product in _products(stage).items() if product == "Zorblatt"}
    assert ruled == {row[:2] for row in FOUND[:3]}
    assert not Title.objects.filter(company=stage.globex).exclude(product=None).exists()


def test_titles_to_come_follow_the_rule(stage: Stage, first: Title):
    zorblatt = a_product(stage.acme, "Zorblatt")
    rule, _ = make_title_rule(
        actor=stage.alice, title_id=first.pk, product_id=zorblatt.pk, reason="asked the vendor", at=NOW
    )
    _seen(stage, ("Zorblatt Pro 9.1", "Nobody Known Incorporated", "9.1"))
    title = Title.objects.get(name="Zorblatt Pro 9.1")
    assert (title.product_id, title.status, title.strength) == (zorblatt.pk, "recognised", 100)
    assert (title.reason, title.rule) == ("asked the vendor", f"company.{rule.pk}")


def test_nobody_licenses_them_is_a_rule_too_and_stands_above_the_library(stage: Stage):
    """An override of one company: the library says Adobe Photoshop, this company says otherwise."""
    _seen(
        stage,
        ("Adobe Photoshop 2024", "Adobe Inc.", "25.0"),
        ("Adobe Photoshop 2024 (64-bit)", "Adobe", "25.1"),
    )
    title = Title.objects.get(version="25.0")
    assert title.status == "recognised"
    assert make_title_rule(actor=stage.alice, title_id=title.pk, product_id=None, at=NOW)[1] == 2
    assert {one.status for one in Title.objects.all()} == {"not_licensable"}


def test_judging_again_changes_nothing_twice(stage: Stage, first: Title):
    """U-042: rules replay to the same answer."""
    zorblatt = a_product(stage.acme, "Zorblatt")
    make_title_rule(actor=stage.alice, title_id=first.pk, product_id=zorblatt.pk, at=NOW)
    Title.objects.update(library_hash="older")
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 0
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 0


def test_a_revoked_rule_leaves_no_trace_on_titles(stage: Stage, first: Title):
    """Taken back, every title is what it was; the rule and who revoked it stay on record."""
    before = list(Title.objects.order_by("pk").values())
    zorblatt = a_product(stage.acme, "Zorblatt")
    rule, _ = make_title_rule(actor=stage.alice, title_id=first.pk, product_id=zorblatt.pk, at=NOW)
    assert revoke_title_rule(actor=stage.alice, rule_id=rule.pk, at=LATER) == 3
    assert list(Title.objects.order_by("pk").values()) == before
    assert not title_rules_visible_to(actor=stage.alice).exists()
    kept = TitleRule.objects.get()
    assert (kept.revoked_by, kept.revoked_at) == ("Alice", LATER)
    actions = Entry.objects.filter(event__startswith="inventory.title_rule").order_by("pk")
    assert [entry.event for entry in actions] == ["inventory.title_rule_made", "inventory.title_rule_revoked"]
    make_title_rule(actor=stage.alice, title_id=first.pk, product_id=None, at=LATER)


def test_what_somebody_said_of_one_title_stays(stage: Stage, first: Title):
    other = Title.objects.get(company=stage.acme, version="2.3")
    own = a_product(stage.acme, "Zorblatt classic")
    decide_title(actor=stage.alice, title_id=other.pk, product_id=own.pk, at=NOW)
    zorblatt = a_product(stage.acme, "Zorblatt")
    assert make_title_rule(actor=stage.alice, title_id=first.pk, product_id=zorblatt.pk, at=NOW)[1] == 2
    other.refresh_from_db()
    assert other.product_id == own.pk


def test_a_second_rule_about_the_same_titles_is_refused(stage: Stage, first: Title):
    make_title_rule(actor=stage.alice, title_id=first.pk, product_id=None, at=NOW)
    before = list(Title.objects.order_by("pk").values())
    other = Title.objects.get(company=stage.acme, version="2.3")
    with pytest.raises(TitleRuleExists):
        make_title_rule(
            actor=stage.alice, title_id=other.pk, product_id=a_product(stage.acme, "Zorblatt").pk, at=NOW
        )
    assert TitleRule.objects.count() == 1
    assert list(Title.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_others_make_and_revoke_no_rule(stage: Stage, first: Title, who: str):
    actor = getattr(stage, who)
    with pytest.raises((NotAllowed, NotFound)):
        make_title_rule(actor=actor, title_id=first.pk, product_id=None, at=NOW)
    assert not TitleRule.objects.exists()
    rule, _ = make_title_rule(actor=stage.alice, title_id=first.pk, product_id=None, at=NOW)
    with pytest.raises((NotAllowed, NotFound)):
        revoke_title_rule(actor=actor, rule_id=rule.pk, at=NOW)
    assert TitleRule.objects.get().revoked_at is None


def test_another_companys_product_makes_no_rule(stage: Stage, first: Title):
    with pytest.raises(NotFound):
        make_title_rule(actor=stage.alice, title_id=first.pk, product_id=a_product(stage.globex).pk, at=NOW)
    assert not TitleRule.objects.exists()
