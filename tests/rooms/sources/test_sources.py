"""Sources: whom they speak of, what they may end, what is kept of them, and who may see and do what."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, Stage, a_person
from tests.connectors.vendor import sample, vendor
from tests.rooms.sources.reading import a_source, run
from trueup.audit.models import Entry
from trueup.base.access import Role
from trueup.base.problems import InvalidValue, NotAllowed, NotFound
from trueup.connectors.reading import read_source
from trueup.connectors.register import suitcase_named, suitcases
from trueup.devices.models import Device
from trueup.inventory.models import Installation
from trueup.inventory.queries import installations_visible_to
from trueup.sources.actions import (
    SourceNameTaken,
    SourceTerms,
    ask_source_run,
    change_source,
    open_source,
    place_outside_company,
    start_due_sources,
    withdraw_source,
)
from trueup.sources.actions.running import NoPages
from trueup.sources.asking import SourceUnreadable
from trueup.sources.models import Placement, Seat, Source, SourcePage, SourceRun, Subscription
from trueup.sources.queries import idle_seats, placements_of, seats_visible_to, sources_visible_to
from trueup.tenancy.actions import grant_role
from trueup.vault.models import Secret
from trueup.vault.plain import Plain

CSV = sample("table/samples/rows.csv")
HEAD = CSV.partition(b"\n")[0]


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.PRIVATE_SOURCES = True


@pytest.fixture
def shop():
    """A table at an address; ``script`` can be changed."""
    with vendor(lambda _asked: (200, CSV)) as found:
        yield found


def serve(shop, *lines: str) -> None:
    body = b"\n".join([HEAD, *(line.encode() for line in lines)])
    shop.script = lambda _asked: (200, body)


def names(company) -> set[str]:
    return set(
        Installation.objects.filter(company=company, gone_at=None).values_list("title__name", flat=True)
    )


def test_a_run_brings_devices_seats_and_subscriptions_and_says_what_it_could_not_read(stage: Stage, shop):
    """C-044: last run, rows and errors of each source."""
    carol = a_person(stage.acme, "carol", email="carol@example.com")
    source = a_source(stage, "table", shop.url)
    found = run(source)
    assert (found.state, found.rejected, found.unplaced, found.trouble) == ("done", 1, 0, "")
    assert found.counts["devices"] == 2
    assert "no name" in found.rejects[0]["reason"] or "neither" in found.rejects[0]["reason"]
    assert names(stage.acme) == {"Example Draw", "Example Paint"}
    seat = Seat.objects.get()
    assert (seat.person_id, seat.login) == (carol.pk, "carol@example.com")
    bought = Subscription.objects.get()
    assert (bought.purchased, bought.assigned) == (25, None)
    shown = sources_visible_to(actor=stage.alice).get()
    assert (shown.state, shown.rejected, shown.ran_at) == ("done", 1, NOW)


def test_last_used_has_three_values_and_only_two_of_them_can_be_acted_on(stage: Stage, shop):
    """U-043: a day, never, not reported; silence is not idleness."""
    run(a_source(stage, "table", shop.url))
    seen = {
        (one.device.hostname, one.title.name): (
            one.use,
            one.last_used_at and one.last_used_at.date().isoformat(),
        )
        for one in installations_visible_to(actor=stage.alice)
    }
    assert seen == {
        ("ws-014", "Example Draw"): ("used", "2026-10-02"),
        ("ws-014", "Example Paint"): ("never", None),
        ("ws-015", "Example Draw"): ("not_reported", None),
    }
    serve(
        shop,
        ",,old,Cloud,,,2026-01-02,,,",
        ",,never,Cloud,,,never,,,",
        ",,silent,Cloud,,,,,,",
        ",,busy,Cloud,,,2026-11-20,,,",
    )
    run(a_source(stage, "table", shop.url, name="seats"))
    later = NOW + timedelta(days=90)
    idle = idle_seats(actor=stage.alice, before=later - timedelta(days=90))
    assert sorted(idle.values_list("login", flat=True)) == ["busy", "carol@example.com", "never", "old"]
    early = idle_seats(actor=stage.alice, before=NOW - timedelta(days=30))
    assert sorted(early.values_list("login", flat=True)) == ["old"]


def test_a_source_that_does_not_know_takes_no_use_back(stage: Stage, shop):
    source = a_source(stage, "table", shop.url)
    run(source)
    serve(shop, "ws-014,SN-014,,Example Draw,4.2,Example Soft,,,,")
    run(source, at=NOW + timedelta(days=1))
    one = Installation.objects.get(gone_at=None, device__hostname="ws-014")
    assert one.use_is_reported
    assert one.last_used_at is not None


def test_only_a_run_that_came_to_its_end_ends_anything(stage: Stage, shop):
    source = a_source(stage, "table", shop.url)
    run(source)
    before = names(stage.acme), Seat.objects.filter(gone_at=None).count()
    shop.script = lambda _asked: (500, b"")
    waits: list[float] = []
    failed = run(source, at=NOW + timedelta(hours=1), waits=waits)
    assert failed.state == "failed"
    assert "500" in failed.trouble
    assert len(waits) == 5
    assert (names(stage.acme), Seat.objects.filter(gone_at=None).count()) == before

    serve(shop, "ws-014,SN-014,,Example Draw,4.2,Example Soft,,,,")
    done = run(source, at=NOW + timedelta(hours=2))
    assert (done.counts["closed"], done.counts["ended_seats"]) == (1, 1)
    assert names(stage.acme) == {"Example Draw"}
    assert not Seat.objects.filter(gone_at=None).exists()


def test_what_one_source_does_not_see_is_not_gone_for_another(stage: Stage, shop):
    run(a_source(stage, "table", shop.url))
    device = Device.objects.get(hostname="ws-014")
    Installation.objects.filter(device=device, title__name="Example Paint").update(section="softwares")
    serve(shop, "ws-014,SN-014,,Example Draw,4.2,Example Soft,,,,")
    run(a_source(stage, "table", shop.url, name="second"), at=NOW + timedelta(days=1))
    assert names(stage.acme) == {"Example Draw", "Example Paint"}


def test_a_dry_run_says_what_would_happen_and_changes_nothing(stage: Stage, shop):
    source = a_source(stage, "table", shop.url)
    dry = run(source, is_dry=True)
    assert (dry.state, dry.counts["devices"], dry.rejected) == ("done", 2, 1)
    assert not Installation.objects.exists()
    assert not Seat.objects.exists()
    assert sources_visible_to(actor=stage.alice).get().state is None
    assert run(source).counts == dry.counts


def test_a_run_is_read_again_from_its_pages_without_asking_anybody(stage: Stage, shop):
    source = a_source(stage, "table", shop.url)
    first = run(source)
    asked = len(shop.asked)
    Seat.objects.all().delete()
    again = run(source, at=NOW + timedelta(days=2), replays_id=first.pk)
    assert len(shop.asked) == asked
    assert (again.state, again.rows, again.rejects) == ("done", first.rows, first.rejects)
    assert Seat.objects.filter(gone_at=None).count() == 1
    for hours in range(1, 7):
        run(source, at=NOW + timedelta(hours=hours))
    with pytest.raises(NoPages):
        run(source, replays_id=first.pk)


def test_a_page_holds_what_is_read_and_nothing_else(stage: Stage, shop):
    run(a_source(stage, "table", shop.url))
    kept = [zlib.decompress(bytes(page.content)).decode() for page in SourcePage.objects.all()]
    assert "Example Draw" in kept[0]
    assert "CANARY" not in "".join(kept)


def test_nothing_is_written_into_a_company_nobody_placed(stage: Stage, shop):
    """A service provider's source: unknown companies wait on a list, and reach nobody."""
    source = a_source(stage, "table", shop.url, is_shared=True)
    found = run(source)
    assert (found.unplaced, found.rows) == (4, 0)
    assert not Device.objects.exists()
    waiting = {one.name: one for one in placements_of(actor=stage.alice, source_id=source.pk)}
    assert set(waiting) == {"North", "South"}
    assert sources_visible_to(actor=stage.alice).get().to_place == 2

    with pytest.raises(NotFound):
        place_outside_company(
            actor=stage.alice, placement_id=waiting["North"].pk, into_id=stage.globex.pk, at=NOW
        )
    with pytest.raises(NotFound):
        place_outside_company(
            actor=stage.mallory, placement_id=waiting["North"].pk, into_id=stage.globex.pk, at=NOW
        )
    assert Placement.objects.get(pk=waiting["North"].pk).into_id is None

    place_outside_company(actor=ROOT, placement_id=waiting["North"].pk, into_id=stage.globex.pk, at=NOW)
    place_outside_company(actor=ROOT, placement_id=waiting["South"].pk, into_id=None, is_ignored=True, at=NOW)
    again = run(source, at=NOW + timedelta(hours=1))
    assert again.unplaced == 1
    assert names(stage.globex) == {"Example Draw", "Example Paint"}
    assert names(stage.acme) == set()
    assert [one.company_id for one in seats_visible_to(actor=stage.mallory)] == [stage.globex.pk]
    assert not seats_visible_to(actor=stage.alice).exists()


def test_secrets_are_in_the_vault_and_nowhere_else(stage: Stage, shop):
    """D-080: neither tables, log nor messages hold what opens a source."""
    source = a_source(stage, "table", shop.url, secrets={"token": "CANARY-TOKEN-123"})
    run(source)
    assert shop.asked[-1].headers["Authorization"] == "CANARY-TOKEN-123"
    opening = open_source(source=source, wait=lambda _seconds: None, at=NOW)
    assert "CANARY" not in repr(opening)
    told = json.dumps(
        [str(row.__dict__) for model in (Source, SourceRun, Entry) for row in model.objects.all()]
    )
    assert "CANARY" not in told
    assert not [row for row in Secret.objects.all() if b"CANARY" in bytes(row.sealed)]


def test_a_new_address_is_never_sent_the_old_secret(stage: Stage, shop):
    source = a_source(
        stage, "graph", shop.url, secrets={"client_secret": "old"}, tenant="acme", client_id="app"
    )
    suitcase = suitcase_named("graph")
    same = SourceTerms("graph", shop.url, source.options, every_hours=2)
    kept = change_source(
        actor=stage.alice, source_id=source.pk, suitcase=suitcase, terms=same, secrets={}, at=NOW
    )
    assert open_source(source=kept, wait=lambda _s: None, at=NOW).secret("client_secret") == "old"
    assert kept.every_hours == 2
    moved = SourceTerms("graph", "http://127.0.0.1:9", source.options)
    with pytest.raises(InvalidValue):
        change_source(
            actor=stage.alice, source_id=source.pk, suitcase=suitcase, terms=moved, secrets={}, at=NOW
        )
    assert Source.objects.get().url == shop.url
    new = {"client_secret": Plain("new")}
    change_source(actor=stage.alice, source_id=source.pk, suitcase=suitcase, terms=moved, secrets=new, at=NOW)
    assert (
        open_source(source=Source.objects.get(), wait=lambda _s: None, at=NOW).secret("client_secret")
        == "new"
    )


def test_what_is_missing_or_unknown_is_refused_and_nothing_is_kept(stage: Stage, shop):
    for options in ({"tenant": "acme"}, {"tenant": "acme", "client_id": "app", "colour": "red"}):
        with pytest.raises(InvalidValue):
            a_source(stage, "graph", shop.url, secrets={"client_secret": "x"}, **options)
    with pytest.raises(InvalidValue):
        a_source(stage, "graph", shop.url, tenant="acme", client_id="app")
    with pytest.raises(InvalidValue):
        a_source(stage, "table", "http://user:pass@127.0.0.1/")
    with pytest.raises(InvalidValue):
        suitcase_named("atera")
    assert not Source.objects.exists()
    a_source(stage, "table", shop.url)
    with pytest.raises(SourceNameTaken):
        a_source(stage, "table", shop.url)
    assert Source.objects.count() == 1


def test_who_may_what(stage: Stage, shop):
    """A viewer sees no source; a technician has it read and cannot change it; another company has none."""
    source = a_source(stage, "table", shop.url)
    with pytest.raises(NotFound):
        ask_source_run(actor=stage.bob, source_id=source.pk, at=NOW)
    with pytest.raises(NotFound):
        ask_source_run(actor=stage.mallory, source_id=source.pk, at=NOW)
    with pytest.raises(NotFound):
        withdraw_source(actor=stage.mallory, source_id=source.pk, at=NOW)
    grant_role(actor=ROOT, user=stage.users["bob"], role=Role.TECHNICIAN, company=stage.acme, at=NOW)
    technician = type(stage.bob)(
        name="Bob", user_id=stage.bob.user_id, roles={stage.acme.pk: Role.TECHNICIAN}
    )
    assert ask_source_run(actor=technician, source_id=source.pk, at=NOW).asked_by == "Bob"
    with pytest.raises(NotAllowed):
        withdraw_source(actor=technician, source_id=source.pk, at=NOW)
    assert Source.objects.get().withdrawn_at is None
    assert SourceRun.objects.count() == 1


def test_a_source_is_read_when_its_hour_comes_and_no_more_once_withdrawn(stage: Stage, shop):
    source = a_source(stage, "table", shop.url, every_hours=6)
    a_source(stage, "table", shop.url, name="by hand", every_hours=0)
    assert [start_due_sources(actor=ROOT, at=NOW + timedelta(hours=h)) for h in (0, 5, 6)] == [1, 0, 1]
    run(source)
    assert Seat.objects.filter(gone_at=None).exists()
    waiting = SourceRun.objects.filter(state="waiting").latest("pk")
    withdraw_source(actor=stage.alice, source_id=source.pk, at=NOW + timedelta(days=1))
    assert not Seat.objects.filter(gone_at=None).exists()
    assert start_due_sources(actor=ROOT, at=NOW + timedelta(days=9)) == 0
    assert read_source(actor=ROOT, run_id=waiting.pk, clock=lambda: NOW, wait=lambda _s: None) is None


def test_a_private_address_is_not_asked_unless_allowed(stage: Stage, shop, settings):
    """The guard of webhooks stands before sources too: by name, by address, and after it was saved."""
    source = a_source(stage, "table", shop.url)
    settings.PRIVATE_SOURCES = False
    with pytest.raises(InvalidValue):
        a_source(stage, "table", shop.url, name="again")
    asked = len(shop.asked)
    found = run(source)
    assert found.state == "failed"
    assert len(shop.asked) == asked
    settings.PRIVATE_SOURCES = True
    with pytest.raises(SourceUnreadable, match=r"169\.254"):
        open_source(source=source, wait=lambda _s: None, at=NOW).wire(url="http://169.254.169.254").get(
            "/latest"
        )


def test_every_suitcase_says_what_it_brings_and_what_it_cannot_know():
    for suitcase in suitcases().values():
        assert suitcase.brings
        assert suitcase.cannot_know
        assert suitcase.keeps
