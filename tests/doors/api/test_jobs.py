"""Jobs through the API: how far they are, what was left out, stopping them; a stranger's are not found."""

from __future__ import annotations

from tests.cast import a_licence
from tests.rooms.jobs.deeds import asked, carried_out
from trueup.jobs.models import Job


def test_a_job_is_read_and_cancelled_by_its_asker_only(stage, alice, bob, mallory):
    licence = a_licence(stage.acme, 5, tags=("x",))
    theirs = a_licence(stage.globex, 5)
    over = carried_out(stage, "licences.add_tags", [licence, theirs], tags=["x"])
    waiting = asked(stage, "licences.add_tags", [licence], tags=["y"])

    listed = alice.get("/api/jobs/").json()
    assert [row["id"] for row in listed["results"]] == [waiting.pk, over.pk]
    told = alice.get(f"/api/jobs/{over.pk}/").json()
    assert (told["state"], told["unchanged"], told["refused"]) == ("done", 1, 1)
    assert [row["outcome"] for row in told["left_out"]] == ["unchanged", "refused"]

    for stranger in (bob, mallory):
        assert stranger.get("/api/jobs/").json()["results"] == []
        assert stranger.get(f"/api/jobs/{over.pk}/").status_code == 404
        assert stranger.post(f"/api/jobs/{waiting.pk}/cancel/").status_code == 404
    assert Job.objects.get(pk=waiting.pk).state == "waiting"

    assert alice.post(f"/api/jobs/{waiting.pk}/cancel/").json()["state"] == "cancelled"
    again = alice.post(f"/api/jobs/{waiting.pk}/cancel/")
    assert (again.status_code, again.json()["name"]) == (409, "JobEnded")
