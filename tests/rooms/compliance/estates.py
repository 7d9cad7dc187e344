"""Installed software on the stage, put there the short way: a title, recognised as a product, on devices."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.cast import NOW, ROOT, TODAY
from trueup.catalogue.models import Edition, Product
from trueup.compliance.actions import carry_out_run, start_run
from trueup.compliance.models import Position, Run
from trueup.devices.models import Device
from trueup.inventory.models import DeviceSection, Installation, Recognition, Title
from trueup.tenancy.models import Company


def install(
    company: Company, product: Product | None, *devices: Device, edition: Edition | None = None, **facts: Any
) -> Title:
    title = Title.objects.create(
        company=company,
        fingerprint=uuid.uuid4(),
        name=product.name if product else "Something",
        first_seen_at=NOW,
        status=Recognition.RECOGNISED if product else Recognition.UNRECOGNISED,
        product=product,
        edition=edition,
        **facts,
    )
    for device in devices:
        Installation.objects.create(
            company=company, device=device, title=title, section="softwares", first_seen_at=NOW
        )
        heard_from(device)
    return title


def heard_from(device: Device, at: datetime = NOW) -> None:
    DeviceSection.objects.get_or_create(
        company_id=device.company_id,
        device=device,
        section="softwares",
        defaults={"source": "test", "received_at": at},
    )


def an_edition(product: Product, name: str, **facts: Any) -> Edition:
    return Edition.objects.create(product=product, key=name.lower(), name=name, **facts)


def run_over(home: Path, company: Company | None = None, **when: Any) -> Run:
    day = when.get("as_of", TODAY)
    run = start_run(actor=ROOT, company_id=company and company.pk, as_of=day, at=NOW, in_background=False)
    assert carry_out_run(run_id=run.pk, home=home, library=settings.LIBRARY, clock=lambda: NOW)
    run.refresh_from_db()
    assert run.state == "done", run.trouble
    return run


def position_of(run: Run, product: Product, **more: Any) -> Position:
    return Position.objects.get(run=run, product=product, **more)
