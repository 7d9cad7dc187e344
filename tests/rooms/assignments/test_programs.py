"""Programs assign lists, change numbers and move units: the answers of the API, row by row."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.cast import Stage, a_device, a_licence, a_person
from tests.doors.api.conftest import Program, program_of
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch
from trueup.licences.models import Licence


@pytest.fixture
def alice(stage: Stage) -> Program:
    return program_of(stage, "alice")


def named(*names: str) -> list[dict[str, object]]:
    return [{"name": name} for name in names]


def test_looking_filling_and_undoing(stage, alice):
    """U-020, U-021, D-053."""
    licence = a_licence(stage.acme, 2)
    ids = [a_device(stage.acme, f"host{number}").pk for number in range(3)]
    path = f"/api/licences/{licence.pk}/assignments/batch"
    rows = [{"kind": "device", "id": ids[0]}, *named("host1", "host2", "nobody")]

    looked = alice.post(f"{path}/", {"holders": rows, "dry_run": True}).json()
    assert (looked["batch"], looked["ready"], looked["rows"], looked["free"]) == (None, 2, 4, 2)
    assert Batch.objects.count() == 0

    refused = alice.post(f"{path}/", {"holders": rows})
    assert (refused.status_code, refused.json()["name"]) == (409, "NotAllFit")
    assert [one["outcome"] for one in refused.json()["items"]] == [
        "ready",
        "ready",
        "does_not_fit",
        "unknown",
    ]
    assert (Assignment.objects.count(), Batch.objects.count()) == (0, 0)

    done = alice.post(f"{path}/", {"holders": rows, "mode": "fill", "reason": "rollout"}).json()
    assert (done["done"], done["units"]) == (2, 2)
    assert done["items"][0]["holder"] == {"kind": "device", "id": ids[0], "name": "host0"}
    assert all(one["assignment"] for one in done["items"][:2])

    undone = alice.post(f"/api/assignments/batches/{done['batch']}/undo/")
    assert undone.json() == {"batch": done["batch"], "units": 2, "holders": 2, "left": 0}
    again = alice.post(f"/api/assignments/batches/{done['batch']}/undo/")
    assert (again.status_code, again.json()["name"]) == (409, "AlreadyUndone")
    assert Licence.objects.get(pk=licence.pk).held == 0


def test_releasing_a_list(stage, alice):
    """D-052."""
    licence = a_licence(stage.acme, 9, metric="per_named_user")
    for name in ("carol", "dave"):
        a_person(stage.acme, name)
    path = f"/api/licences/{licence.pk}/assignments/batch/"
    alice.post(path, {"holders": [{"name": "carol", "units": 3}, {"name": "dave"}]})

    looked = alice.post(f"{path}release/", {"holders": named("carol", "eve"), "dry_run": True}).json()
    assert [one["outcome"] for one in looked["items"]] == ["ready", "unknown"]
    gone = alice.post(f"{path}release/", {"holders": named("carol")}).json()

    assert (gone["done"], gone["units"], Licence.objects.get(pk=licence.pk).held) == (1, 3, 1)


def test_changing_the_number_and_moving(stage, alice):
    """U-007, D-049, D-050: 409 with the figure; a holder cannot be patched."""
    licence = a_licence(stage.acme, 5)
    db1, db2 = a_device(stage.acme, "db1"), a_device(stage.acme, "db2")
    made = alice.post(
        f"/api/licences/{licence.pk}/assignments/", {"holder": {"kind": "device", "id": db1.pk}, "units": 2}
    ).json()
    path = f"/api/assignments/{made['id']}/"

    assert alice.ask("PATCH", path, {"units": 4}).json()["units"] == 4
    refused = alice.ask("PATCH", path, {"units": 6})
    assert (refused.status_code, refused.json()["name"], refused.json()["free"]) == (409, "NotEnoughUnits", 1)
    assert alice.ask("PATCH", path, {"units": "4"}).status_code == 422
    assert alice.ask("PATCH", path, {"holder": {"kind": "device", "id": db2.pk}}).status_code == 422

    moved = alice.post(f"{path}move/", {"holder": {"kind": "device", "id": db2.pk}})
    assert (moved.status_code, moved.json()["holder"]["name"], moved.json()["units"]) == (201, "db2", 4)
    assert alice.get(path).json()["released_at"] <= timezone.now().isoformat()
    assert Licence.objects.get(pk=licence.pk).held == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"holders": []},
        {"holders": [{"name": "x"}], "mode": "some"},
        {"holders": [{"kind": "cat", "id": 1}]},
    ],
)
def test_a_wrong_body_is_refused(stage, alice, body):
    licence = a_licence(stage.acme, 5)

    answer = alice.post(f"/api/licences/{licence.pk}/assignments/batch/", body)

    assert answer.status_code == 422
    assert Batch.objects.count() == 0


def test_a_reader_assigns_no_list(stage):
    licence = a_licence(stage.acme, 5)
    a_device(stage.acme, "db1")

    answer = program_of(stage, "bob").post(
        f"/api/licences/{licence.pk}/assignments/batch/", {"holders": named("db1"), "dry_run": True}
    )

    assert answer.status_code == 403
