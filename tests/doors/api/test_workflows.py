"""Workflows for programs: opened by a directory, finished at once or as a job; licence sets written and changed."""

from __future__ import annotations

from tests.cast import a_device, a_licence, a_person, a_product
from trueup.assignments.models import Assignment
from trueup.jobs.models import Job
from trueup.jobs.running import run_job
from trueup.worker import schedule
from trueup.workflows.models import Workflow

CAROL = {"username": "carol", "name": "Carol Core", "source": "entra", "external_id": "42"}


def test_a_new_employee_from_a_directory_to_the_licences(stage, alice, bob, mallory):
    """R-140, R-141, K-016: a set, a joiner sent twice, finished; others see or do nothing."""
    draw, mail = a_product(stage.acme, "Draw"), a_product(stage.acme, "Mail")
    a_licence(stage.acme, 2, metric="per_named_user", product=draw)
    steps = [{"product": draw.pk, "required": True}, {"product": mail.pk}]
    made = alice.post("/api/licence-sets/", {"company": stage.acme.pk, "name": "All", "steps": steps})
    assert made.status_code == 201, made.content
    here = f"/api/licence-sets/{made.json()['id']}/"
    assert [one["product"]["name"] for one in bob.get(here).json()["steps"]] == ["Draw", "Mail"]
    assert bob.ask("PUT", here, {"name": "Mine"}).status_code == 403
    stale = alice.ask("PUT", here, {"name": "Mine"}, **{"If-Match": '"r9"'})
    assert (stale.status_code, mallory.get(here).status_code) == (412, 404)

    body = {"company": stage.acme.pk, "kind": "joiner", "new_person": CAROL, "source": "entra"}
    assert bob.post("/api/workflows/", body).status_code == 403
    first, again = alice.post("/api/workflows/", body).json(), alice.post("/api/workflows/", body).json()
    assert first["id"] == again["id"]
    assert [step["choice"] for step in first["steps"]] == ["give", "give"]
    done = alice.post(f"/api/workflows/{first['id']}/finish/").json()
    assert (done["state"], [step["outcome"] for step in done["steps"]]) == ("done", ["done", "short"])
    assert alice.post(f"/api/workflows/{first['id']}/finish/").status_code == 409
    assert alice.get("/api/workflows/?state=open").json()["count"] == 0
    assert mallory.get("/api/workflows/").json()["count"] == 0
    assert alice.post(f"{here}retire/").status_code == 204
    assert alice.get("/api/licence-sets/").json()["count"] == 0


def test_many_are_finished_as_a_job(stage, alice):
    """K-016: 202 with the job; the worker does each, and what is refused says why."""
    draw = a_product(stage.acme, "Draw")
    a_licence(stage.acme, 1, metric="per_named_user", product=draw)
    alice.post(
        "/api/licence-sets/",
        {"company": stage.acme.pk, "name": "All", "steps": [{"product": draw.pk, "required": True}]},
    )
    opened = [
        alice.post(
            "/api/workflows/", {"company": stage.acme.pk, "kind": "joiner", "person": a_person(stage.acme, name).pk}
        ).json()["id"]
        for name in ("carol", "dora")
    ]  # fmt: skip
    sent = alice.post("/api/workflows/finish/", {"company": stage.acme.pk, "workflows": opened})
    assert sent.status_code == 202, sent.content
    job = run_job(job_id=sent.json()["job"], deeds=schedule.ALL_DEEDS, clock=schedule.timezone.now)
    assert (job.done, job.refused) == (1, 1)
    assert Assignment.objects.count() == 1
    [left] = alice.get(f"/api/jobs/{Job.objects.get().pk}/").json()["left_out"]
    assert (left["outcome"], left["subject_id"]) == ("refused", opened[1])


def test_a_refusal_leaves_a_deployment_open(stage, alice):
    """R-146: the same 409 as everywhere; what is to be said is named."""
    system = a_product(stage.acme, "System")
    full = a_licence(stage.acme, 1, product=system)
    device, other = a_device(stage.acme, "lap1"), a_device(stage.acme, "lap2")
    alice.post(f"/api/licences/{full.pk}/assignments/", {"holder": {"kind": "device", "id": other.pk}})
    alice.post(
        "/api/licence-sets/",
        {"company": stage.acme.pk, "name": "Laptops", "is_for": "device", "steps": [{"product": system.pk, "required": True}]},
    )  # fmt: skip
    body = {"company": stage.acme.pk, "kind": "deploy", "device": device.pk}
    opened = alice.post("/api/workflows/", body).json()
    refused = alice.post(f"/api/workflows/{opened['id']}/finish/")
    assert (refused.status_code, refused.json()["name"]) == (409, "NotEnoughUnits")
    now = alice.get(f"/api/workflows/{opened['id']}/").json()
    assert (now["state"], now["trouble"]) == ("open", refused.json()["detail"])
    back = alice.post(
        "/api/workflows/", {"company": stage.acme.pk, "kind": "check_in", "device": other.pk}
    ).json()
    asked = alice.post(f"/api/workflows/{back['id']}/finish/").json()
    assert asked["name"] == "ChoicesMissing"
    choice = [{"step": asked["steps"][0]["step"], "choice": "release"}]
    assert alice.ask("PATCH", f"/api/workflows/{back['id']}/", {"choices": choice}).status_code == 200
    assert alice.post(f"/api/workflows/{back['id']}/finish/").json()["state"] == "done"
    assert alice.post(f"/api/workflows/{opened['id']}/finish/").json()["state"] == "done"
    wrong = {"choices": [{"step": choice[0]["step"], "choice": "keep"}]}
    assert alice.ask("PATCH", f"/api/workflows/{back['id']}/", wrong).status_code == 409
    assert Workflow.objects.filter(state="open").count() == 0
