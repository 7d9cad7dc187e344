"""Runs: who may start and see them, that they prove themselves, and what they do in trouble."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from estate import verify
from tests.cast import NOW, ROOT, TODAY, a_device, a_licence, a_person, a_product, set_stage
from tests.rooms.compliance.estates import install, position_of, run_over
from trueup.audit.models import Entry
from trueup.base.listing import parse_listing, read_page
from trueup.base.problems import NotAllowed, NotFound
from trueup.compliance.actions import (
    DayAhead,
    NothingToCount,
    RunNotDone,
    carry_out_run,
    start_run,
    verify_run,
)
from trueup.compliance.columns import FINDINGS, POSITIONS, RUNS, UNDER_LICENSED
from trueup.compliance.counting import folder_of
from trueup.compliance.finding_tables import Finding
from trueup.compliance.models import Outcome, Position, PositionShape, Run
from trueup.compliance.queries import (
    EvidenceGone,
    behind,
    facts_of_run,
    findings_visible_to,
    history_of,
    outcomes_visible_to,
    position_for,
    positions_visible_to,
    queued_runs,
    runs_visible_to,
    shapes_of,
    states_of,
)
from trueup.compliance.reading import Scope, open_source, rows_of
from trueup.licences.actions import add_purchase
from trueup.licences.lines import LineTerms


@pytest.fixture
def draw(stage):
    """Acme owns 2 of Draw and has it on 3 devices; Globex has another product on one."""
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 2, product=product)
    install(stage.acme, product, *(a_device(stage.acme, f"pc{n}") for n in range(3)))
    install(
        stage.globex, a_product(stage.globex, "Secret", metric="per_device"), a_device(stage.globex, "vault")
    )
    return product


def carry_out(run, home):
    return carry_out_run(run_id=run.pk, home=home, library=settings.LIBRARY, clock=lambda: NOW)


def test_a_run_proves_itself(stage, draw, tmp_path):
    """R-139: the same frozen facts give the same numbers."""
    run = run_over(tmp_path)

    verdict = verify_run(actor=stage.alice, run_id=run.pk, home=tmp_path)

    assert verdict.holds
    assert verdict.counted_hash == run.result_hash
    assert run.facts["installations"] == 4
    assert facts_of_run(run=run, home=tmp_path)["facts_hash"] == run.facts_hash


def test_later_changes_leave_a_run_as_it_was(stage, draw, tmp_path):
    run = run_over(tmp_path)
    a_licence(stage.acme, 50, product=draw)

    assert verify_run(actor=ROOT, run_id=run.pk, home=tmp_path).holds
    assert position_of(run, draw).entitled == 2
    assert position_of(run_over(tmp_path), draw).entitled == 52


def test_two_runs_over_the_same_rows_have_the_same_facts_and_numbers(stage, draw, tmp_path):
    first, second = run_over(tmp_path), run_over(tmp_path)

    assert first.facts_hash == second.facts_hash
    assert first.result_hash == second.result_hash


def test_changed_facts_are_noticed(stage, draw, tmp_path):
    run = run_over(tmp_path)
    path = folder_of(tmp_path, run.pk) / "installations.parquet"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")

    verdict = verify_run(actor=ROOT, run_id=run.pk, home=tmp_path)

    assert not verdict.holds
    assert "installations.parquet has another content" in verdict.trouble


def test_numbers_changed_in_the_database_are_noticed(stage, draw, tmp_path):
    run = run_over(tmp_path)
    Run.objects.filter(pk=run.pk).update(result_hash="0" * 64)

    assert not verify_run(actor=ROOT, run_id=run.pk, home=tmp_path).holds


def test_missing_evidence_is_said(stage, draw, tmp_path):
    run = run_over(tmp_path)

    with pytest.raises(EvidenceGone):
        verify_run(actor=ROOT, run_id=run.pk, home=tmp_path / "elsewhere")
    with pytest.raises(EvidenceGone):
        behind(actor=stage.alice, position_id=position_of(run, draw).pk, home=tmp_path / "elsewhere")


def test_only_a_finished_run_can_be_proved(stage, tmp_path):
    run = start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=TODAY, at=NOW)

    with pytest.raises(RunNotDone):
        verify_run(actor=stage.alice, run_id=run.pk, home=tmp_path)


def test_who_may_start_a_run(stage):
    with pytest.raises(NotAllowed):
        start_run(actor=stage.bob, company_id=stage.acme.pk, as_of=TODAY, at=NOW)
    with pytest.raises(NotFound):
        start_run(actor=stage.mallory, company_id=stage.acme.pk, as_of=TODAY, at=NOW)
    with pytest.raises(NotAllowed):
        start_run(actor=stage.alice, company_id=None, as_of=TODAY, at=NOW)
    with pytest.raises(DayAhead):
        start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=TODAY + timedelta(days=1), at=NOW)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_a_run_needs_a_company():
    with pytest.raises(NothingToCount):
        start_run(actor=ROOT, company_id=None, as_of=TODAY, at=NOW)


def test_a_started_run_waits_and_is_written_down(stage):
    run = start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=TODAY, at=NOW)

    assert queued_runs() == [run.pk]
    entry = Entry.objects.get(event="compliance.run_started")
    assert (entry.company_id, entry.subject_id, entry.actor) == (stage.acme.pk, run.pk, "Alice")


def test_a_finished_run_is_not_carried_out_again(stage, draw, tmp_path):
    run = run_over(tmp_path)

    assert carry_out(run, tmp_path) is False
    assert Position.objects.filter(run=run).count() == 2


def test_a_killed_run_begins_again(stage, draw, tmp_path):
    run = start_run(actor=ROOT, company_id=None, as_of=TODAY, at=NOW)
    Run.objects.filter(pk=run.pk).update(state="running")
    folder = folder_of(tmp_path, run.pk)
    folder.mkdir(parents=True)
    (folder / "devices.parquet").write_bytes(b"half")

    assert carry_out(run, tmp_path)

    run.refresh_from_db()
    assert run.state == "done"
    verify(folder, manifest_hash=run.manifest_hash)


def test_trouble_stays_on_the_run_and_stores_nothing(stage, draw, tmp_path):
    run = start_run(actor=ROOT, company_id=None, as_of=TODAY, at=NOW)
    (tmp_path / "runs").write_text("a file where the folder should be")

    assert carry_out(run, tmp_path)

    run.refresh_from_db()
    assert run.state == "failed"
    assert run.trouble
    assert not Position.objects.exists()
    assert queued_runs() == []


def test_a_run_over_one_company_freezes_no_other(stage, draw, tmp_path):
    run = run_over(tmp_path, stage.acme)

    assert run.facts["devices"] == 3
    assert set(Position.objects.filter(run=run).values_list("company_id", flat=True)) == {stage.acme.pk}


def test_strangers_see_nothing(stage, draw, tmp_path):
    """Mallory owns Globex: Acme's run, positions, subjects and findings do not exist for her."""
    run = run_over(tmp_path, stage.acme)
    position = position_of(run, draw)

    assert not runs_visible_to(actor=stage.mallory).exists()
    assert not positions_visible_to(actor=stage.mallory).exists()
    assert not shapes_of(actor=stage.mallory, position_id=position.pk).exists()
    assert not outcomes_visible_to(actor=stage.mallory).exists()
    assert not findings_visible_to(actor=stage.mallory).exists()
    for ask in (
        lambda: position_for(actor=stage.mallory, position_id=position.pk),
        lambda: behind(actor=stage.mallory, position_id=position.pk, home=tmp_path),
        lambda: verify_run(actor=stage.mallory, run_id=run.pk, home=tmp_path),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_run_over_all_companies_shows_each_its_own(stage, draw, tmp_path):
    run = run_over(tmp_path)

    assert list(runs_visible_to(actor=stage.mallory)) == [run]
    assert [one.product.name for one in positions_visible_to(actor=stage.mallory)] == ["Secret"]
    assert [one.product.name for one in positions_visible_to(actor=stage.bob)] == ["Draw"]


def test_behind_a_number_stand_devices_by_name(stage, draw, tmp_path):
    position = position_of(run_over(tmp_path), draw)
    (shape,) = shapes_of(actor=stage.bob, position_id=position.pk)

    found = behind(actor=stage.bob, position_id=position.pk, home=tmp_path)

    assert [(one.kind, one.name, one.installations, one.shape_id) for one in found] == [
        ("device", f"pc{n}", 1, shape.pk) for n in range(3)
    ]
    assert (
        len(behind(actor=stage.bob, position_id=position.pk, home=tmp_path, shape_id=shape.pk, limit=2)) == 2
    )


def test_behind_seats_stand_people_by_name(stage, tmp_path):
    product = a_product(stage.acme, metric="per_named_user")
    install(stage.acme, product, a_device(stage.acme, user_id=a_person(stage.acme).pk))
    position = position_of(run_over(tmp_path), product)

    assert [one.name for one in behind(actor=stage.bob, position_id=position.pk, home=tmp_path)] == ["Carol"]


def test_pages_show_the_newest_day_and_any_other_when_asked(stage, draw, tmp_path):
    today = run_over(tmp_path)
    earlier = run_over(tmp_path, as_of=TODAY - timedelta(days=30))

    assert {one.run_id for one in positions_visible_to(actor=stage.bob)} == {today.pk}
    day = TODAY - timedelta(days=10)
    assert {one.run_id for one in positions_visible_to(actor=stage.bob, on=day)} == {earlier.pk}
    assert not positions_visible_to(actor=stage.bob, on=TODAY - timedelta(days=31)).exists()
    assert [one.run_id for one in history_of(actor=stage.bob, position=position_of(today, draw))] == [
        earlier.pk,
        today.pk,
    ]
    assert states_of(actor=stage.bob) == {"short": 1}


def test_one_latest_outcome_a_company(stage, draw, tmp_path):
    run_over(tmp_path)
    newest = run_over(tmp_path)

    assert {one.run_id for one in Outcome.objects.filter(is_latest=True)} == {newest.pk}
    assert Outcome.objects.count() == 4


def test_shapes_add_up_to_the_position(stage, draw, tmp_path):
    run_over(tmp_path)

    for position in Position.objects.all():
        shapes = PositionShape.objects.filter(position=position)
        assert sum(shape.subjects for shape in shapes) == position.subjects
        assert sum(shape.required_low for shape in shapes) == position.required_low


def test_a_finding_opens_stands_and_closes(stage, draw, tmp_path):
    run_over(tmp_path)
    (finding,) = findings_visible_to(actor=stage.bob)
    assert (finding.kind, finding.units, finding.opened_at) == ("short", 1, NOW)

    second = run_over(tmp_path)
    (again,) = findings_visible_to(actor=stage.bob)
    assert (again.pk, again.position.run_id) == (finding.pk, second.pk)

    licence = a_licence(stage.acme, 10, product=draw)
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=LineTerms(1, TODAY), at=NOW, on=TODAY)
    run_over(tmp_path)
    assert not findings_visible_to(actor=stage.bob).filter(kind="short").exists()
    assert Finding.objects.get(pk=finding.pk).closed_at == NOW


def test_positions_cost_the_same_however_many(stage, draw, tmp_path, django_assert_num_queries):
    run_over(tmp_path)
    with django_assert_num_queries(1):
        list(positions_visible_to(actor=stage.bob))


@pytest.mark.django_db(transaction=True)
def test_a_connection_of_its_own_reads_what_the_open_transaction_reads(tmp_path):
    """The fast way and the way inside a transaction freeze the same rows."""
    stage = set_stage()
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 2, product=product, line=LineTerms(2, TODAY, price=Decimal(3), currency="EUR"))
    install(stage.acme, product, a_device(stage.acme, processors=2), a_device(stage.acme, "db2"))
    a_person(stage.acme)
    assert not connection.in_atomic_block

    run = run_over(tmp_path)

    assert verify_run(actor=ROOT, run_id=run.pk, home=tmp_path).holds
    scope = Scope(company_id=None, day=TODAY, moment=NOW)
    for name in ("devices", "people", "installations", "lines", "licences", "products", "companies"):
        with open_source() as source:
            own = rows_of(source, scope.statement(name))
        with transaction.atomic(), open_source() as source:
            assert rows_of(source, scope.statement(name)) == own


def test_a_run_asked_for_on_a_page_becomes_a_job(stage):
    run = start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=TODAY, at=NOW)

    job = ProcrastinateJob.objects.get(task_name="compliance.carry_out_run")
    assert job.args == {"run_id": run.pk}


@pytest.mark.parametrize(
    "register", [POSITIONS, RUNS, FINDINGS, UNDER_LICENSED], ids=lambda register: register.name
)
def test_every_column_can_be_read_and_sorted(stage, draw, tmp_path, register):
    run_over(tmp_path)

    for column in register.columns:
        if column.sortable:
            page = read_page(
                register, actor=stage.alice, listing=parse_listing(register, {"sort": column.key})
            )
            assert page.count == 1
