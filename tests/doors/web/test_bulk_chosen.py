"""Doing something to everything chosen in a list, as a browser without script would: choose, look, do, take back."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.chosen.register import DEEDS
from trueup.assignments.columns import ASSIGNMENTS
from trueup.audit.columns import AUDIT
from trueup.base.access import Role
from trueup.base.listing import MOST_ROWS, parse_listing, read_page
from trueup.base.problems import UnknownParameter
from trueup.base.selection import NothingChosen, Selection, TooManyChosen, chosen_rows
from trueup.jobs.models import Job, JobRow
from trueup.licences.columns import LICENCES
from trueup.licences.models import Licence
from trueup.people.columns import PEOPLE
from trueup.tenancy.actions import grant_role
from trueup.web.bulk.offers import LISTS
from trueup.web.jobs.words import KINDS


def of(stage, name):
    client = Client()
    client.force_login(stage.users[name])
    return client


@pytest.fixture
def alice(stage):
    return of(stage, "alice")


def licences(stage, n=3, **terms):
    return [a_licence(stage.acme, 5, product=a_product(stage.acme, f"P{i}"), **terms) for i in range(n)]


def fields_of(answer):
    """What the page's form would send."""
    page = answer.content.decode()
    form = page[page.index("<main") :]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value.replace("&amp;", "&"))
    return found


def look_and_do(client, url, start, given=None, **done):
    """Through the form, where there is one, and the look, to the deed."""
    answer = client.post(url, start)
    if given is not None:
        answer = client.post(url, {**fields_of(answer), **given, "step": "look"})
    return client.post(url, {**fields_of(answer), "step": "do", **done}, follow=True)


def test_every_offer_is_known_and_has_words():
    offered = {offer.deed.kind for chosen in LISTS.values() for offer in chosen.offers}
    assert offered <= set(DEEDS)
    assert set(DEEDS) <= set(KINDS)


@pytest.mark.parametrize(
    ("register", "query", "extra"),
    [
        (LICENCES, {"policy": "warn", "sort": "-product"}, {"on": TODAY}),
        (LICENCES, {"q": "p1"}, {"on": TODAY}),
        (PEOPLE, {"name__contains": "p"}, {}),
        (ASSIGNMENTS, {"units__gt": "1", "columns": "units"}, {}),
        (AUDIT, {}, {}),
    ],
)
def test_everything_that_matches_is_what_the_list_shows(stage, register, query, extra):
    """The filter's own rows, under the rights of whoever asks, never a stranger's."""
    for number, one in enumerate(licences(stage, 3)):
        Licence.objects.filter(pk=one.pk).update(policy="warn" if number else "block")
        device = a_device(stage.acme, f"host{number}")
        assign_units(
            actor=stage.alice, licence_id=one.pk, holder=holder(device), units=number + 1, at=NOW, on=TODAY
        )
        a_person(stage.acme, f"p{number}")
    listing = parse_listing(register, {k: v for k, v in query.items() if k != "columns"}, limit=MOST_ROWS)
    listed = read_page(register, actor=stage.alice, listing=listing, **extra)

    everything = Selection(query=urlencode(query), everything=True)
    found = chosen_rows(register, actor=stage.alice, selection=everything, **extra)

    assert listed.count
    assert sorted(row["id"] for row in listed.rows) == [pk for pk, _ in found]
    assert {company for _, company in found} == {stage.acme.pk}
    theirs = {pk for pk, _ in found}
    try:
        seen = chosen_rows(register, actor=stage.mallory, selection=everything, **extra)
    except NothingChosen:
        seen = []
    assert not theirs & {pk for pk, _ in seen}
    with pytest.raises(NothingChosen):
        chosen_rows(register, actor=stage.mallory, selection=Selection(ids=tuple(theirs)), **extra)


def test_a_filter_the_list_does_not_know_chooses_nothing(stage):
    with pytest.raises(UnknownParameter):
        chosen_rows(
            LICENCES, actor=stage.alice, selection=Selection(query="colour=red", everything=True), on=TODAY
        )


def test_more_than_one_step_may_touch_is_refused(stage, monkeypatch):
    licences(stage, 3)
    monkeypatch.setattr("trueup.base.selection.MOST_CHOSEN", 2)
    with pytest.raises(TooManyChosen):
        chosen_rows(LICENCES, actor=stage.alice, selection=Selection(everything=True), on=TODAY)


def test_u_020_tagging_what_is_ticked_and_taking_it_back(stage, alice):
    """Boxes and buttons belong to one form by their attribute: no script is needed."""
    first, second, third = licences(stage)
    listed = alice.get("/licences/?sort=product").content.decode()
    assert f'name="selected" value="{first.pk}" aria-label="Select P0" form="bulk-form"' in listed
    assert 'formaction="/bulk/licences/add_tags/"' in listed
    assert "All 3 that match" in listed

    start = {"selected": [first.pk, second.pk], "query": "sort=product", "back": "/licences/?sort=product"}
    form = alice.post("/bulk/licences/add_tags/", start)
    assert "2 rows are chosen" in form.content.decode()
    looked = alice.post(
        "/bulk/licences/add_tags/", {**fields_of(form), "tags": "audit, 2027", "step": "look"}
    )
    assert "2 of 2 fit" in looked.content.decode()
    assert "none → 2027, audit" in looked.content.decode()
    assert not Job.objects.exists()

    answer = alice.post("/bulk/licences/add_tags/", {**fields_of(looked), "step": "do"}, follow=True)

    assert answer.redirect_chain == [("/licences/?sort=product", 302)]
    told = answer.content.decode()
    job = Job.objects.get()
    assert "2 rows changed." in told
    assert f"/jobs/{job.pk}/undo/" in told
    assert [Licence.objects.get(pk=one.pk).tags for one in (first, second, third)] == [
        ["2027", "audit"]
    ] * 2 + [[]]
    undone = alice.post(f"/jobs/{job.pk}/undo/", follow=True)
    assert "Taken back. 2 rows changed." in undone.content.decode()
    assert not Licence.objects.exclude(tags=[]).exists()
    again = alice.post(f"/jobs/{job.pk}/undo/", follow=True)
    assert "taken back before" in again.content.decode()


def test_everything_that_matches_is_counted_again_before_it_is_done(stage, alice):
    """The filter is sent, not ids; what was not looked at is not done."""
    licences(stage, 2)
    url, start = "/bulk/licences/retire/", {"all": "1", "query": "policy=block", "back": "/licences/"}
    looked = alice.post(url, start)
    assert "2 of 2 fit" in looked.content.decode()
    assert "selected" not in fields_of(looked)
    late = a_licence(stage.acme, 5, product=a_product(stage.acme, "Late"))

    changed = alice.post(url, {**fields_of(looked), "step": "do"})

    assert changed.status_code == 409
    assert "changed since you looked" in changed.content.decode()
    assert "3 of 3 fit" in changed.content.decode()
    assert not Licence.objects.filter(retired_at__isnull=False).exists()
    alice.post(url, {**fields_of(changed), "step": "do"})
    assert Licence.objects.get(pk=late.pk).retired_at


def test_u_021_twelve_of_twenty_fit_in_the_browser(stage, alice):
    licence = a_licence(stage.acme, 12)
    devices = [a_device(stage.acme, f"host{n:02}") for n in range(20)]
    url = "/bulk/devices/assign_devices/"
    start = {"selected": [one.pk for one in devices], "back": "/devices/"}
    given = {"licence_id": licence.pk, "units": "1", "words": "", "reason": "rollout"}
    form = alice.post(url, start)
    assert "(12 of 12 free)" in form.content.decode()
    looked = alice.post(url, {**fields_of(form), **given, "step": "look"})
    assert "12 of 20 fit" in looked.content.decode()
    assert "Do nothing unless every row fits" in looked.content.decode()

    nothing = alice.post(url, {**fields_of(looked), "step": "do", "mode": "all"}, follow=True)
    assert "8 of 20 rows cannot be carried out, so none was." in nothing.content.decode()
    assert Licence.objects.get(pk=licence.pk).held == 0

    filled = alice.post(url, {**fields_of(looked), "step": "do", "mode": "fill"}, follow=True)
    told = filled.content.decode()
    assert "12 rows changed. 8 could not be done." in told
    assert Licence.objects.get(pk=licence.pk).held == 12
    job = Job.objects.order_by("-pk").first()
    csv = b"".join(alice.get(f"/jobs/{job.pk}/rows.csv")).decode("utf-8-sig")
    assert csv.splitlines()[0] == "row,id,name,outcome,reason"
    assert len(csv.splitlines()) == 9
    assert 'host12,refused,"1 asked for, 0 left at this row."' in csv


def test_a_wrong_parameter_stays_at_its_field(stage, alice):
    [one] = licences(stage, 1)
    start = {"selected": [one.pk], "back": "/licences/"}
    form = alice.post("/bulk/licences/set_owner/", start)
    wrong = alice.post("/bulk/licences/set_owner/", {**fields_of(form), "owner": "nobody1", "step": "look"})
    assert wrong.status_code == 422
    assert "Nobody here has the login" in wrong.content.decode()
    assert 'value="nobody1"' in wrong.content.decode()
    assert not Job.objects.exists()


def test_nothing_ticked_says_so_where_one_was(stage, alice):
    licences(stage, 1)
    answer = alice.post("/bulk/licences/retire/", {"back": "/licences/?q=x"}, follow=True)
    assert answer.redirect_chain == [("/licences/?q=x", 302)]
    assert "No row is chosen" in answer.content.decode()
    outside = alice.post("/bulk/licences/retire/", {"back": "//evil.example/"})
    assert outside["Location"] == "/licences/"


def test_rows_of_two_companies_are_done_company_by_company(stage, alice):
    grant_role(actor=ROOT, user=stage.users["alice"], role=Role.OWNER, company=stage.globex, at=NOW)
    mine, theirs = licences(stage, 1)[0], a_licence(stage.globex, 5, product=a_product(stage.globex, "G"))
    url, start = "/bulk/licences/retire/", {"selected": [mine.pk, theirs.pk], "back": "/licences/"}
    asked = alice.post(url, start)
    assert "One step changes things of one company" in asked.content.decode()

    looked = alice.post(url, {**fields_of(asked), "company": str(stage.globex.pk)})
    alice.post(url, {**fields_of(looked), "step": "do"})

    assert Licence.objects.get(pk=theirs.pk).retired_at
    assert not Licence.objects.get(pk=mine.pk).retired_at


def test_strangers_and_readers_get_nowhere(stage):
    """K-021: ids of another company are no rows at all; who may only read is told so."""
    [one] = licences(stage, 1)
    start = {"selected": [one.pk], "step": "do", "seen": "x", "back": "/licences/"}
    for kind in ("retire", "add_tags"):
        answer = of(stage, "mallory").post(f"/bulk/licences/{kind}/", start, follow=True)
        assert "No row is chosen" in answer.content.decode()
        assert of(stage, "bob").post(f"/bulk/licences/{kind}/", start).status_code == 403
    assert "bulk-form" not in of(stage, "bob").get("/licences/").content.decode()
    assert of(stage, "alice").post("/bulk/licences/explode/", start).status_code == 404
    assert of(stage, "alice").post("/bulk/secrets/retire/", start).status_code == 404
    assert not Job.objects.exists()
    assert not Licence.objects.filter(retired_at__isnull=False).exists()


def test_jobs_are_seen_by_their_asker_and_by_owners(stage, alice):
    first = licences(stage, 1)[0]
    grant_role(actor=ROOT, user=stage.users["mallory"], role=Role.LICENCE_MANAGER, company=stage.acme, at=NOW)
    mallory, bob = of(stage, "mallory"), of(stage, "bob")
    look_and_do(mallory, "/bulk/licences/retire/", {"selected": [first.pk], "back": "/licences/"})
    job = Job.objects.get()

    assert alice.get(f"/jobs/{job.pk}/").status_code == 200
    assert mallory.get(f"/jobs/{job.pk}/").status_code == 200
    assert "Retire licences" in mallory.get("/jobs/").content.decode()
    for path in (f"/jobs/{job.pk}/", f"/jobs/{job.pk}/rows.csv"):
        assert bob.get(path).status_code == 404
    for path in (f"/jobs/{job.pk}/cancel/", f"/jobs/{job.pk}/undo/"):
        assert bob.post(path).status_code == 404
    assert "Retire licences" not in bob.get("/jobs/").content.decode()
    assert Licence.objects.get(pk=first.pk).retired_at


def test_a_large_choice_is_sent_to_the_worker_and_shows_its_progress(stage, alice, monkeypatch):
    """Two at once are too many here: the job waits, tells its state as a progressbar, and can be cancelled."""
    monkeypatch.setattr("trueup.web.bulk.chosen.AT_ONCE_ROWS", 2)
    chosen = licences(stage, 3)
    start = {"all": "1", "query": "", "back": "/licences/"}
    answer = look_and_do(alice, "/bulk/licences/retire/", start)
    job = Job.objects.get()
    page = answer.content.decode()

    assert answer.redirect_chain == [(f"/jobs/{job.pk}/", 302)]
    assert 'role="progressbar"' in page
    assert f'aria-valuemax="{len(chosen)}" aria-valuenow="0"' in page
    assert 'hx-trigger="every 1s"' in page
    assert JobRow.objects.filter(job=job, outcome="waiting").count() == 3
    part = alice.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    cancelled = alice.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "Cancelled" in cancelled
    assert "hx-trigger" not in cancelled[cancelled.index('id="job"') :].split(">")[0]
    over = alice.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert "toast" in over["HX-Trigger"]
    assert not Licence.objects.filter(retired_at__isnull=False).exists()


def test_a_long_pasted_list_becomes_a_job(stage, alice, monkeypatch):
    """U-020: above the threshold the worker does it, row by row under the numbers of the list."""
    monkeypatch.setattr("trueup.web.bulk.views.AT_ONCE_ROWS", 2)
    licence = a_licence(stage.acme, 5)
    for n in range(3):
        a_device(stage.acme, f"host{n}")
    said = {"list": "host0\nhost1\nhost2\nnobody\n", "units": "1", "mode": "fill"}
    answer = alice.post(f"/licences/{licence.pk}/many/assign/carry-out/", said, follow=True)
    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == f"/jobs/{job.pk}/"
    assert (job.kind, job.total, job.state) == ("assignments.assign_rows", 4, "waiting")


def test_d_043_two_users_in_bulk_at_once_see_their_own_columns(stage, alice):
    """What one chose or asked for is nowhere on the server: the other's page shows nothing of it."""
    licences(stage, 2)
    grant_role(actor=ROOT, user=stage.users["mallory"], role=Role.LICENCE_MANAGER, company=stage.acme, at=NOW)
    mallory = of(stage, "mallory")
    hers = alice.get("/licences/?columns=product,tags").content.decode()
    his = mallory.get("/licences/?columns=product,policy").content.decode()
    again = alice.get("/licences/?columns=product,tags").content.decode()

    def heads(page):
        return re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)

    assert heads(hers) == heads(again)
    assert "Policy" in heads(his)
    assert "Policy" not in heads(hers)
