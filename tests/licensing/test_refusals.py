"""Bad input gives a typed problem that names the key, the rule and the way out; it never gives a number."""

import copy
import json
import random
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from licensing import assess, evaluate
from licensing.problems import LicensingProblem
from licensing.quantities import NotExact, ceiling, exact, written
from licensing.reading import BadInput, Given, MissingInput, written_path
from licensing.register import METRICS, UnknownMetric, least_units, metrics, named
from licensing.terms import TermsLoader

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
EXAMPLES = [
    (book["metric"], case["inputs"])
    for path in CASES
    for book in yaml.load(path.read_text(encoding="utf-8"), Loader=TermsLoader)  # noqa: S506 - a SafeLoader
    for case in book["cases"]
]
JUNK = (
    None,
    True,
    -1,
    "",
    "x",
    "1.5",
    Fraction(1, 3),
    Decimal("NaN"),
    0.5,
    [],
    [None],
    [[]],
    {},
    {"low": 1, "high": 2},
    b"",
    10**12,
)


@pytest.mark.parametrize("metric", METRICS)
def test_no_input_at_all_names_what_the_rule_asks_for(metric):
    with pytest.raises(MissingInput) as refused:
        evaluate(metric, {})

    assert refused.value.rule == metric
    assert str(refused.value).startswith(f"{metric}: ")
    assert refused.value.way_out


def test_an_unknown_metric_is_refused():
    with pytest.raises(UnknownMetric, match="per_soul"):
        evaluate("per_soul", {})
    with pytest.raises(LookupError):
        named("per_soul")


REFUSED = [
    ("site_license", {"model": "everywhere"}, "model"),
    ("unlimited", {"installs": 1, "entitlement": {"unlimited": False}}, "entitlement.unlimited"),
    ("unlimited", {"installs_on_unique_computers": 1, "entitlement": {"type": "Retail"}}, "entitlement.type"),
    (
        "autodesk_flex",
        {
            "rates": {"A": 1},
            "sessions": [
                {"user": "u", "product": "A", "start": "2026-01-02T00:00", "end": "2026-01-01T00:00"}
            ],
        },
        "sessions[0].end",
    ),
    ("autodesk_flex", {"rates": {}, "user_days": [{"product": "A", "users": 1, "days": 1}]}, "rates.A"),
    ("concurrent_peak", {"sessions": [["u", "10:00", "09:00"]]}, "sessions[0]"),
    ("concurrent_peak", {"sessions": [["u", "ten", "eleven"]]}, "sessions[0]"),
    ("concurrent_peak", {"sessions": [["u"]]}, "sessions[0]"),
    ("concurrent_peak", {"events": [["09:00", 2]]}, "events[0]"),
    ("concurrent_peak", {"events": [["09:00"]]}, "events[0]"),
    (
        "usage_average_sensor",
        {"metric": "sensor_subscription", "weekly_unique_endpoints": [1, 2, 3]},
        "weekly_unique_endpoints",
    ),
    ("sap_digital_access", {"documents": {"novel": 1}}, "documents.novel"),
    (
        "sap_named_user",
        {"accounts": [{"person": "a", "system": "s", "type": "King"}], "hierarchy": ["Employee"]},
        "accounts[0].type",
    ),
    ("license_pack_mix", {"core_licenses": 1, "pack_sizes": []}, "pack_sizes"),
    ("per_processor", {"model": "by_weight", "hosts": []}, "model"),
    (
        "oracle_failover_10_day",
        {"events": [{"start": "2026-01-02T00:00", "end": "2026-01-01T00:00"}]},
        "events[0].end",
    ),
    (
        "oracle_multitenant_option",
        {"instances": [{"version": "11.2", "user_pdbs": 1}]},
        "instances[0].version",
    ),
    (
        "oracle_multitenant_option",
        {"instances": [{"version": "new", "user_pdbs": 1}]},
        "instances[0].version",
    ),
    ("oracle_named_user_plus", {"edition": "XE", "servers": [], "users": 1}, "edition"),
    ("ibm_high_water_mark", {"samples": []}, "samples"),
    ("ibm_cloud_pak", {"programs": [{"name": "a", "required": 1, "ratio": [1]}]}, "programs[0].ratio"),
    ("tiered_value_units", {"quantity": 5, "tiers": [[4, 1]]}, "tiers"),
    ("tiered_value_units", {"quantity": 5, "tiers": [[None, 1], [9, 1]]}, "tiers"),
    ("tiered_value_units", {"quantity": 5, "tiers": [[9, 1], [4, 1]]}, "tiers"),
    ("tiered_value_units", {"quantity": 5, "tiers": [[9, 1, 1]]}, "tiers"),
    ("tiered_value_units", {"segments": [7]}, "segments"),
    ("suite_ranking", {"candidates": []}, "candidates"),
    ("license_pool", {"rights": 1, "rules": [{"scope": "a", "pool": 2}], "demand": {}}, "rules"),
    (
        "license_pool",
        {"rights": 1, "rules": [{"scope": "a", "pool": None}], "unrestricted": True, "demand": {}},
        "unrestricted",
    ),
    (
        "cost_optimisation",
        {"entitlements": [], "hosts_cores": [4], "vms": [{"id": "a", "cores": 4, "edition": "Standard"}]},
        "entitlements",
    ),
    ("downgrade_rights", {"purchases": [{"version": 1, "rights": 1}], "downgrade": "two"}, "downgrade"),
    ("oracle_edition_limits", {"edition": "PE", "sockets_capacity": 1}, "edition"),
]


@pytest.mark.parametrize(("metric", "inputs", "key"), REFUSED)
def test_what_a_rule_cannot_use_is_refused_by_its_key(metric, inputs, key):
    with pytest.raises(BadInput) as refused:
        evaluate(metric, inputs)

    assert refused.value.key == key
    assert isinstance(refused.value, ValueError)


READS = [
    ("number", 0.5, "decimal text"),
    ("number", "0,5", "decimal text"),
    ("number", True, "decimal text"),
    ("number", Decimal("Infinity"), "decimal text"),
    ("number", -1, "0 or more"),
    ("whole", Decimal("1.5"), "whole number"),
    ("flag", 1, "true or false"),
    ("text", 1, "a text"),
    ("day", "30 June", "YYYY-MM-DD"),
    ("day", datetime(2026, 6, 30), "YYYY-MM-DD"),  # noqa: DTZ001 - a local time on purpose
    ("moment", "noon", "YYYY-MM-DDTHH:MM"),
    ("moment", "2026-06-30T12:00+02:00", "without its zone"),
    ("list_of", "abc", "a list"),
    ("inner", 3, "an object"),
    ("rows", [3], "an object"),
    ("texts", [3], "a text"),
]


@pytest.mark.parametrize(("read", "value", "way_out"), READS)
def test_a_value_of_the_wrong_kind_is_refused_with_the_way_out(read, value, way_out):
    with pytest.raises(BadInput, match=way_out):
        getattr(Given("rule", {"key": value}), read)("key")


def test_values_of_the_right_kind_are_read_exactly():
    noon = datetime(2026, 6, 30, 12)  # noqa: DTZ001 - a local time on purpose
    given = Given("rule", {"a": Decimal("2.0"), "b": date(2026, 6, 30), "c": noon, "d": "2026-06-30"})

    assert (given.whole("a"), given.day("b"), given.moment("c"), given.day("d")) == (
        2,
        noon.date(),
        noon,
        noon.date(),
    )


def test_a_float_is_not_an_exact_number():
    with pytest.raises(NotExact, match="not an exact number"):
        exact(0.1)


def test_numbers_are_written_as_decimals_where_they_end():
    assert [written(value) for value in (Fraction(1, 8), Fraction(1, 3), 7, True, False, None, "x")] == [
        "0.125",
        "1/3",
        "7",
        "yes",
        "no",
        "unknown",
        "x",
    ]
    assert (ceiling(Fraction(7, 2)), ceiling(4), ceiling(Fraction(-1, 2))) == (4, 4, 0)
    assert written_path(()) == "the inputs"


def leaves(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(held, (*path, key))


def test_whatever_stands_in_the_inputs_gives_an_answer_or_a_typed_problem():
    """Total: no rule falls over on junk."""
    chance = random.Random(7)
    for metric, inputs in EXAMPLES:
        for path in [path for path in leaves(inputs) if path]:
            broken = copy.deepcopy(inputs)
            spot = broken
            for key in path[:-1]:
                spot = spot[key]
            spot[path[-1]] = chance.choice(JUNK)
            try:
                evaluate(metric, broken)
            except LicensingProblem:
                continue


def inexact(value):
    if isinstance(value, dict):
        return any(inexact(held) for held in value.values())
    if isinstance(value, list | tuple):
        return any(map(inexact, value))
    return isinstance(value, float) or (isinstance(value, Fraction) and value.denominator == 1)


@pytest.mark.parametrize(("metric", "inputs"), EXAMPLES)
def test_outputs_and_workings_are_exact_and_say_where_they_come_from(metric, inputs):
    found = assess(metric, json.loads(json.dumps(inputs), parse_float=Decimal))

    assert not inexact(dict(found.outputs))
    assert not any(inexact(step.value) for step in found.working.steps)
    assert all(step.rule and step.says and step.source for step in found.working.steps)
    assert {used.id for used in found.working.parameters} >= {
        term for step in found.working.steps for term in step.terms
    }


@pytest.mark.parametrize(("metric", "inputs"), EXAMPLES)
def test_every_number_has_a_working(metric, inputs):
    assert assess(metric, inputs).working.steps or not inputs


def test_the_register_names_unit_holders_and_label_of_every_metric():
    assert len(METRICS) == 58
    for entry in metrics():
        assert entry.holders <= {"person", "device", "location", "department"}
        assert entry.label
        assert (entry.unit.of(1), entry.unit.of(2)) == (entry.unit.singular, entry.unit.plural)
    assert not named("downgrade_rights").is_metric


def test_a_server_holds_at_least_sixteen_cores_and_a_seat_is_one():
    units, term = least_units("windows_server_core", on=date(2026, 1, 1))

    assert (units, term.term) == (16, "microsoft.windows_server.core.minimum_per_server")
    assert least_units("per_named_user") == (1, None)
