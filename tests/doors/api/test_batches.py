"""Batches: a result for each item, all of them or those that can be, at most so many, and once however often sent."""

import pytest

from tests.cast import a_device, a_licence, a_person, a_product
from trueup.audit.models import Entry
from trueup.base.batches import MOST_ITEMS
from trueup.catalogue.models import Product
from trueup.devices.models import Device
from trueup.licences.models import Licence, LicenceKey, Purchase
from trueup.people.models import Person


def people(stage, *names):
    return [{"company": stage.acme.pk, "username": name, "name": name.title()} for name in names]


def licence(product, **more):
    line = {"units": 3, "valid_from": "2026-01-01", "price": "30.00", "currency": "EUR"}
    body = {"company": product.company_id, "product": product.pk, "metric": "per_device", "has_no_key": True}
    return body | {"line": line} | more


def test_everything_of_a_kind_is_made_and_changed_in_one_request(stage, alice):
    """R-118: licences, lines, people, devices and products, each with an entry in the audit log."""
    made = alice.post("/api/products/batch/", {"items": [
        {"company": stage.acme.pk, "publisher": "Initech", "name": name} for name in ("Draw", "Paint")
    ]}).json()  # fmt: skip
    assert (made["done"], made["refused"]) == (2, 0)
    product = Product.objects.get(name="Draw")
    made = alice.post("/api/licences/batch/", {"items": [
        licence(product, has_no_key=False, key="QXZW7-KANAR-8V2JH"), licence(product, remarks="second"),
    ]}).json()  # fmt: skip
    ids = [row["id"] for row in made["items"]]
    assert list(Licence.objects.order_by("pk").values_list("pk", "granted")) == [(pk, 3) for pk in ids]
    assert LicenceKey.objects.count() == 1
    made = alice.post("/api/purchases/batch/", {"items": [
        {"licence": pk, "units": 2, "valid_from": "2026-02-01"} for pk in ids
    ]}).json()  # fmt: skip
    assert [Licence.objects.get(pk=pk).granted for pk in ids] == [5, 5]
    line = made["items"][0]["id"]
    assert alice.post("/api/people/batch/", {"items": people(stage, "carol", "dave")}).json()["done"] == 2
    names = [{"company": stage.acme.pk, "hostname": name} for name in ("db1", "db2")]
    assert alice.post("/api/devices/batch/", {"items": names}).json()["done"] == 2
    carol, db1 = Person.objects.get(username="carol"), Device.objects.get(hostname="db1")
    for path, item in (
        ("licences", {"id": ids[0], "remarks": "changed", "revision": 1}),
        ("purchases", {"licence": ids[1], "id": line + 1, "valid_to": "2027-01-31"}),
        ("people", {"id": carol.pk, "name": "Carol C."}),
        ("devices", {"id": db1.pk, "serial": "S-1"}),
        ("products", {"id": product.pk, "notes": "ours"}),
    ):
        changed = alice.ask("PATCH", f"/api/{path}/batch/", {"items": [item]})
        assert changed.json().get("done") == 1, changed.content
    assert Licence.objects.get(pk=ids[0]).remarks == "changed"
    assert str(Purchase.objects.get(pk=line + 1).valid_until) == "2027-02-01"
    for thing, facts in (
        (carol, {"name": "Carol C."}),
        (db1, {"serial": "S-1"}),
        (product, {"notes": "ours"}),
    ):
        thing.refresh_from_db()
        assert {name: getattr(thing, name) for name in facts} == facts
    assert Entry.objects.filter(event="licences.created").count() == 2


def test_all_or_nothing_is_nothing_and_says_what_of_each(stage, alice):
    """D-053: the second is refused, so the first and the third are not stored either."""
    a_person(stage.acme, "carol")
    entries = Entry.objects.count()
    refused = alice.post("/api/people/batch/", {"items": people(stage, "erin", "carol", "frank")})
    told = refused.json()
    assert (refused.status_code, told["name"]) == (409, "NotAllDone")
    assert [row["outcome"] for row in told["items"]] == ["done", "refused", "done"]
    assert (told["items"][1]["problem"]["name"], told["items"][1]["problem"]["status"]) == (
        "PersonExists",
        409,
    )
    assert Person.objects.count() == 1
    assert Entry.objects.count() == entries


def test_the_rest_is_done_where_that_is_asked(stage, alice):
    """D-053: each with its result, in the order sent; a name given twice is refused the second time."""
    a_person(stage.acme, "carol")
    done = alice.post(
        "/api/people/batch/", {"mode": "fill", "items": people(stage, "erin", "carol", "frank", "erin")}
    ).json()
    assert (done["done"], done["refused"]) == (2, 2)
    assert [row["outcome"] for row in done["items"]] == ["done", "refused", "done", "refused"]
    assert Person.objects.filter(username="frank").get().pk == done["items"][2]["id"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"line": {"units": -5, "valid_from": "2026-01-01"}}, "units"),
        ({"line": {"units": 5, "valid_from": "2026-01-01", "price": "-1.00", "currency": "EUR"}}, "price"),
        ({"line": {"units": 5, "valid_from": "2026-01-01", "valid_to": "2025-01-01"}}, "valid"),
        ({"metric": "nonsense"}, "metric"),
    ],
)
def test_a_wrong_value_is_named_at_its_item(stage, alice, more, pointer):
    """D-004, D-006."""
    product = a_product(stage.acme)
    refused = alice.post("/api/licences/batch/", {"items": [licence(product), licence(product, **more)]})
    problem = refused.json()["items"][1]["problem"]
    assert (refused.status_code, problem["status"]) == (409, 422)
    assert any(pointer in error["pointer"] for error in problem["errors"])
    assert not Licence.objects.exists()


def test_what_is_no_item_is_refused_as_a_whole_with_its_place(stage, alice):
    """D-034: an unknown field of any item, in either mode."""
    items = [*people(stage, "erin"), {**people(stage, "frank")[0], "shoe_size": 44}]
    refused = alice.post("/api/people/batch/", {"mode": "fill", "items": items})
    assert (refused.status_code, refused.json()["name"]) == (422, "UnknownField")
    assert refused.json()["errors"][0]["pointer"] == "/items/1/shoe_size"
    assert not Person.objects.exists()


@pytest.mark.parametrize("count", [0, MOST_ITEMS + 1])
def test_a_batch_has_a_least_and_a_most(stage, alice, count):
    refused = alice.post(
        "/api/people/batch/", {"mode": "fill", "items": people(stage, *(f"p{n}" for n in range(count)))}
    )
    assert refused.status_code == 422
    assert not Person.objects.exists()


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_sent_twice_with_one_key_it_is_done_once(stage, alice, method):
    carol, entries = a_person(stage.acme, "carol"), Entry.objects.count()
    items = people(stage, "erin") if method == "POST" else [{"id": carol.pk, "name": "Carol C."}]
    answers = [
        alice.ask(method, "/api/people/batch/", {"items": items}, **{"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].status_code, answers[1]["Idempotency-Replayed"]) == (200, "true")
    assert Entry.objects.count() == entries + 1


def test_a_stranger_changes_nothing_and_learns_nothing(stage, bob, mallory):
    """R-120: another company's thing is not found, item by item; who may only read is refused."""
    person, machine, product = a_person(stage.acme, "carol"), a_device(stage.acme), a_product(stage.acme)
    owned = a_licence(stage.acme, product=product)
    for path, item in (
        ("licences", {"id": owned.pk, "remarks": "x"}),
        ("people", {"id": person.pk, "name": "x"}),
        ("devices", {"id": machine.pk, "serial": "x"}),
        ("products", {"id": product.pk, "notes": "x"}),
    ):
        for program, status in ((mallory, 404), (bob, 403)):
            refused = program.ask("PATCH", f"/api/{path}/batch/", {"items": [item]}).json()
            assert refused["items"][0]["problem"]["status"] == status, (path, refused)
    refused = mallory.post("/api/people/batch/", {"items": people(stage, "erin")}).json()
    assert refused["items"][0]["problem"]["status"] in {403, 404}
    assert Person.objects.get().name == "Carol"
