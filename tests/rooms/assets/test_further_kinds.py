"""C-016: the further kinds: attachments, shared lists, references to companies, and roll-ups with and without a filter."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, TODAY, a_device, a_licence, a_product, holder
from tests.rooms.assets.stage import a_type, an_asset
from tests.rooms.assets.test_assets import found
from tests.rooms.compliance.estates import install
from trueup.assets.actions import change_asset, roll_asset_back
from trueup.assets.columns import register_of, rolled_values
from trueup.assets.files import FileThereAlready, attach_file, bytes_of, detach_file, file_for
from trueup.assets.models import Asset, AssetFile
from trueup.assets.queries import asset_for
from trueup.assets.references import names_of
from trueup.assignments.actions import assign_units
from trueup.base.listing import parse_listing, read_page
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, UnknownField
from trueup.documents.receiving import FileNotTaken, NewFile
from trueup.fields.exchange import exported_type
from trueup.fields.lists import keep_list
from trueup.fields.models import Field
from trueup.fields.queries import fields_of
from trueup.fields.terms import choices_of

pytestmark = pytest.mark.django_db

NAME = {"label": "Name", "kind": "text", "in_title": True}
INVOICE = NewFile("invoice.txt", b"Invoice 5523")


def fresh(stage, asset):
    return asset_for(actor=stage.alice, asset_id=asset.pk)


@pytest.fixture
def paper(stage):
    type_ = a_type(
        stage, "Paper", NAME, {"label": "Scans", "kind": "attachment"}, {"label": "Secret scans", "kind": "attachment", "view": "prices.view"}
    )  # fmt: skip
    return an_asset(stage, type_, name="Frame")


def test_c_016_a_file_is_attached_read_and_taken_off(stage, paper):
    """Its content is looked at; a revision brings it back; nothing is stored where it is refused."""
    kept = attach_file(actor=stage.alice, asset_id=paper.pk, key="scans", file=INVOICE, at=NOW)
    assert fresh(stage, paper).values["scans"] == [{"file": kept.pk, "name": "invoice.txt"}]
    assert bytes_of(file=file_for(actor=stage.bob, asset_id=paper.pk, file_id=kept.pk)) == INVOICE.content
    assert "invoice" in Asset.objects.get(pk=paper.pk).words

    for refused, error in (
        (INVOICE, FileThereAlready),
        (NewFile("page.pdf", b"<html><script>1</script></html>"), FileNotTaken),
    ):
        with pytest.raises(error):
            attach_file(actor=stage.alice, asset_id=paper.pk, key="scans", file=refused, at=NOW)
    with pytest.raises(NotFound):
        attach_file(actor=stage.alice, asset_id=paper.pk, key="name", file=INVOICE, at=NOW)
    with pytest.raises(UnknownField):
        change_asset(actor=stage.alice, asset_id=paper.pk, values={"scans": [1]}, revision=None, at=NOW)
    assert AssetFile.objects.count() == 1

    detach_file(actor=stage.alice, asset_id=paper.pk, key="scans", file_id=kept.pk, at=NOW)
    assert "scans" not in fresh(stage, paper).values
    roll_asset_back(actor=stage.alice, asset_id=paper.pk, revision=2, at=NOW)
    assert fresh(stage, paper).values["scans"] == [{"file": kept.pk, "name": "invoice.txt"}]


def test_c_016_a_file_is_there_for_whoever_sees_its_field(stage, paper):
    kept = attach_file(actor=stage.alice, asset_id=paper.pk, key="secret_scans", file=INVOICE, at=NOW)
    for actor in (stage.bob, stage.mallory):
        with pytest.raises(NotFound):
            file_for(actor=actor, asset_id=paper.pk, file_id=kept.pk)
        with pytest.raises((NotAllowed, NotFound)):
            attach_file(actor=actor, asset_id=paper.pk, key="scans", file=INVOICE, at=NOW)
    assert "invoice" not in Asset.objects.get(pk=paper.pk).words


def test_c_016_a_file_goes_in_and_out_by_its_page(stage, paper):
    alice = Client()
    alice.force_login(stage.users["alice"])
    page = f"/flexible-assets/{paper.pk}/"
    upload = SimpleUploadedFile("a.txt", b"What was agreed")
    assert alice.post(f"{page}fields/scans/attach/", {"file": upload})["Location"] == page
    kept = AssetFile.objects.get()
    assert f'href="{page}files/{kept.pk}/"' in alice.get(page).content.decode()
    answer = alice.get(f"{page}files/{kept.pk}/")
    assert (answer.content, answer["X-Content-Type-Options"]) == (b"What was agreed", "nosniff")
    assert alice.post(f"{page}fields/scans/{kept.pk}/remove/").status_code == 302
    assert "scans" not in fresh(stage, paper).values


def test_c_016_a_shared_list_is_changed_in_one_place(stage):
    """A renamed choice keeps its values; a value that is none is refused; the list is not copied into the field."""
    keep = {"actor": stage.alice, "company_id": stage.acme.pk, "name": "Sites", "at": NOW}
    with pytest.raises(InvalidValue, match="no shared list"):
        a_type(stage, "Early", {"label": "Site", "kind": "select", "list": "Sites"})
    keep_list(**keep, choices=choices_of(["Oslo", "Bergen"]))
    type_ = a_type(
        stage, "Room", NAME, {"label": "Site", "kind": "select", "list": "Sites", "in_list": True},
        {"label": "Reach", "kind": "multi_select", "list": "Sites"},
    )  # fmt: skip
    an_asset(stage, type_, name="A", site="Oslo", reach=["Oslo", "Bergen"])
    with pytest.raises(InvalidValue, match="Paris"):
        an_asset(stage, type_, name="B", site="Paris")

    keep_list(**keep, choices=choices_of([{"key": "oslo", "label": "Oslo S"}, "Paris"]))
    assert an_asset(stage, type_, name="B", site="Paris").values["site"] == "paris"
    assert found(stage, type_, site="oslo") == ["A"]
    assert "choices" not in Field.objects.get(key="site").options
    assert exported_type(type_)["fields"][1]["list"] == "Sites"
    with pytest.raises((NotAllowed, NotFound)):
        keep_list(**{**keep, "actor": stage.mallory}, choices=choices_of(["x"]))


def test_c_016_a_reference_to_a_company_one_sees(stage):
    type_ = a_type(stage, "Contact", NAME, {"label": "Works for", "kind": "reference", "to": "company"})
    asset = an_asset(stage, type_, name="Eve", works_for=stage.acme.pk)
    names = names_of(actor=stage.bob, fields=fields_of(type_), values=asset.values)
    assert names == {"works_for": {stage.acme.pk: "Acme"}}
    with pytest.raises(InvalidValue):
        an_asset(stage, type_, name="Dan", works_for=stage.globex.pk)


def rolled(stage, type_, **query):
    register = register_of(type_)
    page = read_page(register, actor=stage.alice, listing=parse_listing(register, query), on=TODAY)
    return [{name: row[name] for name in row if name.startswith("v_")} for row in page.rows]


def test_c_016_roll_ups_of_assets_that_refer_to_one(stage):
    """Count, sum, least and most, with and without a filter; the list sorts and filters by them."""
    rack = a_type(
        stage, "Rack", NAME,
        *({"label": measure, "kind": "roll_up", "of": "assets", "to_type": "Box", "by": "rack", "measure": measure, "in_list": True,
           **({"over": "watts"} if measure != "count" else {})} for measure in ("count", "sum", "min", "max")),
        {"label": "Live", "kind": "roll_up", "of": "assets", "to_type": "Box", "by": "rack", "measure": "sum", "over": "watts", "where": "live=true&watts__gte=20"},
    )  # fmt: skip
    box = a_type(
        stage, "Box", NAME, {"label": "Watts", "kind": "number"}, {"label": "Live", "kind": "boolean"},
        {"label": "Rack", "kind": "reference", "to": "asset", "to_type": "Rack"},
    )  # fmt: skip
    first, second = an_asset(stage, rack, name="R1"), an_asset(stage, rack, name="R2")
    for watts, live in ((10, True), (20, True), ("30.5", False)):
        an_asset(stage, box, name=f"b{watts}", watts=watts, live=live, rack=first.pk)
    an_asset(stage, box, name="lonely", watts=99, live=True)

    fields = fields_of(rack)
    assert rolled_values(asset=first, fields=fields) == {
        "count": "3", "sum": "60.5", "min": "10", "max": "30.5", "live": "20",
    }  # fmt: skip
    assert rolled_values(asset=second, fields=fields) == {"count": "0", "sum": "0", "live": "0"}
    assert [row["v_sum"] for row in rolled(stage, rack, sort="-sum")] == [Decimal("60.5"), 0]
    assert [row["v_count"] for row in rolled(stage, rack, count__gte="1")] == [3]


def test_c_016_roll_ups_of_assignments_and_installations(stage):
    """C-022: assigned seats counted from what is really assigned, and from what is discovered."""
    product = a_product(stage.acme)
    licence = a_licence(stage.acme, 9, product=product)
    devices = [a_device(stage.acme, f"pc{n}") for n in range(3)]
    for one, units in zip(devices, (1, 2, 4), strict=True):
        assign_units(
            actor=stage.alice, licence_id=licence.pk, holder=holder(one), units=units, at=NOW, on=TODAY
        )
    install(stage.acme, product, *devices[:2])
    type_ = a_type(
        stage, "Pool", NAME, {"label": "Licence", "kind": "reference", "to": "licence"}, {"label": "Product", "kind": "reference", "to": "product"},
        {"label": "Holders", "kind": "roll_up", "of": "assignments", "by": "licence", "measure": "count", "in_list": True},
        {"label": "Units", "kind": "roll_up", "of": "assignments", "by": "licence", "measure": "sum"},
        {"label": "People", "kind": "roll_up", "of": "assignments", "by": "licence", "measure": "sum", "where": "holder_kind=person"},
        {"label": "Largest", "kind": "roll_up", "of": "assignments", "by": "licence", "measure": "max"},
        {"label": "Found", "kind": "roll_up", "of": "installations", "by": "product", "measure": "count"},
    )  # fmt: skip
    asset = an_asset(stage, type_, name="Draw", licence=licence.pk, product=product.pk)

    assert rolled_values(asset=asset, fields=fields_of(type_)) == {
        "holders": "3", "units": "7", "people": "0", "largest": "4", "found": "2",
    }  # fmt: skip
    assert [row["v_holders"] for row in rolled(stage, type_)] == [3]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"of": "cars"}, "none of"),
        ({"of": "assets", "measure": "count", "to_type": "Box"}, "refer to this one"),
        ({"of": "assets", "measure": "sum", "to_type": "Box", "by": "rack"}, "over a field of theirs"),
        ({"of": "assets", "measure": "count", "to_type": "Box", "by": "rack", "over": "watts"}, "over none"),
        ({"of": "installations", "measure": "sum"}, "counted, not added up"),
        ({"of": "assignments", "measure": "count", "where": "x" * 301}, "at most 300"),
    ],
)
def test_a_roll_up_that_means_nothing_is_refused(stage, option, words):
    with pytest.raises(InvalidValue, match=words):
        a_type(stage, "Wrong", NAME, {"label": "N", "kind": "roll_up", **option})


def test_a_roll_up_whose_filter_fits_nothing_any_more_counts_nothing(stage):
    type_ = a_type(
        stage, "Rack", NAME,
        {"label": "N", "kind": "roll_up", "of": "assets", "to_type": "Rack", "by": "rack", "measure": "count", "where": "gone=1"},
        {"label": "Rack", "kind": "reference", "to": "asset"},
    )  # fmt: skip
    first = an_asset(stage, type_, name="R1")
    an_asset(stage, type_, name="R2", rack=first.pk)
    assert rolled_values(asset=first, fields=fields_of(type_)) == {"n": "0"}
