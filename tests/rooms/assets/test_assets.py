"""Assets from first to last: made, changed, listed, rolled back, archived; nothing stored where something is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, TODAY, a_device, a_person
from tests.rooms.assets.stage import KEY, LICENCE, a_type, an_asset, software_licence
from trueup.assets.actions import (
    AssetReferredTo,
    archive_asset,
    change_asset,
    clone_asset,
    create_asset,
    restore_asset,
    roll_asset_back,
    tag_assets,
)
from trueup.assets.columns import ASSETS, register_of
from trueup.assets.models import Asset, AssetLink, AssetRevision
from trueup.assets.queries import asset_for, assets_referring_to, revisions_of
from trueup.assets.retyping import preview_type, retype
from trueup.assets.storing import ValueTaken
from trueup.audit.models import Entry
from trueup.base.listing import parse_listing, read_page
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Stale, UnknownField
from trueup.fields.actions import remove_field, restore_field
from trueup.fields.values import ValueMissing

pytestmark = pytest.mark.django_db


def found(stage, type_, actor=None, **query):
    register = register_of(type_)
    page = read_page(
        register, actor=actor or stage.alice, listing=parse_listing(register, query), on=TODAY,
        archived="archived" in query.get("state", ""),
    )  # fmt: skip
    return [row["title"] for row in page.rows]


def test_c_034_an_asset_is_stored_with_its_first_version_and_who_made_it(stage):
    """In canonical form, with the first day on which something expires."""
    asset = an_asset(stage, software_licence(stage), ("audit-required", "expiring-soon"), **LICENCE)

    assert asset.title == "Microsoft 365 Business Premium"
    assert asset.values["total_seats"] == "50"
    assert asset.values["auto_renew"] is True
    assert asset.values["annual_cost"] == {"amount": "13200", "currency": "EUR"}
    assert asset.expires_on == date(2026, 12, 31)
    first = AssetRevision.objects.get(asset=asset)
    assert (first.revision, first.made_by, first.tags) == (1, "Alice", ["audit-required", "expiring-soon"])
    assert Entry.objects.get(event="assets.created").subject_id == asset.pk


def test_c_010_the_key_is_sealed_and_its_text_nowhere(stage):
    """Not in the values, a revision, the words, a title or the log."""
    asset = an_asset(stage, software_licence(stage), **LICENCE)

    handle = asset.values["license_key"]
    assert set(handle) == {"secret", "tail"}
    assert handle["tail"] == "0001"
    for rows in (Asset, AssetRevision, Entry):
        assert KEY not in str(list(rows.objects.values()))


def test_a_secret_typed_into_a_field_that_is_shown_is_refused(stage):
    type_ = software_licence(stage)
    with pytest.raises(InvalidValue, match="secret itself"):
        an_asset(stage, type_, **LICENCE | {"notes": f"the key: {KEY}"})
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("total_seats", "12a"),
        ("total_seats", -1),
        ("expiry_date", "31.12.2026"),
        ("expiry_date", "soon"),
        ("auto_renew", "perhaps"),
        ("license_type", "per-moon"),
        ("vendor_portal_url", "javascript:alert(1)"),
        ("vendor_portal_url", "ftp://example.com"),
        ("annual_cost", {"amount": "1", "currency": "E"}),
        ("product_name", "x" * 501),
        ("product_name", None),
    ],
)
def test_d_095_fields_are_typed(stage, field, wrong):
    """C-009, C-011, C-012, C-013, C-014: each refusal names its field, and nothing is stored."""
    type_ = software_licence(stage)
    with pytest.raises((InvalidValue, ValueMissing)) as refused:
        an_asset(stage, type_, **LICENCE | {field: wrong})

    assert [error.field for error in refused.value.errors] == [f"values.{field}"]
    assert not Asset.objects.exists()
    assert not Entry.objects.filter(event="assets.created").exists()


def test_c_030_an_unknown_field_is_refused(stage):
    type_ = software_licence(stage)
    with pytest.raises(UnknownField, match="seets"):
        an_asset(stage, type_, **LICENCE | {"seets": 1})
    assert not Asset.objects.exists()


def test_c_013_yes_no_and_not_set_are_three_states(stage):
    type_ = a_type(
        stage,
        "Flag",
        {"label": "Name", "kind": "text"},
        {"label": "Live", "kind": "boolean", "in_list": True},
    )
    for name, value in (("a", True), ("b", False), ("c", None)):
        an_asset(stage, type_, name=name, live=value)

    assert found(stage, type_, live="true") == ["a"]
    assert found(stage, type_, live="false") == ["b"]
    assert found(stage, type_, live__isnull="true") == ["c"]


def test_d_097_a_partial_update_keeps_other_fields(stage):
    asset = an_asset(stage, software_licence(stage), ("one",), **LICENCE)
    before = dict(asset.values)

    change_asset(actor=stage.alice, asset_id=asset.pk, values={"total_seats": 60}, revision=1, at=NOW)

    asset.refresh_from_db()
    assert asset.values == before | {"total_seats": "60"}
    assert asset.tags == ["one"]
    assert asset.revision == 2
    assert Entry.objects.get(event="assets.changed").details == {"total_seats": ["50", "60"]}
    with pytest.raises(Stale):
        change_asset(actor=stage.alice, asset_id=asset.pk, values={"total_seats": 61}, revision=1, at=NOW)
    asset.refresh_from_db()
    assert asset.values["total_seats"] == "60"


def test_c_011_the_list_of_a_type_filters_and_sorts_by_its_fields(stage):
    """C-012: ranges of numbers and days, a choice, words; a new field is a column at once."""
    type_ = software_licence(stage)
    for n, (name, seats, day) in enumerate(
        (("Draw", 5, "2026-12-01"), ("Calc", 50, "2027-06-30"), ("Base", 500, None))
    ):
        an_asset(
            stage,
            type_,
            product_name=name,
            total_seats=seats,
            expiry_date=day,
            license_type=("site", "per_user")[n % 2],
        )

    assert found(stage, type_, total_seats__gte="50") == ["Base", "Calc"]
    assert found(stage, type_, total_seats__gte="6", expiry_date__lte="2027-12-31", sort="product_name") == [
        "Calc"
    ]
    assert found(stage, type_, sort="-total_seats") == ["Base", "Calc", "Draw"]
    assert found(stage, type_, license_type="site", sort="expiry_date") == ["Draw", "Base"]
    assert found(stage, type_, q="dra") == ["Draw"]
    with pytest.raises(InvalidValue):
        found(stage, type_, total_seats__gte="many")

    retype(actor=stage.alice, type_id=type_.pk, changes={}, fields=[{"label": "Owner team", "kind": "text"}], version=1, at=NOW)  # fmt: skip
    calc = Asset.objects.get(title="Calc")
    change_asset(actor=stage.alice, asset_id=calc.pk, values={"owner_team": "Ops"}, revision=None, at=NOW)
    assert found(stage, type_, owner_team="Ops") == ["Calc"]


def test_a_walk_through_the_pages_repeats_and_skips_nothing(stage):
    type_ = a_type(stage, "Row", {"label": "Name", "kind": "text"}, {"label": "N", "kind": "number"}, {"label": "M", "kind": "money"})  # fmt: skip
    for n in range(7):
        an_asset(stage, type_, name=f"r{n}", n=n % 3 if n % 4 else None, m=f"{n} EUR")
    register = register_of(type_)
    for sort in ("n", "-n", "name", "-m"):
        seen, cursor = [], ""
        while True:
            page = read_page(
                register, actor=stage.alice, on=TODAY,
                listing=parse_listing(register, {"sort": sort, "limit": "2", "cursor": cursor}),
            )  # fmt: skip
            seen += [row["title"] for row in page.rows]
            assert page.count == 7
            if not (cursor := page.next):
                break
        assert sorted(seen) == [f"r{n}" for n in range(7)], sort


def test_c_032_another_companys_asset_is_not_there(stage):
    """Bob reads and changes nothing; Mallory of Globex learns nothing."""
    type_ = software_licence(stage)
    asset = an_asset(stage, type_, **LICENCE)

    with pytest.raises(NotFound):
        asset_for(actor=stage.mallory, asset_id=asset.pk)
    with pytest.raises(NotFound):
        create_asset(actor=stage.mallory, type_id=type_.pk, company_id=stage.acme.pk, values=LICENCE, at=NOW)
    with pytest.raises(NotFound):
        create_asset(
            actor=stage.mallory, type_id=type_.pk, company_id=stage.globex.pk, values=LICENCE, at=NOW
        )
    with pytest.raises(NotAllowed):
        change_asset(actor=stage.bob, asset_id=asset.pk, values={"total_seats": 1}, revision=None, at=NOW)
    assert found(stage, type_, stage.mallory) == []
    assert Asset.objects.count() == 1


def test_c_033_tags_filter_together_and_expiring_keeps_itself_true(stage):
    type_ = software_licence(stage)
    an_asset(stage, type_, ("audit-required", "expiring-soon"), **LICENCE)
    other = an_asset(
        stage, type_, ("audit-required",), **LICENCE | {"product_name": "Other", "expiry_date": "2028-01-01"}
    )

    assert found(stage, type_, tags="audit-required") == ["Microsoft 365 Business Premium", "Other"]
    assert found(stage, type_, tags="audit-required,expiring-soon") == ["Microsoft 365 Business Premium"]
    assert found(stage, type_, state="expiring") == ["Microsoft 365 Business Premium"]
    assert (
        tag_assets(
            actor=stage.alice, asset_ids=[other.pk], add=["expiring-soon"], remove=["audit-required"], at=NOW
        )
        == 1
    )
    assert found(stage, type_, tags="expiring-soon") == ["Microsoft 365 Business Premium", "Other"]


def test_c_041_what_expires_over_all_types(stage):
    one = software_licence(stage)
    two = a_type(
        stage,
        "Certificate",
        {"label": "Name", "kind": "text"},
        {"label": "Ends", "kind": "date", "expires": True},
    )
    an_asset(stage, one, **LICENCE)
    an_asset(stage, two, name="www", ends="2026-12-01")
    an_asset(stage, two, name="later", ends="2027-12-01")

    listing = parse_listing(ASSETS, {"expires_on__lte": "2026-12-31", "sort": "expires_on"})
    page = read_page(ASSETS, actor=stage.alice, listing=listing, on=TODAY)
    assert [row["title"] for row in page.rows] == ["www", "Microsoft 365 Business Premium"]
    assert read_page(ASSETS, actor=stage.mallory, listing=listing, on=TODAY).rows == []


def test_a_reference_leads_to_a_record_of_the_company_only(stage):
    """One and many; the other side lists them; the database holds the wall."""
    type_ = a_type(
        stage, "Rack", {"label": "Name", "kind": "text"},
        {"label": "Server", "kind": "reference", "to": "device", "in_list": True}, {"label": "Staff", "kind": "references", "to": "person"},
    )  # fmt: skip
    device, foreign = a_device(stage.acme), a_device(stage.globex, "theirs")
    carol, dora = a_person(stage.acme), a_person(stage.acme, "dora")
    rack = an_asset(stage, type_, name="R1", server=device.pk, staff=[dora.pk, carol.pk])

    assert rack.values["staff"] == [dora.pk, carol.pk]
    assert [
        row["title"] for row in assets_referring_to(actor=stage.alice, to="device", record_id=device.pk)
    ] == ["R1"]
    assert found(stage, type_, server="db1") == ["R1"]
    with pytest.raises(InvalidValue, match="no device"):
        an_asset(stage, type_, name="R2", server=foreign.pk)
    assert Asset.objects.count() == 1
    change_asset(actor=stage.alice, asset_id=rack.pk, values={"server": None}, revision=None, at=NOW)
    assert not AssetLink.objects.filter(device=device).exists()


@pytest.mark.parametrize("rule", ["keep", "clear", "refuse"])
def test_what_becomes_of_a_reference_when_its_target_is_archived(stage, rule):
    type_ = a_type(
        stage, "Node", {"label": "Name", "kind": "text"},
        {"label": "Parent", "kind": "reference", "to": "asset", "to_type": "Node", "on_archive": rule},
    )  # fmt: skip
    top = an_asset(stage, type_, name="top")
    leaf = an_asset(stage, type_, name="leaf", parent=top.pk)

    if rule == "refuse":
        with pytest.raises(AssetReferredTo, match="leaf"):
            archive_asset(actor=stage.alice, asset_id=top.pk, at=NOW)
        assert asset_for(actor=stage.alice, asset_id=top.pk).archived_at is None
        return
    archive_asset(actor=stage.alice, asset_id=top.pk, at=NOW)
    leaf.refresh_from_db()
    assert leaf.values.get("parent") == (top.pk if rule == "keep" else None)
    assert found(stage, type_) == ["leaf"]
    assert found(stage, type_, state="archived") == ["top"]
    restore_asset(actor=stage.alice, asset_id=top.pk, at=NOW)
    assert found(stage, type_) == ["leaf", "top"]


def test_a_value_that_is_there_once(stage):
    """In a company: archiving gives it free, and coming back is refused while another has it."""
    type_ = a_type(stage, "Host", {"label": "Name", "kind": "text", "unique": "company"})
    first = an_asset(stage, type_, name="web1")
    with pytest.raises(ValueTaken, match="WEB1"):
        an_asset(stage, type_, name="WEB1")
    assert Asset.objects.count() == 1
    archive_asset(actor=stage.alice, asset_id=first.pk, at=NOW)
    an_asset(stage, type_, name="web1")
    with pytest.raises(ValueTaken):
        restore_asset(actor=stage.alice, asset_id=first.pk, at=NOW)
    first.refresh_from_db()
    assert first.archived_at == NOW


def test_numbers_and_formulas_fill_themselves_in(stage):
    """Whenever the record is saved; nobody types them."""
    type_ = a_type(
        stage, "Pool", {"label": "Name", "kind": "text"}, {"label": "No", "kind": "auto_number", "prefix": "P-", "digits": 3, "in_title": True},
        {"label": "Total", "kind": "number"}, {"label": "Used", "kind": "number"},
        {"label": "Share", "kind": "computed", "formula": "free * 100 / total"}, {"label": "Free", "kind": "computed", "formula": "total - used"},
    )  # fmt: skip
    one = an_asset(stage, type_, name="a", total=8, used=6)
    two = an_asset(stage, type_, name="b", total=0, used=0)

    assert (one.title, two.title) == ("P-001", "P-002")
    assert one.values["share"] == "25"
    assert "share" not in two.values
    assert found(stage, type_, share__lt="30") == ["P-001"]
    with pytest.raises(UnknownField):
        an_asset(stage, type_, name="c", share=1)


def test_a_revision_comes_back_with_its_values(stage):
    """The sealed value too, by its handle; the difference is in the log."""
    asset = an_asset(stage, software_licence(stage), ("old",), **LICENCE)
    first = dict(asset.values)
    change_asset(
        actor=stage.alice, asset_id=asset.pk, revision=1, at=NOW, tags=["new"],
        values={"total_seats": 70, "vendor": None, "license_key": "ANOTHER-KEY-FOR-THIS-2222"},
    )  # fmt: skip
    asset.refresh_from_db()
    assert asset.values["license_key"] != first["license_key"]

    roll_asset_back(actor=stage.alice, asset_id=asset.pk, revision=1, at=NOW)
    asset.refresh_from_db()
    assert (asset.values, asset.tags, asset.revision) == (first, ["old"], 3)
    assert [one.revision for one in revisions_of(actor=stage.bob, asset_id=asset.pk)] == [3, 2, 1]


def test_a_copy_has_the_values_but_no_secret(stage):
    asset = an_asset(stage, software_licence(stage), ("x",), **LICENCE)
    copy = clone_asset(actor=stage.alice, asset_id=asset.pk, at=NOW)

    assert copy.values == {key: value for key, value in asset.values.items() if key != "license_key"}
    assert (copy.tags, copy.revision) == (["x"], 1)


def test_c_029_a_change_of_a_type_says_what_it_does_to_records(stage):
    type_ = software_licence(stage)
    an_asset(stage, type_, product_name="A", total_seats=5)
    an_asset(stage, type_, product_name="B", total_seats=50, vendor="X")
    wanted = [{"key": "total_seats", "most": "10"}, {"key": "vendor", "required": True}]

    effects = preview_type(actor=stage.alice, type_id=type_.pk, changes={}, fields=wanted)
    assert [(one.key, one.records, one.missing, one.unfit) for one in effects] == [
        ("vendor", 2, 1, 0),
        ("total_seats", 2, 0, 1),
    ]
    assert not Entry.objects.filter(event="fields.type_changed").exists()
    retype(actor=stage.alice, type_id=type_.pk, changes={}, fields=wanted, version=1, at=NOW)
    assert Asset.objects.get(title="B").values["total_seats"] == "50"
    with pytest.raises(InvalidValue):
        change_asset(actor=stage.alice, asset_id=Asset.objects.get(title="B").pk, values={"total_seats": 50}, revision=None, at=NOW)  # fmt: skip


def test_a_field_taken_off_keeps_its_values_for_when_it_comes_back(stage):
    type_ = software_licence(stage)
    asset = an_asset(stage, type_, **LICENCE)
    remove_field(actor=stage.alice, type_id=type_.pk, key="vendor", at=NOW)
    with pytest.raises(UnknownField):
        change_asset(actor=stage.alice, asset_id=asset.pk, values={"vendor": "Y"}, revision=None, at=NOW)
    change_asset(actor=stage.alice, asset_id=asset.pk, values={"total_seats": 1}, revision=None, at=NOW)
    restore_field(actor=stage.alice, type_id=type_.pk, key="vendor", at=NOW)

    asset.refresh_from_db()
    assert asset.values["vendor"] == "Microsoft"


def test_saying_later_that_a_day_expires_brings_the_calendar_up(stage):
    type_ = a_type(stage, "Cert", {"label": "Name", "kind": "text"}, {"label": "Ends", "kind": "date"})
    asset = an_asset(stage, type_, name="x", ends="2027-01-01")
    assert asset.expires_on is None
    retype(actor=stage.alice, type_id=type_.pk, changes={}, fields=[{"key": "ends", "expires": True, "notice_days": 30}], version=None, at=NOW)  # fmt: skip
    asset.refresh_from_db()
    assert (asset.expires_on, asset.remind_on) == (date(2027, 1, 1), date(2026, 12, 2))


def test_a_field_with_a_right_of_its_own_is_hidden_and_kept(stage):
    """Bob lacks prices.view: the column is not there, not sorted by, not filtered by."""
    type_ = software_licence(stage)
    an_asset(stage, type_, **LICENCE)

    assert register_of(type_).column("annual_cost") is not None
    assert register_of(type_).seen_by(stage.bob).column("annual_cost") is None
    rows = read_page(
        register_of(type_), actor=stage.alice, listing=parse_listing(register_of(type_), {}), on=TODAY
    ).rows
    assert rows[0]["v_annual_cost"] == Decimal(13200)


def test_c_003_what_is_over_and_under_licensed_by_the_numbers_recorded(stage):
    """Over all companies one may see; spare units in money need sight of prices; an empty number is not assessed."""
    type_ = software_licence(stage)
    for name, total, used in (
        ("Short", 10, 12),
        ("Spare", 10, 6),
        ("Fits", 10, 7),
        ("Open", 10, None),
        ("None", 0, 0),
    ):
        an_asset(
            stage, type_, product_name=name, total_seats=total, assigned_seats=used, annual_cost="100 CHF"
        )

    assert found(stage, type_, standing="short") == ["Short"]
    assert found(stage, type_, standing="surplus") == ["Spare"]
    assert found(stage, type_, standing="covered") == ["Fits", "None"]
    assert found(stage, type_, standing="unknown") == ["Open"]
    assert found(stage, type_, stage.mallory, standing="short") == []
    register = register_of(type_)
    page = read_page(
        register, actor=stage.alice, listing=parse_listing(register, {"sort": "title"}), on=TODAY
    )
    spare = {row["title"]: (row["spare"], row["spare_cost"], row["c_annual_cost"]) for row in page.rows}
    assert spare["Spare"] == (Decimal(4), Decimal("40.00"), "CHF")
    assert spare["Short"] == (Decimal(-2), Decimal("0.00"), "CHF")
    assert spare["None"] == (Decimal(0), None, "CHF")
    assert register.seen_by(stage.bob).column("spare_cost") is None
