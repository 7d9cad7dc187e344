"""Every title of cases.yaml comes to what stands beside it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from recognition import Library, RawTitle, load, recognise

ROOT = Path(__file__).parents[2]
CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load(ROOT / "library")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']} [{case.get('publisher', '')}]")
def test_title_comes_to_its_product(case: dict[str, Any], library: Library) -> None:
    raw = RawTitle(case["name"], case.get("publisher"), case.get("version"), origin=case.get("origin"))
    match = recognise(raw, library)
    assert match.status == case["status"], match
    assert (match.product, match.edition) == (case.get("product"), case.get("edition")), match
    assert match.klass == case.get("class"), match
    if "product" in case:
        assert match.version == case.get("release"), match
    if match.status == "unsure":
        assert list(match.candidates) == case.get("candidates", []), match


def test_every_answer_tells_its_reason(library: Library) -> None:
    for case in CASES:
        match = recognise(RawTitle(case["name"], case.get("publisher"), case.get("version")), library)
        assert match.reason, case


def test_an_office_counts_once(library: Library) -> None:
    """U-042: sixteen locale rows and the shared parts of one Office are one licensable product."""
    languages = ["cs-cz", "da-dk", "de-de", "en-us", "es-es", "fi-fi", "fr-fr", "hu-hu", "it-it", "ja-jp", "nb-no",
                 "nl-nl", "pl-pl", "pt-br", "sv-se", "zh-cn"]  # fmt: skip
    names = [f"Microsoft Office Professional Plus 2019 - {language}" for language in languages]
    parts = [
        "Microsoft Office Shared MUI (German) 2019",
        "Microsoft Excel MUI (German) 2019",
        "Office 16 Click-to-Run Localization Component",
        "Microsoft Office Proofing (German) 2019",
    ]
    matches = [recognise(RawTitle(name, "Microsoft Corporation", None), library) for name in names + parts]
    licensable = {
        (each.product, each.edition, each.version) for each in matches if each.status == "recognised"
    }
    assert licensable == {("microsoft.office", "professional-plus", "2019")}
    assert {each.klass for each in matches[len(names) :]} <= {"component", "language_pack"}


@pytest.mark.parametrize(
    "publisher",
    ["Microsoft Corporation", "Microsoft® Corporation", "MICROSOFT CORP.", "Microsoft",
     "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US",
     "16.1, © 2024 Microsoft Corporation. All rights reserved."],
)  # fmt: skip
def test_one_publisher_under_many_spellings(publisher: str, library: Library) -> None:
    match = recognise(RawTitle("Microsoft Visio Professional 2016", publisher, None), library)
    assert (match.status, match.strength) == ("recognised", 92)


def test_another_publisher_is_never_silently_the_product(library: Library) -> None:
    match = recognise(RawTitle("Snagit 2020", "Globex Repackaging", "20.1"), library)
    assert (match.status, match.candidates) == ("unsure", ("techsmith.snagit",))
    assert "Globex Repackaging" in match.reason


def test_a_name_and_version_field_that_disagree_are_told(library: Library) -> None:
    match = recognise(
        RawTitle("Microsoft SQL Server 2016 (64-bit)", "Microsoft Corporation", "14.0.1000.169"), library
    )
    assert match.version == "2016"
    assert "the version field 14.0.1000.169" in match.reason


def test_bundle_identifier_tells_the_product_in_any_language(library: Library) -> None:
    raw = RawTitle("Maailman paras", None, "16.77.1", identifier="com.microsoft.Word")
    assert recognise(raw, library).product == "microsoft.office"


def test_identifier_and_empty_titles_are_no_names(library: Library) -> None:
    guid = recognise(RawTitle("{90160000-0011-0000-0000-0000000FF1CE}", None, None), library)
    assert (guid.status, guid.reason) == ("unrecognised", "the title is an identifier, not a name")
    assert recognise(RawTitle("\x00 ", None, None), library).reason == "the title is empty"


def test_what_the_agent_calls_system_is_not_licensable_unless_a_rule_knows_better(library: Library) -> None:
    unknown = RawTitle("Credential Dialog", "Contoso", "10.0", is_system=True)
    assert recognise(unknown, library).klass == "system_component"
    engine = RawTitle(
        "SQL Server 2019 Database Engine Services", "Microsoft Corporation", "15.0", is_system=True
    )
    assert recognise(engine, library).product == "microsoft.sql-server"
