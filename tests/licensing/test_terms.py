"""Terms are data: valid against their schema, dated without overlap, cited, and never guessed."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from licensing import evaluate
from licensing.dated import Days, NoTermsInForce, OverlappingTerms, in_force
from licensing.terms import (
    BadTerms,
    Clause,
    TermsLoader,
    UnknownTerm,
    default_library,
    load_terms,
    read_terms,
)

LIBRARY = Path(__file__).parents[2] / "library"
SCHEMA = json.loads((LIBRARY / "schema" / "terms.schema.json").read_text(encoding="utf-8"))
FILES = sorted((LIBRARY / "terms").glob("*.yaml"))
EVERY = [parameter for editions in load_terms(LIBRARY).editions.values() for parameter in editions]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_terms_is_valid(path):
    jsonschema.validate(yaml.load(path.read_text(encoding="utf-8"), Loader=TermsLoader), SCHEMA)  # noqa: S506 - a SafeLoader


def test_the_schema_refuses_a_number_that_is_not_exact():
    parameter = {"id": "a.b", "term": "a.b", "value": 0.5, "unit": "u", "valid_from": None, "valid_to": None}
    book = {"publisher": "P", "parameters": [{**parameter, "status": "verified", "source": "s"}]}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(book, SCHEMA)


def test_ids_are_unique_and_what_is_superseded_exists_and_ended():
    by_id = {parameter.id: parameter for parameter in EVERY}
    assert len(by_id) == len(EVERY)
    for parameter in EVERY:
        if parameter.supersedes:
            assert by_id[parameter.supersedes].valid_to < parameter.valid_from


def test_no_two_editions_of_a_term_hold_one_day():
    for term, editions in load_terms(LIBRARY).editions.items():
        days = {day for parameter in editions for day in (parameter.valid_from, parameter.valid_to) if day}
        for day in days:
            assert in_force(editions, term=term, on=day)


def test_every_term_is_asked_for_by_some_rule_and_every_one_asked_for_exists():
    source = Path(__file__).parents[2] / "src" / "licensing"
    text = "\n".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    terms = set(load_terms(LIBRARY).editions)
    families = {
        "microsoft.sql.core.minimum_per_vm",
        "microsoft.sql.core.minimum_per_container",
    }  # by the layer's name
    unused = {
        term for term in terms - families if f'"{term}"' not in text and not term.startswith("plausible.")
    }
    prefixes = "|".join(sorted({term.split(".")[0] for term in terms}))

    assert unused == set()
    assert set(re.findall(rf'book\.\w+\("((?:{prefixes})\.[a-z0-9_.]+)"', text)) <= terms


def test_the_package_finds_the_library_of_the_source_tree():
    assert default_library() == LIBRARY
    assert load_terms().editions == load_terms(LIBRARY).editions


def test_a_folder_without_terms_and_a_file_that_is_none_are_refused(tmp_path):
    with pytest.raises(BadTerms, match="holds no terms"):
        load_terms(tmp_path)
    with pytest.raises(BadTerms, match=r"broken\.yaml"):
        read_terms("publisher: P\nparameters: [{id: a}]", where="broken.yaml")
    with pytest.raises(BadTerms):
        read_terms("nothing", where="broken.yaml")


def test_the_terms_in_force_on_a_day_are_taken_and_never_the_nearest():
    before, after = Days(None, date(2025, 4, 9)), Days(date(2025, 4, 10), date(2025, 12, 31))

    assert in_force([after, before], term="t", on=date(2025, 4, 10)) is after
    with pytest.raises(NoTermsInForce, match="t on 2026-01-01"):
        in_force([after, before], term="t", on=date(2026, 1, 1))
    with pytest.raises(NoTermsInForce, match="today and later"):
        in_force([after, before], term="t", on=None)
    with pytest.raises(OverlappingTerms):
        in_force([before, before], term="t", on=date(2020, 1, 1))


def test_a_metric_before_its_terms_is_refused_rather_than_guessed():
    """Java was not sold by the employee before 2023."""
    with pytest.raises(NoTermsInForce, match=re.escape("oracle.java.bands on 2022-12-31")):
        evaluate("java_se_employee", {"employees": 5}, on=date(2022, 12, 31))


def test_a_clause_of_a_contract_replaces_the_list_rule_and_both_are_shown():
    from licensing import assess

    clause = Clause("microsoft.windows_server.core.minimum_per_server", 8, "Agreement 12, clause 4")
    terms = load_terms().under([clause])
    found = assess(
        "windows_server_core",
        {"edition": "Datacenter", "hosts": [{"sockets": 1, "cores_per_socket": 8}]},
        terms=terms,
    )

    assert found.outputs["core_licenses"] == 8
    assert found.warnings == (
        "Agreement 12, clause 4 sets microsoft.windows_server.core.minimum_per_server to 8; the list rule is 16",
    )
    assert load_terms().clauses == {}


def test_a_contract_may_settle_what_no_source_settles():
    """Whether a Standard edition is licensed in every zone is left to the contract."""
    inputs = {"edition": "SE2", "vcpus": 6, "multi_az": True}
    terms = load_terms().under(
        [Clause("oracle.cloud.standard_doubles_over_zones", value=True, reference="Annex 2")]
    )

    assert evaluate("oracle_processor_cloud", inputs)["licenses"] == 2
    assert evaluate("oracle_processor_cloud", inputs, terms=terms)["licenses"] == 4


def test_a_clause_on_a_term_nobody_knows_is_refused():
    with pytest.raises(UnknownTerm, match="moon"):
        load_terms().under([Clause("moon", 1, "x")])


def test_every_term_says_where_it_comes_from_and_disputed_ones_say_why():
    assert all(parameter.source and parameter.unit for parameter in EVERY)
    assert all(parameter.remark for parameter in EVERY if parameter.status == "disputed")
