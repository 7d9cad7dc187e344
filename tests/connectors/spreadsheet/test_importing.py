"""What an import does to a company, and how it is taken back. Alice runs Acme, Bob reads it, Mallory is at Globex."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.cast import NOW, TODAY, Stage, a_device, a_licence, a_person, a_product, holder
from trueup.assignments.actions import assign_units
from trueup.assignments.models import Assignment
from trueup.audit.models import Batch, Entry
from trueup.base.problems import NotAllowed, NotFound
from trueup.base.registers import Listing
from trueup.connectors.spreadsheet.answers import Answers
from trueup.connectors.spreadsheet.applying import Imported, NothingToImportError, apply_import
from trueup.connectors.spreadsheet.file_rows import FileRows, read_licences
from trueup.connectors.spreadsheet.plan import Plan
from trueup.connectors.spreadsheet.planning import plan_import
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.undoing import ChangedSinceError, ImportUndoneError, undo_import
from trueup.licences.actions import StillHolds, add_purchase, change_licence, retire_licence
from trueup.licences.columns import LICENCES
from trueup.licences.keys.reading import keys_matching
from trueup.licences.lines import LineTerms
from trueup.licences.models import Licence, LicenceKey, Movement, Purchase
from trueup.licences.reducing import StillHeld
from trueup.reports.lists import table_of
from trueup.reports.render.csv import write_csv
from trueup.vault.plain import Plain

LATER = NOW + timedelta(hours=1)


def file_of(text: str | bytes, **options) -> FileRows:
    content = text.encode() if isinstance(text, str) else text
    return read_licences(read_file(name="licences.csv", content=content)[0], **options)


def plan(stage: Stage, text: str | bytes, **options) -> Plan:
    return plan_import(actor=stage.alice, company_id=stage.acme.pk, file=file_of(text, **options), on=TODAY)


def bring_in(stage: Stage, text: str | bytes, *, actor=None, **options) -> Imported:
    return apply_import(
        actor=actor or stage.alice, company_id=stage.acme.pk, file=file_of(text, **options), file_name="licences.csv",
        at=NOW, on=TODAY,
    )  # fmt: skip


def undo(stage: Stage, done: Imported, *, actor=None) -> None:
    undo_import(actor=actor or stage.alice, batch_id=done.batch_id, at=LATER, on=TODAY)


def rules(plan: Plan | Imported) -> list[tuple[int, str]]:
    return [(error.row, error.rule) for error in plan.errors]


def units(**by: object) -> list[int]:
    return list(
        Licence.objects.filter(withdrawn_at=None, **by).order_by("pk").values_list("granted", flat=True)
    )


def test_a_dry_run_says_everything_and_writes_nothing(stage: Stage):
    """U-035"""
    a_licence(stage.acme, 5, product=a_product(stage.acme, "Draw"), source="spreadsheet", external_id="1")
    found = plan(
        stage,
        "Id,Product,Publisher,Licence type,Units,Cost centre\n1,Draw,Initech,per device,9,\n2,Paint,Hooli,per user,5,IT-1\n3,Bad,Hooli,per user,-1x,\n",
    )
    assert found.counts | {"merged": 0, "skipped": 0} == {
        "create": 1, "update": 1, "unchanged": 0, "reject": 1, "errors": 1, "merged": 0, "skipped": 0,
    }  # fmt: skip
    assert found.new_products == (("Hooli", "Paint"),)
    assert found.new_cost_centres == ("IT-1",)
    assert units() == [5]
    assert not Batch.objects.exists()
    assert plan(stage, "Product,Licence type,Units\nNew,per user,1\n").company_id == stage.acme.pk


def test_a_subscription_without_an_end_is_named_by_its_row(stage: Stage):
    """R-124: the other rows come in, and the row with its end does."""
    text = "Product,Licence type,Seats,Valid until\nDraw,subscription,5,\nPaint,subscription,5,2027-12-31\nStore,per device,2,\n"
    found = plan(stage, text)
    assert rules(found) == [(2, "no end")]
    assert found.errors[0].way_out == "A subscription ends: give the last covered day of the line."
    assert not Licence.objects.exists()
    bring_in(stage, text)
    assert sorted(Licence.objects.values_list("product__name", flat=True)) == ["Paint", "Store"]


def test_equal_rows_are_one_licence_with_the_sum(stage: Stage):
    """R-047: one record for a bulk purchase; the sum is exact, whatever the prices are for."""
    text = (
        "Product,Publisher,Licence type,Units,Total price,Currency,Order\n"
        + "Draw,Initech,per user,1,9.99,EUR,B-1\n" * 50
    )
    assert [pool.units for pool in plan(stage, text).merged] == [50]
    bring_in(stage, text)
    line = Purchase.objects.get()
    assert (units(), line.units, line.price, line.basis) == ([50], 50, Decimal("499.50"), "total")
    with pytest.raises(NothingToImportError):
        bring_in(stage, text)


def test_rows_can_be_kept_apart_and_still_know_themselves(stage: Stage):
    text = "Product,Licence type,Units\n" + "Draw,per user,1\n" * 3
    bring_in(stage, text, apart=True)
    assert units() == [1, 1, 1]
    with pytest.raises(NothingToImportError):
        bring_in(stage, text, apart=True)


def test_import_adds_to_an_existing_licence(stage: Stage):
    """D-054, U-034: a second file adds a line, the same file again changes nothing, never a duplicate."""
    first = "Product,Publisher,Licence type,Units,Order\nDraw,Initech,per device,50,B-1\n"
    second = first.replace("50,B-1", "20,B-2")
    bring_in(stage, first)
    bring_in(stage, second)
    assert units() == [70]
    for text in (first, second):
        with pytest.raises(NothingToImportError):
            bring_in(stage, text)
    bring_in(stage, first.replace("50,B-1", "55,B-1"))
    assert units() == [75]


def test_a_second_run_of_another_system_updates(stage: Stage):
    """U-038: keyed on (source, id); undone, the first state is back, by counter-movements."""
    text = "Id,Product,Publisher,Licence type,Units,Valid until,Notes\n7,Draw,Initech,per device,50,2026-12-31,old\n"
    bring_in(stage, text)
    done = bring_in(stage, text.replace("50,2026-12-31,old", "60,2027-12-31,new"))
    licence = Licence.objects.get()
    assert (licence.granted, licence.remarks, licence.source, licence.external_id) == (
        60,
        "new",
        "spreadsheet",
        "7",
    )
    assert Purchase.objects.get(voided_at=None).valid_until == date(2028, 1, 1)

    undo(stage, done)
    licence.refresh_from_db()
    assert (licence.granted, licence.remarks) == (50, "old")
    assert Purchase.objects.get(voided_at=None).valid_until == date(2027, 1, 1)
    assert sum(Movement.objects.filter(account="granted").values_list("units", flat=True)) == 50


def test_own_export_imports_without_change(stage: Stage):
    """D-016, U-035: export, import, no differences, units kept."""
    person = a_person(stage.acme, "carol")
    a_licence(
        stage.acme,
        50,
        product=a_product(stage.acme, "=Draw"),
        owner_id=person.pk,
        tags=("a", "b"),
        valid_until=date(2027, 5, 1),
    )
    unlimited = LineTerms(units=0, is_unlimited=True, valid_from=date(2026, 1, 1))
    a_licence(stage.acme, product=a_product(stage.acme, "Paint"), line=unlimited, inventory_number="INV-1")
    a_licence(stage.acme, 7, product=a_product(stage.acme, "Old"), valid_until=date(2026, 5, 1))
    table = table_of(LICENCES, actor=stage.alice, listing=Listing(), on=TODAY)
    content = b"".join(write_csv(table))
    found = plan(stage, content)
    assert (rules(found), found.counts["unchanged"], found.counts["create"], found.counts["update"]) == (
        [],
        3,
        0,
        0,
    )
    few = table_of(
        LICENCES, actor=stage.alice, listing=Listing(), keys=["product", "purchased", "owner"], on=TODAY
    )
    found = plan(stage, b"".join(write_csv(few)))
    assert (rules(found), found.counts["unchanged"]) == ([], 3)
    without = b"\n".join(line.partition(b",")[2] for line in content.splitlines())
    assert not plan(stage, without).counts["create"]
    changed = plan(stage, content.replace(b",50,", b",51,"))
    assert rules(changed) == [(2, "units changed")]


def test_import_keeps_units_and_absent_holders(stage: Stage):
    """D-014: units from the file; a name missing from a second file removes nobody."""
    a_person(stage.acme, "carol")
    a_person(stage.acme, "dave", email="dave@acme.example")
    text = "Id,Product,Licence type,Units,Assigned to\n7,Draw,per user,5,carol; dave@acme.example\n"
    bring_in(stage, text)
    with pytest.raises(NothingToImportError):
        bring_in(stage, text.replace("carol; ", ""))
    assert (units(), Assignment.objects.filter(released_at=None).count()) == ([5], 2)


def test_import_names_unknown_users(stage: Stage):
    """D-015: a row error, not a silent drop; the licence itself stays."""
    done = bring_in(stage, "Product,Licence type,Units,User,Owner\nDraw,per user,5,nobody,ghost\n")
    assert rules(done) == [(2, "unknown person"), (2, "unknown person")]
    assert all(error.keeps_row for error in done.errors)
    assert units() == [5]


def test_holders_obey_the_same_rules_as_everywhere(stage: Stage):
    """D-013: more holders than units, or the wrong kind: named, the rest arrives; undo releases them."""
    for name in ("carol", "dave"):
        a_person(stage.acme, name)
    a_device(stage.acme, "db1")
    done = bring_in(stage, 'Product,Licence type,Units,User,Device\nDraw,per user,1,"carol, dave",db1\n')
    assert rules(done) == [(2, "cannot hold"), (2, "cannot hold")]
    assert Licence.objects.get().held == 1
    undo(stage, done)
    assert not Assignment.objects.filter(released_at=None).exists()


def test_undo_is_refused_once_something_depends_on_it(stage: Stage):
    done = bring_in(stage, "Id,Product,Licence type,Units\n1,Draw,per user,5\n2,Paint,per user,5\n")
    licence = Licence.objects.get(external_id="1")
    given = assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_person(stage.acme)),
        units=1,
        at=LATER,
        on=TODAY,
    )
    with pytest.raises(StillHolds, match="Draw"):
        undo(stage, done)
    Assignment.objects.filter(pk=given.pk).update(released_at=LATER)
    Licence.objects.filter(pk=licence.pk).update(held=0)
    add_purchase(
        actor=stage.alice,
        licence_id=licence.pk,
        line=LineTerms(units=1, valid_from=TODAY),
        at=LATER,
        on=TODAY,
    )
    with pytest.raises(ChangedSinceError, match="1 of the licences"):
        undo(stage, done)
    assert units() == [6, 5]
    assert Batch.objects.get().undone_at is None


def test_undo_happens_once_and_the_file_can_come_again(stage: Stage):
    text = "Id,Product,Licence type,Units,Inventory number\n1,Draw,per user,5,INV-1\n"
    done = bring_in(stage, text)
    undo(stage, done)
    assert Entry.objects.filter(event="licences.withdrawn").count() == 1
    with pytest.raises(ImportUndoneError):
        undo(stage, done)
    bring_in(stage, text)
    assert units() == [5]


def test_changed_since_the_update_is_kept(stage: Stage):
    text = "Id,Product,Licence type,Units,Notes\n1,Draw,per user,5,old\n"
    bring_in(stage, text)
    done = bring_in(stage, text.replace("old", "new"))
    licence = Licence.objects.get()
    change_licence(
        actor=stage.alice,
        licence_id=licence.pk,
        changes={"remarks": "mine"},
        revision=None,
        at=LATER,
        on=TODAY,
    )
    with pytest.raises(ChangedSinceError):
        undo(stage, done)
    licence.refresh_from_db()
    assert licence.remarks == "mine"


def test_only_who_may_import_does(stage: Stage):
    text = "Product,Licence type,Units\nDraw,per user,5\n"
    for actor, refusal in ((stage.bob, NotAllowed), (stage.mallory, (NotAllowed, NotFound))):
        with pytest.raises(refusal):
            bring_in(stage, text, actor=actor)
    done = bring_in(stage, text)
    for actor in (stage.bob, stage.mallory):
        with pytest.raises(NotFound):
            undo(stage, done, actor=actor)
    assert units() == [5]


def test_names_stay_inside_the_company(stage: Stage):
    """A row for another company, its people, products and ids are no way across the wall."""
    a_person(stage.globex, "eve")
    a_product(stage.globex, "Secret", publisher="Globex Labs")
    theirs = a_licence(
        stage.globex, 3, product=a_product(stage.globex, "Draw"), source="spreadsheet", external_id="1"
    )
    text = "Id,Company,Product,Licence type,Units,Owner\n1,Acme,Secret,per user,5,eve\n2,Globex,Draw,per user,5,\n"
    done = bring_in(stage, text)
    assert rules(done) == [(2, "unknown person"), (3, "other company")]
    assert Licence.objects.exclude(pk=theirs.pk).get().product.publisher.name == "Unknown publisher"
    theirs.refresh_from_db()
    assert theirs.granted == 3


def test_what_cannot_be_told_is_refused_with_its_row(stage: Stage):
    a_product(stage.acme, "Draw", publisher="One")
    a_product(stage.acme, "Draw", publisher="Two")
    a_licence(stage.acme, product=a_product(stage.acme, "Taken"), inventory_number="INV-1")
    retired = a_licence(
        stage.acme, product=a_product(stage.acme, "Gone"), source="spreadsheet", external_id="9"
    )
    retire_licence(actor=stage.alice, licence_id=retired.pk, at=NOW, on=TODAY)
    found = plan(
        stage,
        "Id,Product,Licence type,Units,Region,Inventory number\n"
        "1,Draw,per user,5,,\n2,A,per user,5,Atlantis,\n3,B,,5,,\n4,C,oracle_dreams,5,,\n5,D,per user,5,,INV-1\n"
        "6,E,per user,5,,INV-2\n7,F,per user,5,,INV-2\n9,Gone,per user,5,,\n",
        answers=Answers(known_metrics=frozenset({"oracle_dreams"})),
    )
    assert rules(found) == [
        (2, "several products"), (3, "unknown region"), (4, "missing licence type"), (5, "licence type not counted"),
        (6, "inventory number taken"), (8, "inventory number taken"), (9, "licence is retired"),
    ]  # fmt: skip


def test_units_held_cannot_be_imported_away(stage: Stage):
    text = "Id,Product,Licence type,Units\n1,Draw,per user,5\n"
    bring_in(stage, text)
    licence = Licence.objects.get()
    assign_units(
        actor=stage.alice,
        licence_id=licence.pk,
        holder=holder(a_person(stage.acme)),
        units=4,
        at=NOW,
        on=TODAY,
    )
    with pytest.raises(StillHeld):
        bring_in(stage, text.replace("per user,5", "per user,3"))
    assert units() == [5]
    assert Batch.objects.count() == 1


def test_keys_of_a_file_are_in_the_vault_alone(stage: Stage):
    """R-036, U-018, D-091: sealed, and in no table, plan, summary or recipe; the same file again seals nothing."""
    canary = "CANARY-QWERT-ZUIOP-ASDFG-YXCVB"
    text = f"Id,Product,Licence type,Units,Licence key,Owner\n1,Draw,per user,5,{canary},ghost\n"
    done = bring_in(stage, text)
    assert done.plan.keys == 1
    assert "QWERT" not in repr(done)
    assert "QWERT" not in repr(done.plan.licences[0].pool)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', ["%QWERT%"])
            assert cursor.fetchone() == (0,), table
    key = LicenceKey.objects.get()
    assert (key.per_seat, key.state, Batch.objects.get().summary["keys_sealed"]) == (False, "free", 1)
    assert keys_matching(actor=stage.alice, plains=[Plain(canary)]).get() == key

    with pytest.raises(NothingToImportError):
        bring_in(stage, text)
    undo(stage, done)
    assert LicenceKey.objects.get().state == "burnt"


def test_as_many_keys_as_units_are_one_for_each_seat(stage: Stage):
    """R-047, U-017: rows of one purchase bring a pool; who holds a unit by the file has one of the keys."""
    a_person(stage.acme, "carol")
    rows = "".join(f"Draw,per user,1,KEY-{n}-AAAA-BBBB,{'carol' if n == 1 else ''}\n" for n in range(3))
    bring_in(stage, "Product,Licence type,Units,Licence key,Assigned to\n" + rows)

    assert units() == [3]
    assert list(LicenceKey.objects.order_by("pk").values_list("per_seat", "state")) == [
        (True, "taken"), (True, "free"), (True, "free"),
    ]  # fmt: skip


def test_a_licence_without_a_key_gets_that_of_the_file(stage: Stage):
    """U-034: a licence that has one keeps it."""
    plain = "Id,Product,Licence type,Units,Licence key\n1,Draw,per user,5,%s\n"
    bring_in(stage, plain % "")
    done = bring_in(stage, plain % "KEY-1-AAAA-BBBB")
    assert (done.plan.keys, done.plan.counts["update"]) == (1, 1)
    with pytest.raises(NothingToImportError):
        bring_in(stage, plain % "KEY-2-AAAA-BBBB")
    assert LicenceKey.objects.count() == 1
    undo(stage, done)
    assert (units(), LicenceKey.objects.get().state) == ([5], "burnt")


def test_history_and_future_of_lines_move_the_ledger_on_their_days(stage: Stage):
    text = (
        "Id,Product,Licence type,Units,Valid from,Valid until\n1,Draw,per user,5,2024-01-01,2024-12-31\n"
        "2,Paint,per user,6,2027-01-01,\n3,Old,per user,7,,2020-01-31\n"
    )
    bring_in(stage, text)
    assert units() == [0, 0, 0]
    moved = (
        Movement.objects.filter(licence__external_id="1")
        .order_by("pk")
        .values_list("units", "balance", "effective_on")
    )
    assert list(moved) == [(5, 5, date(2024, 1, 1)), (-5, 0, date(2025, 1, 1))]
    assert Purchase.objects.get(licence__external_id="3").valid_from == date(2020, 1, 31)
    assert plan(stage, text).counts["unchanged"] == 3


def test_the_plan_knows_nothing_of_another_day(stage: Stage):
    """The file without days begins today; tomorrow the same file still says the same."""
    text = "Id,Product,Licence type,Units\n1,Draw,per user,5\n"
    bring_in(stage, text)
    tomorrow = plan_import(
        actor=stage.alice, company_id=stage.acme.pk, file=file_of(text), on=TODAY + timedelta(days=1)
    )
    assert tomorrow.counts["unchanged"] == 1
    assert replace(tomorrow, source="x").source == "x"
