"""From a snapshot to titles: the operating system counts too, and tells where programs without an origin come from."""

from __future__ import annotations

import pytest

from tests.cast import NOW, Stage
from trueup.inventory.actions import record_snapshot
from trueup.inventory.models import Recognition, Title
from trueup.inventory.programs import programs_of
from trueup.inventory.snapshots import DeviceFacts, OperatingSystemFacts, Snapshot, SoftwareFacts

OFFICE = "Microsoft Corporation"
PARTS = (
    "Microsoft Office Shared MUI (German) 2016", "Microsoft Office Shared MUI (English) 2016",
    "Microsoft Excel MUI (German) 2016", "Microsoft Word MUI (German) 2016", "Microsoft Outlook MUI (German) 2016",
    "Microsoft Access MUI (German) 2016", "Microsoft PowerPoint MUI (German) 2016", "Microsoft OneNote MUI (German) 2016",
    "Microsoft Publisher MUI (German) 2016", "Microsoft Skype for Business MUI (German) 2016",
    "Microsoft Office Proof (German) 2016", "Microsoft Office Proofing (German) 2016",
    "Microsoft Office Korrekturhilfen 2016 - Deutsch",
)  # fmt: skip


def _snapshot(software: tuple[SoftwareFacts, ...], system: str) -> Snapshot:
    return Snapshot(
        source="glpi",
        device=DeviceFacts(hostname="pc1"),
        seen_at=NOW,
        sections=frozenset({"softwares", "operatingsystem"}),
        software=software,
        operating_system=OperatingSystemFacts(full_name=system),
    )


def test_one_office_counts_once(stage: Stage):
    """D-096: fourteen rows of one Office on one device are one product."""
    rows = tuple(
        SoftwareFacts(name=name, publisher=OFFICE, version="16.0.4266.1001", origin="registry")
        for name in ("Microsoft Office Professional Plus 2016", *PARTS)
    )
    snapshot = _snapshot(rows, "Debian GNU/Linux 12")
    record_snapshot(actor=stage.alice, company_id=stage.acme.pk, snapshot=snapshot, at=NOW)
    assert len(rows) == 14
    counted = Title.objects.filter(company=stage.acme, status=Recognition.RECOGNISED)
    assert [title.product.library_key for title in counted.select_related("product")] == ["microsoft.office"]
    assert Title.objects.filter(company=stage.acme, klass__in=["component", "language_pack"]).count() == 13


@pytest.mark.parametrize(
    ("system", "said", "origin"),
    [
        ("macOS 14.6", None, "macos"),
        ("Mac OS X", None, "macos"),
        ("Slackware 14.2", None, "pkg"),
        ("Ubuntu 22.04 LTS", None, "pkg"),
        ("Debian GNU/Linux 12", "snap", "snap"),
        ("Microsoft Windows 11 Pro", None, None),
        ("Microsoft Windows 11 Pro", "registry", "registry"),
    ],
)
def test_a_program_without_an_origin_has_that_of_its_system(
    system: str, said: str | None, origin: str | None
):
    snapshot = _snapshot((SoftwareFacts(name="openssl", version="3.0", origin=said),), system)
    assert programs_of(snapshot)["softwares"][0].facts.origin == origin


def test_without_an_operating_system_nothing_is_supposed():
    snapshot = Snapshot(
        source="glpi",
        device=DeviceFacts(hostname="pc1"),
        seen_at=NOW,
        sections=frozenset({"softwares"}),
        software=(SoftwareFacts(name="openssl"),),
    )
    assert programs_of(snapshot)["softwares"][0].facts.origin is None
