"""People from a real directory: who comes, changes, leaves and comes back, each as an event of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, Stage, a_person
from tests.connectors.directory import ADMIN, PASSWORD, PEOPLE, directory
from tests.rooms.sources.reading import a_source, run
from trueup.audit.models import Entry
from trueup.connectors.ldap import client
from trueup.people.models import Person
from trueup.sources.models import Source, SourcePage

LATER = NOW + timedelta(days=1)


@pytest.fixture
def office(settings, monkeypatch):
    settings.PRIVATE_SOURCES = True
    monkeypatch.setattr(client, "A_PAGE", 2)
    with directory() as found:
        yield found


def source_at(stage: Stage, office, password: str = PASSWORD, **options: str) -> Source:
    kept = {"base": PEOPLE, "user": ADMIN, "start_tls": "no", **options}
    return a_source(stage, "ldap", office.url, secrets={"password": password}, **kept)


def events(*names: str) -> list[tuple[str, str]]:
    found = Entry.objects.filter(event__in=[f"people.{name}" for name in names])
    return list(found.order_by("position").values_list("event", "subject"))


def test_people_come_from_the_directory_with_department_and_manager(stage: Stage, office):
    """Pages of two; an entry without a login is refused by its name, and nothing private is kept."""
    found = run(source_at(stage, office))
    assert (found.state, found.trouble, found.rejected) == ("done", "", 1)
    assert found.counts["new_people"] == 3
    people = {one.username: one for one in Person.objects.select_related("department", "manager")}
    carol, dora = people["carol"], people["dora"]
    assert (carol.name, carol.email, carol.employee_number) == ("Carol Core", "carol@example.com", "100")
    assert (dora.name, dora.department.name, dora.manager) == ("Dora Dörfler", "Design", carol)
    assert people["emil"].department is None
    assert sorted(events("added")) == [
        ("people.added", "Carol Core"),
        ("people.added", "Dora Dörfler"),
        ("people.added", "Emil Egger"),
    ]
    assert "CANARY" not in repr([bytes(page.content) for page in SourcePage.objects.all()])
    again = run(Source.objects.get())
    assert {name: n for name, n in again.counts.items() if n} == {"people": 3}


def test_who_is_gone_left_and_who_is_back_came_back(stage: Stage, office):
    """What a leaver's and a joiner's workflow hook on: people.left and people.returned."""
    source = source_at(stage, office)
    run(source)
    office.remove("emil")
    office.change("dora", cn="Dora Dahl", mail="dahl@example.com")
    found = run(source, at=LATER)
    assert (found.counts["left_people"], found.counts["changed_people"]) == (1, 1)
    gone = Person.objects.get(username="emil")
    assert (gone.is_active, gone.left_on) == (False, LATER.date())
    assert events("left", "changed") == [("people.changed", "Dora Dörfler"), ("people.left", "Emil Egger")]
    assert Person.objects.get(username="dora").email == "dahl@example.com"
    office.put("emil", cn="Emil Egger")
    back = run(source, at=LATER + timedelta(days=1))
    assert back.counts["returned_people"] == 1
    assert Person.objects.get(pk=gone.pk).is_active
    assert events("returned") == [("people.returned", "Emil Egger")]


def test_whoever_was_written_down_by_hand_becomes_the_directorys(stage: Stage, office):
    by_hand = a_person(stage.acme, "c.core", email="CAROL@example.com")
    twice = [a_person(stage.acme, name, email="dora@example.com") for name in ("dd", "ddd")]
    found = run(source_at(stage, office))
    by_hand.refresh_from_db()
    assert (by_hand.username, by_hand.employee_number, by_hand.source) == (
        "carol",
        "100",
        str(Source.objects.get().record),
    )
    assert found.counts["new_people"] == 1
    assert "several people" in found.rejects[-1]["reason"]
    assert [Person.objects.get(pk=one.pk).source for one in twice] == ["", ""]


def test_a_directory_that_knows_hardly_anybody_lets_nobody_go(stage: Stage, office):
    for number in range(15):
        office.put(f"temp{number}")
    source = source_at(stage, office)
    run(source)
    Source.objects.filter(pk=source.pk).update(options={**source.options, "filter": "(uid=carol)"})
    found = run(Source.objects.get(), at=LATER)
    assert found.counts["left_people"] == 0
    assert "17 people" in found.rejects[0]["row"]
    assert Person.objects.filter(is_active=True).count() == 18
    assert events("left") == []


def test_a_wrong_password_is_told_and_lets_nobody_go(stage: Stage, office):
    run(source_at(stage, office))
    wrong = a_source(
        stage,
        "ldap",
        office.url,
        name="wrong",
        secrets={"password": "wrong"},
        base=PEOPLE,
        user=ADMIN,
        start_tls="no",
    )
    found = run(wrong, at=LATER)
    assert (found.state, found.counts.get("left_people", 0)) == ("failed", 0)
    assert "credentials" in found.trouble
    assert Person.objects.filter(is_active=True).count() == 3


def test_tls_is_spoken_and_a_certificate_of_nobody_is_refused(stage: Stage, office, monkeypatch):
    source = source_at(stage, office, start_tls="yes")
    refused = run(source)
    assert refused.state == "failed"
    assert not Person.objects.exists()
    monkeypatch.setenv("SSL_CERT_FILE", office.authority)
    found = run(source)
    assert (found.state, found.trouble) == ("done", "")
    assert Person.objects.filter(left_on=None).count() == 3
