"""`trueup import ralph`, `snipeit` and `glpi` on the command line, with the database of the test."""

import json
from pathlib import Path

import click.testing
import pytest

from tests.cast import Stage
from tests.connectors.test_moving_ralph import LICENCES, Ralph
from tests.connectors.test_moving_snipeit import ENGLISH, EXPORT
from tests.connectors.wire import served
from trueup.cli import import_ as group
from trueup.cli import import_systems as door
from trueup.licences.models import Licence


@pytest.fixture(autouse=True)
def with_the_tests_database(monkeypatch: pytest.MonkeyPatch):
    """The commands bring a database of their own up; here the test's is up already."""
    for command in ("ralph", "snipeit", "glpi"):
        monkeypatch.setattr(getattr(door, command), "callback", getattr(door, command).callback.__wrapped__)


def run(*words: str, code: int = 0) -> click.testing.Result:
    done = click.testing.CliRunner().invoke(group.import_, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def a_file(folder: Path, text: str) -> str:
    path = folder / "moving.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_ralph_is_asked_with_the_token_of_a_file_and_told_about(stage: Stage, tmp_path: Path):
    token = a_file(tmp_path, "s3cret\n")
    with served(Ralph(LICENCES)) as url:
        words = ("ralph", "--company", "Acme", "--url", url, "--token-file", token, "--currency", "EUR")
        labels = ("--label", "per core=redhat_per_core", "--label", "Bundle X=per_named_user")
        dry = run(*words, "--dry-run")
        assert "Answer with --label" in dry.output
        assert not Licence.objects.exists()
        done = run(*words, *labels)
    assert "Acme: 3 created, 0 updated, 0 unchanged; 2 people and 1 devices made. Take it back" in done.output
    assert "row 10031, number_bought: negative number: “-3”" in done.output
    assert "s3cret" not in done.output
    assert run("ralph", "--company", "Acme", code=2)


def test_snipeit_reads_a_file_and_asks_what_prices_are_for(stage: Stage, tmp_path: Path):
    path = a_file(tmp_path, EXPORT)
    asked = run("snipeit", path, "--metric", "per_named_user", "--dry-run")
    assert "--price total or unit" in asked.output
    told = json.loads(run("snipeit", path, "--metric", "per_named_user", "--price", "total", "--json").output)
    assert [(one["company"], one["counts"]["create"]) for one in told["companies"]] == [
        ("Acme", 1),
        ("Globex", 1),
    ]


def test_glpi_reads_one_file_for_many_companies_and_says_which_it_would_make(stage: Stage, tmp_path: Path):
    done = run("glpi", a_file(tmp_path, ENGLISH), "--make-companies", "--dry-run")
    assert "Initech: the company would be made, with 1 licences." in done.output
    assert not Licence.objects.exists()
