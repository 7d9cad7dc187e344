"""The archive of a whole company: every record as JSON lines, every document, and a manifest with hashes, as one ZIP.

All of it is of one moment. Licence keys stay in the vault, unless a passphrase is given that they are sealed under for
the journey. The audit log comes with its hashes, so that its chain can be checked without Trueup
(docs/how-to/move-out.md says how). ``connectors/company_archive`` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Manager, Model, Q, QuerySet

from trueup.assignments.models import Assignment, Eligible, RefusalsOfDay, Waiting
from trueup.audit.models import Batch, Chain, Entry
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.catalogue.models import Edition, Product, Publisher, Version
from trueup.compliance.cover_tables import CoverOrder
from trueup.compliance.finding_tables import FindingPolicy, Mute
from trueup.contracts.models import Contract, ContractDevice
from trueup.devices.models import Device
from trueup.documents.models import Document
from trueup.documents.queries import content_for
from trueup.inventory.models import DeviceSection, Installation, Title, TitleRule
from trueup.licences.keys.reading import KIND
from trueup.licences.models import (
    Licence,
    LicenceContract,
    LicenceKey,
    Movement,
    Purchase,
    PurchaseShare,
    RenewalPlan,
)
from trueup.licences.reservation_tables import Reservation
from trueup.licences.right_tables import SuiteComponent, UseRights
from trueup.people.models import Person
from trueup.reports.archive import CHUNK_BYTES, Archive
from trueup.saved_views.models import SavedView
from trueup.tenancy.models import Company, CostCentre, Department, Location, Region
from trueup.tenancy.queries import company_for
from trueup.vault.plain import Plain
from trueup.vault.travelling import TravelSeal, departing_secrets, note_departure, travel_seal

SCHEMA = 5
"""Raised whenever a table of the archive gains, loses or renames a field."""

NEEDED = (
    Permission.EXPORTS_RUN,
    Permission.LICENCES_VIEW,
    Permission.PEOPLE_VIEW,
    Permission.DEVICES_VIEW,
    Permission.CONTRACTS_VIEW,
    Permission.PRICES_VIEW,
    Permission.AUDIT_VIEW,
)
OWNED: tuple[tuple[str, Manager[Any]], ...] = (
    ("regions", Region.objects),
    ("cost_centres", CostCentre.objects),
    ("departments", Department.objects),
    ("locations", Location.objects),
    ("people", Person.objects),
    ("devices", Device.objects),
    ("titles", Title.objects),
    ("title_rules", TitleRule.objects),
    ("device_sections", DeviceSection.objects),
    ("installations", Installation.objects),
    ("contracts", Contract.objects),
    ("contract_devices", ContractDevice.objects),
    ("licences", Licence.objects),
    ("purchases", Purchase.objects),
    ("purchase_shares", PurchaseShare.objects),
    ("licence_contracts", LicenceContract.objects),
    ("use_rights", UseRights.objects),
    ("suite_components", SuiteComponent.objects),
    ("cover_orders", CoverOrder.objects),
    ("finding_policies", FindingPolicy.objects),
    ("mutes", Mute.objects),
    ("renewal_plans", RenewalPlan.objects),
    ("reservations", Reservation.objects),
    ("assignments", Assignment.objects),
    ("waiting", Waiting.objects),
    ("movements", Movement.objects),
    ("eligible_people", Eligible.objects),
    ("refusals", RefusalsOfDay.objects),
    ("licence_keys", LicenceKey.objects),
    ("documents", Document.objects),
    ("saved_views", SavedView.objects),
    ("batches", Batch.objects),
    ("audit_entries", Entry.objects),
)
NOT_TOLD = frozenset({"secret_id", "maker_id", "counted"})
"""Fields that mean nothing elsewhere: handles of the vault, accounts, and what the database reckons by itself."""
TOLD_BESIDES = {"saved_views": {"made_by": F("maker__username")}}
KEYS = "keys.jsonl"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document whose bytes are not in the archive, and why."""

    document: int
    name: str
    reason: str


def company_archive(
    *, actor: Actor, company_id: int, at: datetime, passphrase: Plain | None = None
) -> Iterator[bytes]:
    """The archive of a company, in chunks. Raises NotAllowed before the first unless the actor may see all of it.

    With a passphrase the keys travel too, sealed under it; that they do is written down first.
    """
    company = company_for(actor=actor, company_id=company_id, permission=NEEDED[0])
    for permission in NEEDED:
        actor.require(permission, company.pk)
    seal = None if passphrase is None else travel_seal(passphrase)
    if seal is not None:
        note_departure(actor=actor, company_id=company.pk, at=at)
    return _written(actor, company, at, seal)


def _written(actor: Actor, company: Company, at: datetime, seal: TravelSeal | None) -> Iterator[bytes]:
    archive, rows, left_out = Archive(at), dict[str, int](), list[LeftOut]()
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, found in _tables(company):
            rows[name] = 0
            yield from archive.add(f"tables/{name}.jsonl", _lines(found, name, rows))
        if seal is not None:
            yield from archive.add(KEYS, _sealed_keys(actor, company, seal))
        chain = Chain.objects.filter(pk=company.pk).values("length", "last_hash").first()
        documents = list(Document.objects.filter(company_id=company.pk).order_by("pk"))
    for digest, document in {one.sha256: one for one in documents if one.removed_at is None}.items():
        yield from _file(archive, digest, document, left_out)
    left_out += [
        LeftOut(one.pk, one.name, f"removed: {one.removal_reason}") for one in documents if one.removed_at
    ]
    manifest = {
        "format": "trueup-company",
        "schema": SCHEMA,
        "company": company.name,
        "made_by": actor.name,
        "made_at": at,
        "rows": rows,
        "audit_chain": chain or {"length": 0, "last_hash": ""},
        "keys": "sealed" if seal is None else {"sealed_under": "passphrase", "salt": seal.salt.hex()},
        "files": [asdict(entry) for entry in archive.files],
        "documents_left_out": [asdict(one) for one in left_out],
    }
    text = json.dumps(manifest, default=_plain, ensure_ascii=False, indent=1)
    yield from archive.add("manifest.json", [text.encode()])
    yield archive.close()


def _tables(company: Company) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Every table with its rows of the company, referred-to ones first."""
    yield "company", Company.objects.filter(pk=company.pk)
    yield from _catalogue(company)
    for name, rows in OWNED:
        yield name, rows.filter(company_id=company.pk)


def _catalogue(company: Company) -> Iterator[tuple[str, QuerySet[Any]]]:
    """The company's own part of the catalogue, and what of the library its licences are of."""
    licensed = Licence.objects.filter(company_id=company.pk).values("product_id")
    installed = Title.objects.filter(company_id=company.pk, product__isnull=False).values("product_id")
    covered = SuiteComponent.objects.filter(company_id=company.pk).values("product_id")
    ruled = TitleRule.objects.filter(company_id=company.pk, product__isnull=False).values("product_id")
    used = Q(pk__in=licensed.union(installed, covered, ruled))
    products = Product.objects.filter(Q(company_id=company.pk) | used)
    publishers = Q(company_id=company.pk) | Q(pk__in=products.values("publisher_id"))
    yield "publishers", Publisher.objects.filter(publishers)
    yield "products", products
    yield "editions", Edition.objects.filter(product__in=products.values("pk"))
    yield "versions", Version.objects.filter(product__in=products.values("pk"))


def _lines(found: QuerySet[Any], name: str, rows: dict[str, int]) -> Iterator[bytes]:
    """One JSON object a line, in the order of their ids."""
    fields = told_fields(found.model)
    besides = TOLD_BESIDES.get(name, {})
    for row in found.order_by("pk").values(*fields, **besides).iterator(chunk_size=2000):
        rows[name] += 1
        yield json.dumps(row, default=_plain, ensure_ascii=False).encode() + b"\n"


def _sealed_keys(actor: Actor, company: Company, seal: TravelSeal) -> Iterator[bytes]:
    """One secret a line, sealed for the journey."""
    for record_id, name, plain in departing_secrets(actor=actor, company_id=company.pk, kind=KIND):
        nonce, sealed = seal.close(plain, record_id=record_id, name=name)
        line = {"record": str(record_id), "name": name, "nonce": nonce.hex(), "sealed": sealed.hex()}
        yield json.dumps(line).encode() + b"\n"


def _plain(value: object) -> str:
    """Moments in UTC to the microsecond, as the audit log hashes them; days, sums and identifiers as they are."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def told_fields(model: type[Model]) -> Collection[str]:
    """The fields of a table that are facts: not reckoned from others, and of no vault."""
    return [
        field.attname
        for field in model._meta.concrete_fields  # noqa: SLF001  # Django's own name for it
        if not field.generated and field.attname not in NOT_TOLD
    ]


def _file(archive: Archive, digest: str, document: Document, left_out: list[LeftOut]) -> Iterator[bytes]:
    """The bytes of a document, once for all documents of the same bytes."""
    try:
        content = content_for(document=document)
    except Problem as problem:
        left_out.append(LeftOut(document.pk, document.name, f"{problem.title}: {problem.detail}"))
        return
    pieces = (content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES))
    yield from archive.add(f"files/{digest}", pieces)
