"""`trueup import`: the same import from the command line, with the database of the test."""

import json

import click.testing
import pytest

from tests.cast import Stage
from trueup.base.problems import NotFound
from trueup.cli import import_ as door
from trueup.licences.models import Licence

SHEET = (
    "Software;Lizenztyp;Anzahl;Kosten;Gültig bis;Farbe\n"
    "Draw;je Nutzer;50;1.234,50 €;03/04/2027;grün\nPaint;je Gerät;viele;12,00 €;05/06/2027;\n"
)


@pytest.fixture
def run(stage: Stage, tmp_path):
    path = tmp_path / "lizenzen.csv"
    path.write_text(SHEET, encoding="cp1252")

    def run(*words: str, code: int = 0) -> click.testing.Result:
        done = click.testing.CliRunner().invoke(
            door.import_, [str(path) if word == "FILE" else word for word in words]
        )
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture(autouse=True)
def with_the_tests_database(monkeypatch):
    """The commands bring a database of their own up; here the test's is up already."""
    for command in ("file", "undo"):
        monkeypatch.setattr(getattr(door, command), "callback", getattr(door, command).callback.__wrapped__)


def test_a_dry_run_prints_columns_errors_and_questions_and_writes_nothing(run):
    said = run("FILE", "--company", "acme", "--dry-run")
    assert "Windows-1252" in said.output
    assert "Software → product" in said.output
    assert "row 3, Anzahl (C): not a number: “viele”" in said.output
    assert "--dates day-first or month-first" in said.output
    assert "0 would be created" in said.output
    assert not Licence.objects.exists()


def test_json_says_the_same_to_programs(run):
    told = json.loads(
        run(
            "FILE", "--company", "Acme", "--dry-run", "--json", "--dates", "day-first", "--price", "total"
        ).output
    )
    assert told["counts"]["create"] == 1
    assert told["counts"]["reject"] == 1
    assert [(error["row"], error["column"]) for error in told["errors"]] == [(3, "Anzahl")]
    assert {column["header"]: column["field"] for column in told["columns"]}["Farbe"] == "note"
    assert told["batch"] is None


def test_import_and_undo(run):
    options = ("--company", "Acme", "--dates", "day-first", "--price", "total", "--match", "Farbe=tags")
    told = json.loads(run("FILE", *options, "--json").output)
    licence = Licence.objects.get()
    assert (licence.granted, licence.tags) == (50, ["grün"])
    assert "taken back" in run("undo", str(told["batch"])).output
    assert not Licence.objects.filter(withdrawn_at=None).exists()


def test_wrong_words_are_answered(run):
    with pytest.raises(NotFound, match="Known: Acme, Globex"):
        run("FILE", "--company", "Nobody")
    run("FILE", "--company", "Acme", "--match", "nonsense", code=2)
    run("FILE", "--company", "Acme", "--dates", "backwards", code=2)
