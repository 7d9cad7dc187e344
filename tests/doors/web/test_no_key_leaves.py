"""What leaves on paper or by mail carries no licence key: mails with their files, printed pages, reports, the sheet of a
person who comes.
"""

from __future__ import annotations

from django.test import Client

from tests.rooms.reports.asked import answer
from tests.rooms.reports.test_renderings import text_of_pdf
from tests.web_kit.scene import set_scene
from trueup.deliveries.models import Delivery
from trueup.licences.models import LicenceKey
from trueup.reports.render.pdf import write_pdf

CANARY = "AAAA-BBBB-CCCC"


def test_mail_print_and_acceptance_carry_no_key(stage):
    """D-057: the canary is sealed with the licence, and in none of them."""
    values = set_scene(stage)
    assert LicenceKey.objects.filter(licence_id=values["licence_id"]).exists()
    page = Client()
    page.force_login(stage.users["alice"])

    mails = [
        "".join(map(str, (one.subject, one.body))).encode() + bytes(one.file or b"")
        for one in Delivery.objects.all()
    ]
    printed = [
        page.get(path).content
        for path in (
            f"/licences/{values['licence_id']}/",
            f"/licences/{values['licence_id']}/keys/",
            f"/people/{values['person_id']}/",
            f"/devices/{values['device_id']}/",
            f"/workflows/{values['workflow_id']}/sheet/",
        )
    ]
    papers = [
        text_of_pdf(write_pdf(answer(stage.alice, report))).encode()
        for report in ("utilisation", "relations", "by_user")
    ]

    assert mails
    assert all(b"Draw" in one for one in (*printed[:2], printed[-1], *papers))
    assert not [one for one in (*mails, *printed, *papers) if CANARY.encode() in one]
