"""`trueup runs`: a person at the command line starts a run, looks at it and proves it."""

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.cast import a_device, a_licence, a_product, set_stage
from tests.rooms.compliance.estates import install
from trueup.cli.runs import runs
from trueup.compliance.counting import folder_of


def say(*words: str, code: int = 0) -> str:
    answer = CliRunner().invoke(runs, words, catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.output


@pytest.mark.django_db(transaction=True)
def test_start_list_show_and_verify():
    stage = set_stage()
    product = a_product(stage.acme, metric="per_device")
    a_licence(stage.acme, 1, product=product)
    install(stage.acme, product, a_device(stage.acme, "one"), a_device(stage.acme, "two"))
    assert "No run yet" in say("list")

    run = json.loads(say("start", "--company", "Acme", "--as-of", "2026-11-21", "--json"))

    assert (run["state"], run["company"]) == ("done", "Acme")
    (position,) = run["positions"]
    assert (position["state"], position["entitled"], position["required"], position["short"]) == (
        "short", "1", "2", "1",
    )  # fmt: skip
    assert [one["id"] for one in json.loads(say("list", "--json"))] == [run["id"]]
    assert "Draw" in say("show", str(run["id"]))
    assert "holds" in say("verify", str(run["id"]))

    paper = next(folder_of(settings.HOME, run["id"]).glob("terms/*.yaml"))
    paper.chmod(0o600)
    paper.write_text("changed")
    assert json.loads(say("verify", str(run["id"]), "--json", code=1))["holds"] is False
