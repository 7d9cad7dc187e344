"""A page for every metric and rule: whole, and with the working that the code really comes to."""

from __future__ import annotations

import pytest

from licensing import evaluate
from licensing.register import METRICS
from licensing.terms import load_terms
from tests.docs.pages import ROOT
from trueup.cli.reference import counting
from trueup.cli.reference.counting import counting_sheet, counting_sheets
from trueup.cli.reference.examples import Example, examples

PARTS = ("What goes in", "What comes out", "Terms", "Steps", "Worked examples")


@pytest.mark.parametrize("metric", METRICS)
def test_the_page_of_a_metric_is_whole_and_says_what_the_code_counts(metric: str) -> None:
    sheet = counting_sheet(METRICS[metric])

    assert sheet.gaps == ()
    assert [part for part in PARTS if f"\n## {part}\n" not in sheet.text] == []
    assert (ROOT / "docs" / sheet.path).read_text(encoding="utf-8") == sheet.text


def test_there_is_no_page_of_a_metric_that_is_gone() -> None:
    pages = {f"counting/metrics/{path.name}" for path in (ROOT / "docs" / "counting" / "metrics").iterdir()}

    assert pages == {f"counting/metrics/{metric}.md" for metric in METRICS}


def test_a_page_lists_terms_that_only_an_example_leads_to() -> None:
    """The rule builds this name out of the layer, so it stands nowhere in its module."""
    text = counting_sheet(METRICS["mssql_per_core"]).text
    term = load_terms().on("microsoft.sql.core.minimum_per_container", None)

    assert f"| `{term.term}` | {term.value} | {term.unit} | " in text
    assert term.source in text


def test_a_range_is_shown_with_both_ends_and_its_cause() -> None:
    text = counting_sheet(METRICS["oracle_processor_cloud"]).text

    assert "At the low end:" in text
    assert "At the high end:" in text
    assert "`processor_licenses`: 3 to 6." in text
    assert "A range, because hyperthreading is not known: yes or no." in text


def test_what_nobody_described_or_exemplified_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Example("odd", {"devices_total": 3, "moons": 2}, {}, None)
    monkeypatch.setattr(counting, "examples", lambda: {"per_device": (odd,)})

    gaps = [gap for sheet in counting_sheets() for gap in sheet.gaps]

    assert "input moons of per_device is not described" in gaps
    assert "metric sap_fue has no worked example" in gaps
    assert len(gaps) == len(METRICS)


def test_the_examples_on_the_pages_are_those_that_are_tested() -> None:
    assert set(examples()) == set(METRICS)
    assert sum(len(cases) for cases in examples().values()) > 3 * len(METRICS)
    assert all(
        evaluate(name, case.inputs, on=case.on) for name, cases in examples().items() for case in cases
    )
