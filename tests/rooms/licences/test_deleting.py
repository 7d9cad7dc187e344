"""A licence that was written down by mistake is deleted; one with a history never is."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.rooms.compliance.estates import install, run_over
from tests.rooms.documents.samples import PDF
from trueup.assignments.actions import assign_units, release_units
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed, NotFound
from trueup.documents.actions import attach_document
from trueup.documents.receiving import NewFile
from trueup.licences.actions import add_purchase, change_licence, retire_licence
from trueup.licences.deleting import HasHistory, delete_licence
from trueup.licences.keys.revealing import reveal_key
from trueup.licences.keys.sealing import NewKey, seal_key
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, LicenceKey, Movement, Purchase
from trueup.licences.planning import PlanTerms, plan_renewal
from trueup.licences.reducing import StillHeld
from trueup.licences.standings import write_standings
from trueup.vault.models import Secret
from trueup.vault.plain import Plain

WHEN = {"at": NOW, "on": TODAY}


def delete(stage, licence, actor=None):
    delete_licence(actor=actor or stage.alice, licence_id=licence.pk, **WHEN)


def test_a_record_without_history_is_gone(stage):
    """R-090: its line, its key and its movements with it; the log says that it was there."""
    licence = a_licence(stage.acme, 5)
    kept = a_licence(stage.acme, 2, product=licence.product)
    seal_key(actor=stage.alice, wanted=NewKey(licence.pk, Plain("AAAA-BBBB-CCCC")), **WHEN)
    change_licence(
        actor=stage.alice, licence_id=licence.pk, changes={"remarks": "oops"}, revision=None, **WHEN
    )
    write_standings()
    delete(stage, licence)
    assert list(Licence.objects.values_list("pk", flat=True)) == [kept.pk]
    assert (Purchase.objects.count(), Movement.objects.count()) == (1, 1)
    assert (LicenceKey.objects.count(), Secret.objects.count()) == (0, 0)
    assert Entry.objects.filter(event="licences.deleted", subject_id=licence.pk).count() == 1


def _held(stage, licence):
    assign_units(actor=ROOT, licence_id=licence.pk, holder=holder(a_device(stage.acme)), units=1, **WHEN)


def _held_before(stage, licence):
    made = assign_units(
        actor=ROOT, licence_id=licence.pk, holder=holder(a_device(stage.acme)), units=1, **WHEN
    )
    release_units(actor=ROOT, assignment_id=made.pk, **WHEN)


def _bought_more(_stage, licence):
    line = LineTerms(units=1, valid_from=TODAY)
    add_purchase(actor=ROOT, licence_id=licence.pk, line=line, **WHEN)


def _papers(stage, licence):
    attach_document(
        actor=stage.alice, licence_id=licence.pk, file=NewFile("a.pdf", PDF), kind="invoice", at=NOW
    )


def _seen_key(stage, licence):
    key = seal_key(actor=stage.alice, wanted=NewKey(licence.pk, Plain("AAAA-BBBB-CCCC")), **WHEN)
    reveal_key(actor=stage.alice, key_id=key.pk, reason="to install it", at=NOW)


def _planned(stage, licence):
    plan_renewal(actor=stage.alice, licence_id=licence.pk, terms=PlanTerms("renew"), at=NOW)


def _retired(stage, licence):
    retire_licence(actor=stage.alice, licence_id=licence.pk, **WHEN)


@pytest.mark.parametrize(
    ("deed", "problem"),
    [
        (_held, StillHeld),
        (_held_before, HasHistory),
        (_bought_more, HasHistory),
        (_papers, HasHistory),
        (_seen_key, HasHistory),
        (_planned, HasHistory),
        (_retired, HasHistory),
    ],
)
def test_one_with_a_history_stays_whole(stage, deed, problem):
    """R-090: 409, and nothing of it is lost."""
    licence = a_licence(stage.acme, 5, valid_until=date(2027, 1, 1))
    deed(stage, licence)
    before = (Purchase.objects.count(), Movement.objects.count(), Secret.objects.count())
    with pytest.raises(problem):
        delete(stage, licence)
    assert Licence.objects.filter(pk=licence.pk).exists()
    assert (Purchase.objects.count(), Movement.objects.count(), Secret.objects.count()) == before


def test_what_covered_a_need_in_a_run_stays(stage, tmp_path):
    licence = a_licence(stage.acme, 5, product=a_product(stage.acme, metric="per_device"))
    install(stage.acme, licence.product, a_device(stage.acme))
    run_over(tmp_path, stage.acme)
    with pytest.raises(HasHistory):
        delete(stage, licence)
    assert Licence.objects.filter(pk=licence.pk).exists()


def test_strangers_and_readers_delete_nothing(stage):
    licence = a_licence(stage.acme, 5)
    with pytest.raises(NotFound):
        delete(stage, licence, stage.mallory)
    with pytest.raises(NotAllowed):
        delete(stage, licence, stage.bob)
    assert Licence.objects.count() == 1


def test_the_page(stage):
    """R-090: the page asks first, and says why where it cannot."""
    licence = a_licence(stage.acme, 5, metric="per_named_user")
    page = Client()
    page.force_login(stage.users["alice"])
    used = a_licence(stage.acme, 5, metric="per_named_user", product=licence.product)
    assign_units(actor=ROOT, licence_id=used.pk, holder=holder(a_person(stage.acme)), units=1, **WHEN)
    assert f"/licences/{licence.pk}/delete/" in page.get(f"/licences/{licence.pk}/").content.decode()
    assert f"/licences/{used.pk}/delete/" not in page.get(f"/licences/{used.pk}/").content.decode()
    refused = page.post(f"/licences/{used.pk}/delete/")
    assert (refused.status_code, "Release them and retire" in refused.content.decode()) == (409, True)
    assert page.get(f"/licences/{licence.pk}/delete/").status_code == 200
    assert page.post(f"/licences/{licence.pk}/delete/")["Location"] == "/licences/"
    assert list(Licence.objects.values_list("pk", flat=True)) == [used.pk]
