"""`trueup sources`: adding a source with a typed secret, and reading it now."""

from __future__ import annotations

import json

import click.testing
import pytest

from tests.cast import Stage
from tests.connectors.vendor import sample, vendor
from trueup.base.problems import InvalidValue
from trueup.cli import sources as door
from trueup.inventory.models import Installation
from trueup.sources.models import Source


@pytest.fixture
def run(stage: Stage, monkeypatch, settings):
    """The commands bring a database of their own up; here the test's is up already."""
    settings.PRIVATE_SOURCES = True
    for command in (door.list_, door.add, door.run):
        monkeypatch.setattr(command, "callback", command.callback.__wrapped__)

    def run(*words: str, code: int = 0, typed: str = "") -> str:
        done = click.testing.CliRunner().invoke(door.sources, list(words), input=typed)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    return run


def test_a_source_is_added_looked_at_and_read(run):
    """C-044."""
    assert "client_secret (secret)" in run("kinds")
    with vendor(lambda _asked: (200, sample("table/samples/rows.csv"))) as shop:
        said = run(
            "add", "table", "--company", "Acme", "--url", shop.url, "--secret", "token", typed="CANARY\n"
        )
        assert "CANARY" not in said
        pk = str(Source.objects.get().pk)
        assert "opened 3" in run("run", pk, "--dry")
        assert not Installation.objects.exists()
        told = json.loads(run("run", pk, "--json"))
        assert (told["state"], told["rejected"], shop.asked[-1].headers["Authorization"]) == (
            "done",
            1,
            "CANARY",
        )
        assert f"done, {told['rows']} rows, 1 refused" in run("list")
        shop.script = lambda _asked: (403, b"")
        assert "403" in run("run", pk, code=1)
    assert Installation.objects.filter(gone_at=None).count() == 3


def test_what_nobody_can_read_is_refused(run):
    with pytest.raises(InvalidValue):
        run("add", "atera", "--company", "Acme")
    assert not Source.objects.exists()
