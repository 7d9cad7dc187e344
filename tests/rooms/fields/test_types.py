"""Types: made, changed, versioned, taken away as a file; hostile definitions are refused and nothing of them is stored."""

from __future__ import annotations

import re
import time

import pytest

from tests.cast import NOW, ROOT
from trueup.audit.models import Entry
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue, NotAllowed, NotFound, Stale, UnknownField
from trueup.fields.actions import (
    FieldKeyTaken,
    TypeNameTaken,
    archive_type,
    change_type,
    create_type,
    remove_field,
)
from trueup.fields.exchange import exported_type, templates, terms_from, type_from
from trueup.fields.kinds.kind import WrongValue
from trueup.fields.kinds.register import KINDS
from trueup.fields.kinds.rich_text import drawn
from trueup.fields.models import Field, Type, TypeVersion
from trueup.fields.patterns import LONGEST_MATCHED, fault_of_pattern, fits_pattern
from trueup.fields.queries import definition_of, fields_of, type_for, types_visible_to
from trueup.fields.terms import FieldTerms, TypeTerms, field_from
from trueup.fields.values import schema_of

pytestmark = pytest.mark.django_db
DOCUMENT = [
    ("Product Name", "text"), ("Vendor", "text"), ("License Type", "select"), ("License Key", "secret"), ("Total Seats", "number"),
    ("Assigned Seats", "number"), ("Purchase Date", "date"), ("Expiry Date", "date"), ("Auto-Renew", "boolean"),
    ("Annual Cost", "money"), ("Vendor Portal URL", "url"), ("Notes", "rich_text"),
]  # fmt: skip
"""The twelve fields, in the document's order; the annual cost is money, as the row asks for a currency."""


def made(stage, *fields, name="Thing", actor=None):
    terms = terms_from({"name": name, "fields": list(fields)})
    return create_type(actor=actor or stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)


def test_the_template_has_exactly_the_fields_of_the_document():
    """The names, kinds, order and choices that the document gives; eight templates in all."""
    fields = templates()["software_license"].fields
    assert [(field.label, field.kind) for field in fields] == DOCUMENT
    choices = next(field for field in fields if field.key == "license_type").choices
    assert [choice.label for choice in choices] == [
        "Per-user",
        "Per-device",
        "Site",
        "Concurrent",
        "Subscription",
    ]
    assert len(templates()) == 8


def test_c_029_a_saved_type_is_usable_at_once_and_travels_as_json(stage):
    """C-007, C-008: every template goes out and comes back the same."""
    for name, terms in templates().items():
        type_ = create_type(actor=stage.alice, company_id=stage.acme.pk, terms=terms, at=NOW)
        assert definition_of(type_) == terms, name
        assert type_from(exported_type(type_)) == terms
    assert Entry.objects.filter(event="fields.type_created").count() == 8


def test_c_029_a_fields_key_survives_a_rename_and_versions_are_kept(stage):
    """C-009: a renamed choice keeps its key."""
    type_ = made(
        stage,
        {"label": "Seats", "kind": "number"},
        {"label": "Tier", "kind": "select", "choices": ["Gold", "Tin"]},
    )
    wanted = [
        {"key": "seats", "label": "Plätze"},
        {"key": "tier", "choices": [{"key": "gold", "label": "Best"}, "Tin"]},
    ]
    change_type(
        actor=stage.alice, type_id=type_.pk, changes={"name": "Other"}, fields=wanted, version=1, at=NOW
    )

    type_.refresh_from_db()
    seats, tier = fields_of(type_)
    assert (type_.name, type_.version, seats.key, seats.label) == ("Other", 2, "seats", "Plätze")
    assert KINDS["select"].clean("Best", tier) == "gold"
    assert [row.definition["name"] for row in TypeVersion.objects.order_by("version")] == ["Thing", "Other"]
    with pytest.raises(Stale):
        change_type(actor=stage.alice, type_id=type_.pk, changes={"name": "Third"}, version=1, at=NOW)
    type_.refresh_from_db()
    assert type_.name == "Other"


def test_c_005_a_type_needs_the_right_and_a_name_of_its_own(stage):
    with pytest.raises(NotAllowed):
        made(stage, actor=stage.bob)
    with pytest.raises(NotFound):
        made(stage, actor=stage.mallory)
    type_ = made(stage)
    with pytest.raises(TypeNameTaken):
        made(stage)
    with pytest.raises(NotAllowed):
        create_type(actor=stage.alice, company_id=None, terms=TypeTerms("Shared"), at=NOW)
    assert Type.objects.count() == 1
    with pytest.raises(NotFound):
        type_for(actor=stage.mallory, type_id=type_.pk)
    shared = create_type(actor=ROOT, company_id=None, terms=TypeTerms("Shared"), at=NOW)
    assert list(types_visible_to(actor=stage.mallory)) == [shared]
    archive_type(actor=stage.alice, type_id=type_.pk, at=NOW)
    made(stage)


def test_a_tombstones_key_is_never_given_out_again(stage):
    type_ = made(stage, {"label": "Seats", "kind": "number"}, {"label": "Note", "kind": "text"})
    remove_field(actor=stage.alice, type_id=type_.pk, key="seats", at=NOW)
    with pytest.raises(FieldKeyTaken):
        change_type(
            actor=stage.alice, type_id=type_.pk, changes={}, fields=[{"label": "Seats", "kind": "text"}], version=None, at=NOW
        )  # fmt: skip
    assert [field.key for field in fields_of(type_)] == ["note"]
    assert Field.objects.get(key="seats").kind == "number"


@pytest.mark.parametrize("change", [{"kind": "text"}, {"unique": "company"}])
def test_what_values_stand_on_stays(stage, change):
    type_ = made(stage, {"label": "Seats", "kind": "number"})
    with pytest.raises(InvalidValue, match="keeps its"):
        change_type(
            actor=stage.alice,
            type_id=type_.pk,
            changes={},
            fields=[{"key": "seats", **change}],
            version=None,
            at=NOW,
        )
    assert fields_of(type_)[0].kind == "number"


HOSTILE = [
    ({"label": "X", "kind": "strnig"}, "no kind of field"),
    ({"label": "Id", "kind": "text"}, "taken by the product"),
    ({"label": "X", "kind": "text", "key": "sort"}, "taken by the product"),
    ({"label": "X", "kind": "text", "key": "a__gte"}, "no key"),
    ({"label": "X", "kind": "text", "key": "Robert'); DROP TABLE"}, "no key"),
    ({"label": "", "kind": "text"}, "needs a"),
    ({"label": "X\u202e", "kind": "text"}, "label"),
    ({"label": "X", "kind": "text", "pattern": "(a+)+$"}, "repeat"),
    ({"label": "X", "kind": "text", "pattern": "(a|aa)+"}, "repeat"),
    ({"label": "X", "kind": "text", "pattern": "(ab|a)(b|ab)(ab|a)(b|ab)" * 5}, "repeat"),
    ({"label": "X", "kind": "text", "pattern": "a*a*a*a*b"}, "repeats"),
    ({"label": "X", "kind": "text", "pattern": r"(a)\1"}, "repeat"),
    ({"label": "X", "kind": "text", "pattern": "(?=a)"}, "repeat"),
    ({"label": "X", "kind": "text", "pattern": "["}, "no pattern"),
    ({"label": "X", "kind": "text", "pattern": "a{9999}"}, "repeat"),
    ({"label": "X", "kind": "computed", "formula": "__import__('os').system('id')"}, "A formula holds"),
    ({"label": "X", "kind": "computed", "formula": "().__class__"}, "A formula holds"),
    ({"label": "X", "kind": "computed", "formula": "9**9**9"}, "A formula holds"),
    ({"label": "X", "kind": "computed", "formula": "[1 for y in (1,)]"}, "A formula holds"),
    ({"label": "X", "kind": "computed", "formula": "(" * 400}, "characters"),
    ({"label": "X", "kind": "computed", "formula": "unknown + 1"}, "no field with a number"),
    ({"label": "X", "kind": "computed", "formula": "x + 1"}, "ring"),
    ({"label": "X", "kind": "select", "choices": []}, "choices"),
    ({"label": "X", "kind": "select", "choices": ["A", "A"]}, "of its own"),
    ({"label": "X", "kind": "number", "least": "5", "most": "1"}, "wrong way round"),
    ({"label": "X", "kind": "number", "pattern": "a"}, "no option"),
    ({"label": "X", "kind": "reference", "to": "user"}, "cannot be referred to"),
    ({"label": "X", "kind": "text", "view": "root"}, "no permission"),
    ({"label": "X", "kind": "secret", "in_list": True}, "no option"),
    ({"label": "X", "kind": "date", "default": "soon"}, "no day"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "words"), HOSTILE, ids=[f"{n}-{words}" for n, (_, words) in enumerate(HOSTILE)]
)
def test_d_098_a_hostile_or_misspelt_definition_is_refused(stage, field, words):
    """With a reason that names the field; nothing is stored, and a type that is there stays as it is."""
    type_ = made(stage, {"label": "Good", "kind": "text"}, name="Kept")
    with pytest.raises(InvalidValue, match=re.compile(words)):
        made(stage, field)
    with pytest.raises(InvalidValue):
        change_type(actor=stage.alice, type_id=type_.pk, changes={}, fields=[field], version=None, at=NOW)
    assert Type.objects.count() == 1
    assert [one.key for one in fields_of(type_)] == ["good"]


def test_ten_thousand_fields_are_refused_at_once(stage):
    begun = time.perf_counter()
    with pytest.raises(InvalidValue, match="at most 200 fields"):
        made(stage, *({"label": f"F{n}", "kind": "text"} for n in range(10_000)))
    assert time.perf_counter() - begun < 1
    assert not Type.objects.exists()


def test_formulas_that_ask_for_each_other_are_refused(stage):
    with pytest.raises(InvalidValue, match="ring: a, b"):
        made(stage, {"label": "A", "kind": "computed", "formula": "b + 1"}, {"label": "B", "kind": "computed", "formula": "a + 1"})  # fmt: skip
    assert not Type.objects.exists()


def test_options_that_do_not_exist_are_named(stage):
    with pytest.raises(UnknownField, match="colour"):
        made(stage, {"label": "X", "kind": "text", "colour": "red"})
    with pytest.raises(InvalidValue, match="shape"):
        made(stage, {"label": "X", "kind": "text", "required": "yes"})


def test_the_worst_pattern_that_is_let_in_still_ends():
    pattern = "a*a*a*b"
    assert fault_of_pattern(pattern) == ""
    begun = time.perf_counter()
    assert not fits_pattern(pattern, "a" * LONGEST_MATCHED)
    assert time.perf_counter() - begun < 2
    assert fault_of_pattern("[A-Z]{2}-[0-9]{3,5}") == ""


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("text", "  a  ", "a"), ("text", "", None), ("multi_line", "a\r\nb", "a\nb"), ("number", "1e3", "1000"), ("number", 1.50, "1.5"),
        ("decimal", "0.0000000001", "0.0000000001"), ("percent", "12.5", "12.5"), ("money", "12.50 chf", {"amount": "12.5", "currency": "CHF"}),
        ("boolean", "Ja", True), ("date", "2026-02-28", "2026-02-28"), ("date_time", "2026-06-30T14:00+02:00", "2026-06-30T12:00:00+00:00"),
        ("url", "https://a.example/x", "https://a.example/x"), ("email", "a@b.example", "a@b.example"), ("phone", "+49  30 1", "+49 30 1"),
        ("ip", "2001:0db8::0001", "2001:db8::1"), ("ip", "10.0.0.0/8", "10.0.0.0/8"), ("reference", "5", 5), ("references", [3, "4", 3], [3, 4]),
    ],
)  # fmt: skip
def test_each_kind_has_one_form(kind, given, stored):
    assert KINDS[kind].clean(given, FieldTerms("X", kind)) == stored


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", "a\nb"), ("text", ["a"]), ("text", "a\0"), ("number", "NaN"), ("number", "1e400"), ("number", True), ("number", "1.1234567"),
        ("money", {"amount": "1", "tax": 1}), ("boolean", "2"), ("date", "2026-02-30"), ("date", "20260230"), ("date_time", "noon"),
        ("url", "JavaScript:alert(1)"), ("url", "https://a:b@c.example"), ("url", "https:///x"), ("url", "//a.example"), ("url", "http://["),
        ("email", "a@"), ("phone", "call me"), ("ip", "10.0.0.256"), ("reference", "-1"), ("reference", "9" * 30), ("references", "a,b"),
    ],
)  # fmt: skip
def test_each_kind_refuses_what_it_is_not(kind, given):
    """C-014, D-095."""
    with pytest.raises(WrongValue):
        KINDS[kind].clean(given, FieldTerms("X", kind))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "![x](http://a/b.png)",
    ],
)
def test_c_015_scripts_and_handlers_never_reach_a_page(text):
    html = drawn(f"**bold** {text}")
    assert "<strong>bold</strong>" in html
    assert not re.search(r"<script|<img|href=.javascript", html)


def test_the_schema_of_a_type_says_what_is_accepted():
    """What has a right of its own is left out for whoever lacks it."""
    terms = templates()["software_license"]
    schema = schema_of(terms.name, terms.fields, seen=lambda field: not field.view)
    assert schema["required"] == ["product_name"]
    assert schema["properties"]["license_type"]["enum"][0] == "per_user"
    assert schema["properties"]["license_key"]["writeOnly"] is True
    assert "annual_cost" not in schema["properties"]


def test_a_company_reader_with_a_token_that_only_reads_changes_no_type(stage):
    reader = Actor(name="token", roles=stage.alice.roles, read_only=True)
    with pytest.raises(NotAllowed):
        made(stage, actor=reader)
    assert field_from({"label": "A", "kind": "text"}, place="0").key == "a"
    assert not Type.objects.exists()
