"""What changed between two runs, as a page, a file and an answer of the API."""

import csv
import io

import pytest
from django.conf import settings

from tests.cast import NOW, TODAY, a_device, a_licence, a_product
from tests.rooms.compliance.estates import install, run_over
from trueup.licences.actions import add_purchase
from trueup.licences.lines import LineTerms


@pytest.fixture
def runs(stage):
    """Between the two Acme bought five of Draw and put it on another device."""
    product = a_product(stage.acme, metric="per_device")
    licence = a_licence(stage.acme, 2, product=product)
    install(stage.acme, product, a_device(stage.acme, "pc0"))
    first = run_over(settings.HOME, stage.acme)
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=LineTerms(5, TODAY), at=NOW, on=TODAY)
    install(stage.acme, product, a_device(stage.acme, "pc1"))
    return first, run_over(settings.HOME, stage.acme)


def test_the_page_names_the_purchase_and_the_device(client, stage, runs):
    """R-139."""
    client.force_login(stage.users["bob"])
    first, second = runs

    page = client.get(f"/position/runs/{second.pk}/changes/").content.decode()

    assert "2 → 7" in page
    assert "pc1" in page
    assert "pc0" not in page
    assert f"/position/runs/{second.pk}/changes/" in client.get("/position/runs/").content.decode()
    assert client.get(f"/position/runs/{first.pk}/changes/").status_code == 404
    assert client.get(f"/position/runs/{second.pk}/changes/?since=x").status_code == 422


def test_the_file_has_a_row_for_each_cause_and_needs_the_right_to_export(client, stage, runs):
    path = f"/position/runs/{runs[1].pk}/changes/?since={runs[0].pk}&format=csv"
    client.force_login(stage.users["bob"])
    assert client.get(path).status_code == 403
    client.force_login(stage.users["alice"])

    rows = list(csv.reader(io.StringIO(b"".join(client.get(path).streaming_content).decode())))

    assert [(row[7], row[8], row[11]) for row in rows[1:]] == [
        ("Purchase line", rows[1][8], "5"),
        ("Device or person", "pc1", "1"),
    ]
    client.force_login(stage.users["mallory"])
    assert client.get(path).status_code == 404
