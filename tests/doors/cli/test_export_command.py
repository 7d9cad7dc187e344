"""`trueup export`: lists as files, filtered as on the page."""

import click.testing
import pytest

from tests.cast import Stage, a_licence, a_person, a_product
from trueup.cli import export as door
from trueup.connectors.spreadsheet.reading import read_file


@pytest.fixture
def run(stage: Stage, monkeypatch):
    """The command brings a database of its own up; here the test's is up already."""
    monkeypatch.setattr(door.export, "callback", door.export.callback.__wrapped__)
    for company, name in ((stage.acme, "=Draw"), (stage.acme, "Paint"), (stage.globex, "Secret")):
        a_licence(company, 5, product=a_product(company, name))
    a_person(stage.acme)

    def run(*words: str, code: int = 0) -> click.testing.Result:
        done = click.testing.CliRunner().invoke(door.export, list(words))
        assert done.exit_code == code, done.output
        return done

    return run


def test_a_list_goes_to_standard_output_or_a_file(run, tmp_path):
    said = run("licences", "--company", "Acme", "--columns", "product,purchased").output.splitlines()
    assert said[0] == "id,product,purchased"
    assert sorted(line.partition(",")[2] for line in said[1:]) == ["'=Draw,5", "Paint,5"]
    path = tmp_path / "licences.xlsx"
    run("licences", "--filter", "product__contains=Pai", "-o", str(path))
    (sheet,) = [one for one in read_file(name="x", content=path.read_bytes()) if one.name == "Data"]
    assert [row.cells[1] for row in sheet.rows] == ["Paint"]


@pytest.mark.parametrize("name", sorted(door.LISTS))
def test_every_list_can_be_exported(run, name):
    assert run(name).output.startswith("id,")


def test_wrong_words_are_answered(run, tmp_path):
    run("licences", "-o", str(tmp_path / "x.pdf"), code=2)
    run("licences", "--format", "xlsx", code=2)
    run("licences", "--filter", "nonsense", code=2)
