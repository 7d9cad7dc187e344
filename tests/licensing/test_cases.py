"""Every worked example under cases/ is one test; so is the public list of cases when it lies beside the project."""

import re
import runpy
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from licensing import cases, evaluate
from licensing.cases import check, main, report
from licensing.quantities import exact, read_json
from licensing.ranges import Interval, between
from licensing.register import METRICS
from licensing.terms import TermsLoader

CASES = Path(__file__).parent / "cases"
PUBLIC = Path(__file__).parents[2].parent / "shared" / "data" / "worked_cases.json"


def examples():
    for path in sorted(CASES.glob("*.yaml")):
        # A SafeLoader that keeps decimals and days as text.
        for book in yaml.load(path.read_text(encoding="utf-8"), Loader=TermsLoader):  # noqa: S506 - a SafeLoader
            for case in book["cases"]:
                yield pytest.param(book["metric"], case, id=f"{book['metric']}: {case['name']}")


def agrees(expected, found):
    """Objects by the keys expected; text that is a number by its exact value; a range by both its ends."""
    if isinstance(found, Interval):
        return set(expected) == {"low", "high"} and between(expected["low"], expected["high"]) == found
    if isinstance(expected, dict):
        return all(agrees(value, found[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    if isinstance(expected, str) and not isinstance(found, str) and re.fullmatch(r"\d+/\d+", expected):
        return found == Fraction(expected)
    if isinstance(expected, str) and not isinstance(found, str):
        return found is not None and found == exact(expected)
    return type(expected) is type(found) and expected == found


@pytest.mark.parametrize(("metric", "case"), list(examples()))
def test_worked_example(metric, case):
    on = date.fromisoformat(case["as_of"]) if "as_of" in case else None

    found = evaluate(metric, case["inputs"], on=on)

    assert agrees(case["expects"], found), found


def test_every_metric_has_a_worked_example():
    assert {param.values[0] for param in examples()} == set(METRICS)


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public list of cases is not beside the project")
def test_every_public_case_agrees():
    results = [check(case) for case in read_json(PUBLIC.read_text(encoding="utf-8"))]

    assert [result for result in results if result.wrong] == []
    assert {result.metric for result in results} == set(METRICS)


CASE = '{"id": "x-1", "metric": "sap_fue", "basis": "stated", "citation": "full", "inputs": {"self_service": 100}, '


def test_the_command_prints_passed_and_total_by_metric(tmp_path, capsys):
    book = tmp_path / "cases.json"
    book.write_text("[" + CASE + '"expected": {"fue": 4, "unrounded": 3.333}}]')

    assert main([str(book), "--metric", "sap_fue"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["sap_fue", "1/1"]


def test_the_command_fails_on_a_miss_on_an_unknown_metric_and_on_nothing(tmp_path, capsys):
    book = tmp_path / "cases.json"
    unknown = CASE.replace("sap_fue", "per_soul")
    book.write_text("[" + CASE + '"expected": {"fue": 5}},' + unknown + '"expected": {"fue": 5}}]')

    assert main([str(book)]) == 1
    out = capsys.readouterr().out
    assert ".fue: 5 expected, 4 found" in out
    assert "UnknownMetric" in out
    assert main([str(book), "--metric", "per_device"]) == 1


def test_lists_are_compared_by_length_and_order_and_yes_is_not_one():
    case = {"id": "i", "metric": "ibm_cloud_pak", "basis": "derived", "citation": "partial"}
    inputs = {
        "programs": [
            {"name": "a", "required": 1, "ratio": [1, 1]},
            {"name": "b", "required": 2, "ratio": [1, 1]},
        ]
    }

    def wrong(**expected):
        return check({**case, "inputs": inputs, "expected": expected}).wrong

    assert wrong(per_program=[1, 2]) == ""
    assert (
        wrong(per_program=[2, 1])
        == ".per_program[0]: 2 expected, 1 found; .per_program[1]: 1 expected, 2 found"
    )
    assert wrong(per_program=[1]) != ""
    assert wrong(total=True) != ""
    assert wrong(per_program="1, 2") != ""


def test_it_runs_as_a_command_of_its_own(tmp_path, monkeypatch, capsys):
    book = tmp_path / "cases.json"
    book.write_text("[]")
    monkeypatch.setattr(sys, "argv", ["cases", str(book)])

    with pytest.raises(SystemExit) as left:
        runpy.run_path(cases.__file__, run_name="__main__")
    assert left.value.code == 1
    assert "all" in capsys.readouterr().out


def test_a_report_of_nothing_still_has_its_totals():
    assert report([]).splitlines()[-1].split() == ["all", "0/0"]


@pytest.mark.parametrize(
    "metric", ["mssql_per_core", "oracle_processor", "vmware_per_core", "windows_server_core"]
)
def test_databases_virtualisation_and_servers_have_rules_whose_cases_pass(metric):
    """R-018: rules exist for SQL Server, Oracle, VMware, Windows Server; a licence may be counted by them."""
    own = [param.values[1] for param in examples() if param.values[0] == metric]
    public = read_json(PUBLIC.read_text(encoding="utf-8")) if PUBLIC.exists() else []

    assert METRICS[metric].is_metric
    assert own
    assert all(agrees(case["expects"], evaluate(metric, case["inputs"], on=_day(case))) for case in own)
    assert [
        result.wrong for case in public if (result := check(case)).metric == metric and result.wrong
    ] == []


def _day(case):
    return date.fromisoformat(case["as_of"]) if "as_of" in case else None
