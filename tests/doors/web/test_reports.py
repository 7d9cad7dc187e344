"""Pages of reports: the library, filters, files, and what whoever may not is shown."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.doors.api.conftest import program_of
from tests.rooms.reports.asked import an_estate
from trueup.reports.library.register import REPORTS
from trueup.tenancy.models import Region


def of(stage, name: str) -> Client:
    client = Client()
    client.force_login(stage.users[name])
    return client


def test_r_092_the_library_says_what_each_report_answers(stage):
    page = of(stage, "alice").get("/reports/").content.decode()
    for report in REPORTS:
        assert f'href="/reports/{report.key}/"' in page
        assert str(report.answers).replace("'", "&#x27;") in page
    own = of(stage, "bob").get("/reports/").content.decode()
    assert "/reports/by_department/" not in own, "who sees no prices is not offered reports of prices"


@pytest.mark.parametrize("report", [one.key for one in REPORTS])
def test_every_report_opens_as_a_page_and_as_paper(stage, report):
    """R-099, K-032."""
    an_estate(stage)
    alice = of(stage, "alice")
    assert alice.get(f"/reports/{report}/").status_code == 200
    answer = alice.get(f"/reports/{report}/?format=pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert PdfReader(io.BytesIO(b"".join(answer))).pages
    strange = of(stage, "mallory").get(f"/reports/{report}/").content.decode()
    strange = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", strange)  # letters by chance
    assert not any(name in strange for name in ("Draw", "Store", "Carol", "db1"))


def test_r_096_r_097_filters_stand_in_the_address_and_are_refused_by_name(stage):
    scene = an_estate(stage)
    region = Region.objects.get(company=stage.acme)
    alice = of(stage, "alice")
    page = alice.get(
        f"/reports/utilisation/?product={scene['draw'].product_id}&region={region.pk}"
    ).content.decode()
    assert "Draw" in page
    assert "Store" not in page
    assert f"Region: {region.name}" in page
    assert alice.get("/reports/utilisation/?product=999").status_code == 422
    assert alice.get("/reports/utilisation/?bogus=1").status_code == 422
    assert alice.get("/reports/nonsense/").status_code == 404


def test_files_are_for_who_may_export(stage):
    an_estate(stage)
    bob = of(stage, "bob")
    assert bob.get("/reports/utilisation/").status_code == 200
    assert bob.get("/reports/utilisation/?format=csv").status_code == 403
    assert "format=csv" not in bob.get("/reports/utilisation/").content.decode()


def test_programs_read_the_library_and_each_report(stage):
    an_estate(stage)
    alice, mallory = program_of(stage, "alice"), program_of(stage, "mallory")
    listed = alice.get("/api/reports/").json()["results"]
    assert [one["report"] for one in listed] == [one.key for one in REPORTS]
    answer = b"".join(alice.get("/api/reports/utilisation/"))
    assert b'"product": "Draw"' in answer
    assert b'"totals"' in answer
    assert b"".join(alice.get("/api/reports/utilisation/?format=csv")).startswith(b"product,publisher,metric")
    assert b"Draw" not in b"".join(mallory.get("/api/reports/utilisation/"))
    refused = alice.get("/api/reports/utilisation/?product=999")
    assert (refused.status_code, refused.json()["name"]) == (422, "InvalidValue")
    assert alice.get("/api/reports/utilisation/?format=docx").status_code == 422
