"""What titles are said to be: by the library, by a person, and again."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import NOW, ROOT, Stage, a_product
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.inventory.actions import bring_library, decide_title, recognise_titles, record_snapshot
from trueup.inventory.models import LoadedLibrary, Title
from trueup.inventory.queries import inventory_coverage
from trueup.inventory.snapshots import DeviceFacts, OperatingSystemFacts, Snapshot, SoftwareFacts

SERVER = OperatingSystemFacts(full_name="Microsoft Windows Server 2022 Standard", version="10.0.20348")


@pytest.fixture
def titles(stage: Stage) -> dict[str, Title]:
    software = (SoftwareFacts(name="Zorblatt Pro", publisher="Nobody Known", version="1"),)
    snapshot = Snapshot(
        source="glpi",
        device=DeviceFacts(hostname="srv1"),
        seen_at=NOW,
        sections=frozenset({"softwares", "operatingsystem"}),
        software=software,
        operating_system=SERVER,
    )
    record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=snapshot, at=NOW)
    return {
        title.name: title for title in Title.objects.select_related("product", "edition", "product_version")
    }


def test_a_new_title_is_judged_at_once_with_its_reason(titles):
    """The catalogue is brought to the library on the way."""
    system = titles["Microsoft Windows Server 2022 Standard"]
    assert (system.status, system.product.library_key) == ("recognised", "microsoft.windows-server")
    assert (system.edition.key, system.product_version.key) == ("standard", "2022")
    assert system.reason
    assert titles["Zorblatt Pro"].status == "unrecognised"


def test_judging_twice_changes_nothing(stage: Stage, titles):
    """U-042."""
    Title.objects.update(library_hash="older")
    before = list(Title.objects.order_by("pk").values())
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 0
    after = list(Title.objects.order_by("pk").values())
    assert [{**row, "library_hash": ""} for row in after] == [{**row, "library_hash": ""} for row in before]
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 0


def test_an_older_judgement_is_made_again(stage: Stage, titles):
    Title.objects.update(library_hash="older", status="unrecognised", product=None)
    assert recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW) == 1
    assert Title.objects.get(name=SERVER.full_name).status == "recognised"


def test_a_persons_word_stands_above_the_rules(stage: Stage, titles):
    product = a_product(stage.acme, "Zorblatt")
    title = titles["Zorblatt Pro"]
    decide_title(
        actor=stage.alice, title_id=title.pk, product_id=product.pk, reason="asked the vendor", at=NOW
    )
    Title.objects.update(library_hash="older")
    recognise_titles(actor=stage.alice, company_id=stage.acme.pk, at=NOW)
    title.refresh_from_db()
    assert (title.status, title.product_id, title.decided_by) == ("recognised", product.pk, "Alice")


def test_nobody_licenses_it_is_a_decision_too(stage: Stage, titles):
    decided = decide_title(actor=stage.alice, title_id=titles[SERVER.full_name].pk, at=NOW)
    assert (decided.status, decided.product, decided.edition) == ("not_licensable", None, None)


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_others_decide_nothing(stage: Stage, titles, who):
    with pytest.raises((NotAllowed, NotFound)):
        decide_title(actor=getattr(stage, who), title_id=titles["Zorblatt Pro"].pk, at=NOW)
    assert not Title.objects.exclude(decided_at=None).exists()


def test_another_companys_product_and_a_lone_edition_are_refused(stage: Stage, titles):
    foreign = a_product(stage.globex)
    with pytest.raises(NotFound):
        decide_title(actor=stage.alice, title_id=titles["Zorblatt Pro"].pk, product_id=foreign.pk, at=NOW)
    with pytest.raises(InvalidValue):
        decide_title(actor=stage.alice, title_id=titles["Zorblatt Pro"].pk, edition_id=1, at=NOW)
    assert not Title.objects.exclude(decided_at=None).exists()


def test_the_library_is_brought_once(stage: Stage):
    assert bring_library(actor=ROOT, at=NOW)
    assert bring_library(actor=ROOT, at=NOW) is None


def test_coverage_says_what_is_understood_and_what_is_unknown(stage: Stage, titles):
    silent = Snapshot(source="glpi", device=DeviceFacts(hostname="pc9"), seen_at=NOW, partial=True)
    record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=silent, at=NOW)
    coverage = inventory_coverage(actor=stage.alice, company_id=stage.acme.pk)
    assert (coverage.devices, coverage.devices_unknown) == (2, 1)
    assert coverage.by_status == {"recognised": 1, "unrecognised": 1}
    assert coverage.unrecognised == [("Zorblatt Pro", "Nobody Known", 1)]
    with pytest.raises(NotAllowed):
        inventory_coverage(actor=stage.mallory, company_id=stage.acme.pk)


def test_bringing_a_newer_library_asks_once_for_new_judgements(stage: Stage):
    bring_library(actor=ROOT, at=NOW)
    LoadedLibrary.objects.update(version_hash="older")
    bring_library(actor=ROOT, at=NOW)
    assert ProcrastinateJob.objects.filter(task_name="inventory.recognise", status="todo").count() == 1
