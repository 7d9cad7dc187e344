"""A quarter's review and an auditor's day from end to end in a real browser; what the worker does is done in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect

from tests.browser import signed_in
from tests.cast import NOW, PASSWORD, Stage, a_device, a_licence, a_product, holder, set_stage
from tests.rooms.compliance.estates import install
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.audit_cases.models import AuditCase
from trueup.inventory.models import Installation
from trueup.jobs.models import Job
from trueup.jobs.running import run_job
from trueup.reviews.models import Review
from trueup.reviews.releasing import RELEASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEEDS = {deed.kind: deed for deed in (RELEASE, CARRY_OUT)}
SPRING = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def acme(live_server: Any, tmp_path: Any, settings: Any) -> Stage:
    """Draw held by a device from which it went in summer, and Paint installed without a licence."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    stage = set_stage()
    draw = a_product(stage.acme, "Draw")
    licence, device = a_licence(stage.acme, 2, product=draw), a_device(stage.acme, "db1")
    assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=SPRING, on=SPRING.date()
    )
    install(stage.acme, draw, device)
    Installation.objects.update(first_seen_at=SPRING, gone_at=datetime(2026, 7, 1, tzinfo=UTC))
    install(stage.acme, a_product(stage.acme, "Paint"), device)
    return stage


def carried_out() -> None:
    """What the worker would do, in a thread of its own as there: the browser's has a loop that keeps the database out."""

    def work() -> list[str]:
        waiting = list(Job.objects.filter(state="waiting").values_list("pk", flat=True))
        states = [run_job(job_id=pk, deeds=DEEDS, clock=lambda: NOW).state for pk in waiting]
        connection.close()
        return states

    with ThreadPoolExecutor(1) as aside:
        assert set(aside.submit(work).result()) == {"done"}


def test_a_quarters_review_proposes_releases_and_closes(live_server, acme):
    """R-127, R-128: nothing is released before it was looked at and approved."""
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/reviews/")
        page.get_by_role("link", name="Open a review").click()
        page.get_by_role("button", name="Open it").click()
        page.locator("tbody input[name=selected]").check()
        page.get_by_role("button", name="Release", exact=True).click()
        page.get_by_role("button", name="What would be released").click()
        expect(page.locator("tbody")).to_contain_text("not seen in use for 90 days")
        page.get_by_role("button", name="Approve these releases").click()
        expect(page.get_by_role("button", name="Release them")).to_be_visible()
        page.get_by_role("button", name="Release them").click()
        carried_out()
        page.get_by_role("button", name="Close the review").click()
        expect(page.locator("#standing")).to_contain_text("Closed by Alice")
    assert len(Review.objects.get().sha256) == 64
    assert "approved by Alice" in Assignment.objects.get(released_at__isnull=False).release_reason


def test_an_auditors_day_ends_with_findings_and_a_hash(live_server, acme):
    """C-047, C-052."""
    with signed_in(live_server.url, "alice", PASSWORD) as page:
        page.goto(f"{live_server.url}/audits/")
        page.get_by_role("link", name="Audit", exact=True).click()
        page.locator("main form").get_by_role("button", name="Audit", exact=True).click()
        expect(page.locator("#standing")).to_contain_text("It is being made")
        carried_out()
        page.goto(f"{page.url}?step=uncovered")
        page.locator("tbody input[name=selected]").check()
        page.get_by_role("button", name="To be bought").click()
        expect(page.locator("tbody")).to_contain_text("To be bought")
        page.locator("main").get_by_role("link", name="Findings").click()
        expect(page.locator("main")).to_contain_text("Installed without assignment or cover")
        page.go_back()
        page.get_by_role("button", name="Close the audit").click()
        expect(page.locator("#standing")).to_contain_text("closed by Alice")
    assert len(AuditCase.objects.get().sha256) == 64
