"""Every page: declares its permission, asks for a sign-in, hides other companies, and reads without writing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, holder
from tests.doors.web.addresses import addresses
from tests.rooms.assets.stage import something
from trueup.assignments.actions import assign_units
from trueup.audit_cases.actions import CaseTerms, open_audit
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.base.access import Permission
from trueup.contracts.actions import create_contract
from trueup.contracts.terms import ContractTerms
from trueup.licences.covering import link_licences
from trueup.licences.models import Licence
from trueup.licences.planning import PlanTerms, plan_renewal
from trueup.reports.actions import ReportTerms, save_report
from trueup.reviews.actions import open_review
from trueup.tenancy.actions import grant_role
from trueup.tenancy.models import ApiToken

SECRET = "Zebrafish"
OPEN = {"livez", "readyz", "healthz"}
OWN = {
    "help/",
    "help/images/<slug:name>.png",
    "help/<path:name>/",
    "kit/",
    "me/preferences/",
    "me/look/",
    "me/",
    "me/tokens/<int:token_id>/revoke/",
    "search/",
    "palette/",
}
"""Pages about oneself, or whose every part asks for its own permission."""
WALK = [
    a
    for a in addresses()
    if a.route not in OPEN and not a.route.startswith(("^(?:agents", "^calendars/", "^shared/"))
]


def of(client_name: str, stage) -> Client:
    client = Client()
    client.force_login(stage.users[client_name])
    return client


def _saved_report(stage):
    terms = ReportTerms(SECRET, "utilisation", is_shared=True)
    return save_report(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW, on=TODAY).pk


def _audit(stage):
    terms = CaseTerms(TODAY, name=SECRET)
    return open_audit(actor=stage.alice, company_id=stage.acme.pk, terms=terms, deed=CARRY_OUT, at=NOW).pk


def _review(stage):
    return open_review(actor=stage.alice, company_id=stage.acme.pk, name=SECRET, at=NOW, on=TODAY).pk


@pytest.fixture
def scene(stage):
    """Something of everything in Acme, named so that it would be recognised anywhere."""
    product = a_product(stage.acme, SECRET, publisher=f"{SECRET} Works")
    licence = a_licence(stage.acme, 5, product=product, remarks=SECRET, external_id=SECRET, source="x")
    device = a_device(stage.acme, SECRET.lower(), serial=SECRET)
    person = a_person(stage.acme, SECRET.lower())
    held = assign_units(
        actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=NOW, on=TODAY
    )
    terms = ContractTerms(name=SECRET, valid_from=TODAY, supplier=SECRET)
    contract = create_contract(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)
    link_licences(actor=stage.alice, contract_id=contract.pk, licence_ids=[licence.pk], at=NOW)
    plan = plan_renewal(
        actor=stage.alice, licence_id=licence.pk, terms=PlanTerms("renew", note=SECRET), at=NOW
    )
    return {
        "licence_id": licence.pk, "product_id": product.pk, "device_id": device.pk, "person_id": person.pk,
        "assignment_id": held.pk, "company_id": stage.acme.pk, "contract_id": contract.pk, "plan_id": plan.pk, "kind": "person", "tab": "devices",
        "user_id": stage.users["alice"].pk, "saved_id": _saved_report(stage), "review_id": _review(stage),
        "case_id": _audit(stage), **something(stage, SECRET),
    }  # fmt: skip


@pytest.mark.parametrize("address", [a for a in WALK if a.route not in OWN], ids=lambda a: a.route)
def test_a_page_declares_its_permission(address):
    assert isinstance(getattr(address.view, "permission", None), Permission), address.route


@pytest.mark.parametrize("address", WALK, ids=lambda a: a.route)
def test_nobody_gets_past_the_gate_without_signing_in(db, address):
    answer = Client().get(address.filled({"kind": "person", "tab": "devices"}))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("address", WALK, ids=lambda a: a.route)
def test_a_stranger_learns_nothing_from_reading(scene, stage, address):
    """K-021: neither that it exists, nor its name, nor a count."""
    answer = of("mallory", stage).get(address.filled(scene))

    assert answer.status_code in {200, 302, 404, 405}, answer.content[:500]
    assert SECRET.lower() not in b"".join(answer).decode(errors="replace").lower()
    if {"licence_id", "device_id", "person_id", "assignment_id", "product_id"} & set(address.parameters):
        assert answer.status_code in {404, 405}


@pytest.mark.parametrize("address", [a for a in WALK if a.parameters], ids=lambda a: a.route)
def test_a_stranger_changes_nothing_by_posting(scene, stage, address):
    before = (Licence.objects.values().get(), ApiToken.objects.count())
    answer = of("mallory", stage).post(address.filled(scene), {"reason": "x", "units": "1", "holder": "1"})

    assert answer.status_code in {404, 405}, (answer.status_code, answer.content[:300])
    assert (Licence.objects.values().get(), ApiToken.objects.count()) == before


@pytest.mark.parametrize("address", WALK, ids=lambda a: a.route)
def test_alice_can_open_it_and_reading_writes_nothing(scene, stage, address):
    """D-046: a GET makes no write; what is there answers."""
    client = of("alice", stage)

    def refuse_writes(execute, sql, params, many, context):
        allowed = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        assert sql.lstrip(" (\n").startswith(allowed) or "django_session" in sql, sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_writes):
        answer = client.get(address.filled(scene))
        b"".join(answer)
    known = {
        "licence_id",
        "device_id",
        "person_id",
        "assignment_id",
        "product_id",
        "company_id",
        "kind",
        "tab",
    }
    if set(address.parameters) <= known:
        assert answer.status_code in {200, 302, 405}, (answer.status_code, answer.content[:400])


@pytest.mark.parametrize("path", ["/licences/", "/people/", "/devices/", "/purchases/", "/products/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(stage, path, django_assert_max_num_queries):
    """D-027."""
    client = of("alice", stage)
    counts = []
    for batch in range(2):
        for number in range(8):
            product = a_product(stage.acme, f"P{batch}{number}")
            licence = a_licence(stage.acme, 5, product=product)
            device = a_device(stage.acme, f"d{batch}{number}")
            a_person(stage.acme, f"p{batch}{number}")
            assign_units(
                actor=stage.alice, licence_id=licence.pk, holder=holder(device), units=1, at=NOW, on=TODAY
            )
        client.get(path)
        with django_assert_max_num_queries(30) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


LISTS = [
    "/licences/",
    "/purchases/",
    "/people/",
    "/devices/",
    "/products/",
    "/position/",
    "/discovered/",
    "/inventories/",
]


@pytest.mark.parametrize("path", LISTS)
def test_no_export_tells_a_stranger(scene, stage, path):
    """K-032: neither rows nor their number; the shared catalogue alone has rows for everybody."""
    file = b"".join(of("mallory", stage).get(f"{path}?format=csv")).decode()

    assert SECRET.lower() not in file.lower()
    if path != "/products/":
        assert len(file.splitlines()) == 1


@pytest.mark.parametrize("path", LISTS)
def test_no_search_tells_a_stranger(scene, stage, path):
    """K-021: the page repeats the words that were asked for, and links to nothing."""
    found = of("mallory", stage).get(f"{path}?q={SECRET}").content.decode()
    ours = of("alice", stage).get(f"{path}?q={SECRET}").content.decode()

    for kind in ("licence", "device", "person", "product"):
        address = f'"/{ {"person": "people"}.get(kind, f"{kind}s") }/{scene[f"{kind}_id"]}/'
        assert address not in found
        assert address in ours or path not in address


def test_the_palette_finds_nothing_of_others(scene, stage):
    found = of("mallory", stage).get(f"/search/?q={SECRET}").content.decode()
    ours = of("alice", stage).get(f"/search/?q={SECRET}").content.decode()

    for address in (
        f"/licences/{scene['licence_id']}/",
        f"/devices/{scene['device_id']}/",
        f"/people/{scene['person_id']}/",
    ):
        assert address in ours
        assert address not in found


def test_an_export_holds_only_companies_of_which_one_may_export(stage):
    """A viewer of Globex who is owner of Acme takes Acme's rows along, and not Globex's."""
    a_licence(stage.acme, 5, product=a_product(stage.acme, "Ours"))
    a_licence(stage.globex, 5, product=a_product(stage.globex, "Theirs"))
    grant_role(actor=ROOT, user=stage.users["alice"], role="viewer", company=stage.globex, at=NOW)

    client = of("alice", stage)
    page = client.get("/licences/").content.decode()
    file = b"".join(client.get("/licences/?format=csv")).decode()

    assert "Ours" in page
    assert "Theirs" in page
    assert "Ours" in file
    assert "Theirs" not in file
    assert file.startswith("id,")
