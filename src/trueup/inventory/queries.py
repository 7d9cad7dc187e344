"""Reading receipts, titles and installations, scoped to the actor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from trueup.base.access import Permission, Role
from trueup.base.actor import Actor
from trueup.base.problems import NotFound
from trueup.catalogue.models import Edition, Product, Version
from trueup.devices.models import Device
from trueup.inventory.documents.document import Document, stored_document
from trueup.inventory.models import (
    Change,
    DeviceSection,
    EnrolmentToken,
    Installation,
    LoadedLibrary,
    Receipt,
    ReceiptState,
    Recognition,
    Title,
)
from trueup.inventory.use import USE

SOFTWARE = "softwares"
SOFTWARE_LISTS = Q(section=SOFTWARE) | Q(section__startswith=f"{SOFTWARE}/")
"""The lists of software, of agents and of other sources, each under its own name."""
SUITES = "licenseinfos"
"""The section in which an agent says what activated suites say of themselves."""

OPEN = Q(gone_at=None)


# --- agents' way in -----------------------------------------------------------------------------------


def hash_enrolment(secret: str) -> str:
    """The hash of an enrolment token. It has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def enrolment_for(*, secret: str) -> EnrolmentToken | None:
    """The live token an agent's address carries, or none: why it is none is nobody's business."""
    found: EnrolmentToken | None = EnrolmentToken.objects.filter(
        token_hash=hash_enrolment(secret), revoked_at=None, company__archived_at=None
    ).first()
    return found


def needs_stamp(*, token: EnrolmentToken, at: datetime) -> bool:
    """Whether the last use is worth writing down again."""
    return token.last_used_at is None or at - token.last_used_at > timedelta(minutes=1)


def actor_of_enrolment(*, token: EnrolmentToken) -> Actor:
    """The actor agents are that enrol by this token: they deliver inventories of one company and read nothing else."""
    return Actor(name=f"agents ({token.label})", roles={token.company_id: Role.TECHNICIAN}, via="agent")


def enrolment_tokens_visible_to(*, actor: Actor) -> QuerySet[EnrolmentToken]:
    """Enrolment tokens of the actor's companies, live ones first."""
    found: QuerySet[EnrolmentToken] = EnrolmentToken.objects.visible_to(actor, Permission.INVENTORY_IMPORT)
    return found.order_by("revoked_at", "label")


def enrolments_with_devices(*, actor: Actor) -> list[EnrolmentToken]:
    """Enrolment tokens, live ones first, each with ``devices``: how many have reported by it."""
    reported = (
        Receipt.objects.filter(token=OuterRef("pk"))
        .order_by()
        .values("token")
        .annotate(n=Count("device", distinct=True))
        .values("n")
    )
    rows = enrolment_tokens_visible_to(actor=actor).select_related("company")
    counted = rows.annotate(devices=Coalesce(Subquery(reported), 0))
    return list(counted.order_by(F("revoked_at").desc(nulls_first=True), "label"))


def owes_full_inventory(*, company_id: int, agent_id: str) -> bool:
    """Whether an agent is that of a device whose complete inventory is still missing."""
    return bool(Device.objects.filter(company_id=company_id, agent_id=agent_id, needs_full=True).exists())


# --- receipts -----------------------------------------------------------------------------------------


def receipts_visible_to(*, actor: Actor) -> QuerySet[Receipt]:
    """Receipts without their content, latest first."""
    found: QuerySet[Receipt] = Receipt.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    light: QuerySet[Receipt] = found.defer("content").select_related("device", "token")
    return light.order_by("-received_at", "-id")


def newest_receipt_at(*, actor: Actor) -> datetime | None:
    """When the newest inventory of the actor's companies came in."""
    rows = Receipt.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    newest: datetime | None = rows.order_by("-received_at").values_list("received_at", flat=True).first()
    return newest


def receipt_for(
    *, actor: Actor, receipt_id: int, permission: Permission = Permission.INVENTORY_VIEW
) -> Receipt:
    """One receipt."""
    receipt = receipts_visible_to(actor=actor).filter(pk=receipt_id).first()
    if receipt is None:
        raise NotFound(_("There is no receipt %(receipt_id)s.") % {"receipt_id": receipt_id})
    actor.require(permission, receipt.company_id)
    return receipt


def pending_receipt(*, receipt_id: int) -> Receipt | None:
    """A receipt that waits to be applied, for the background task; none when it was applied meanwhile."""
    found: Receipt | None = Receipt.objects.filter(pk=receipt_id, state=ReceiptState.RECEIVED).first()
    return found


def document_of(*, receipt: Receipt) -> Document:
    """The filtered document of a receipt, for reading it again."""
    return stored_document(bytes(receipt.content))


def waiting_receipts(*, before: datetime, limit: int = 500) -> list[tuple[int, int]]:
    """Receipts nobody has applied yet, as (id, company id), oldest first: for the sweep after a lost job."""
    waiting = Receipt.objects.filter(state=ReceiptState.RECEIVED, received_at__lt=before).order_by(
        "received_at"
    )
    return list(waiting.values_list("pk", "company_id")[:limit])


# --- what is installed --------------------------------------------------------------------------------


def titles_visible_to(*, actor: Actor) -> QuerySet[Any]:
    """Titles with ``devices``, the number of devices they are on now; most widespread first."""
    changes = Change.objects.filter(title=OuterRef("pk")).order_by().values("title")
    changed = When(
        pk__in=Change.objects.values("title"), then=Subquery(changes.annotate(n=Sum("devices")).values("n"))
    )
    found: QuerySet[Any] = Title.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    found = found.select_related("product__publisher", "edition", "product_version")
    counted = F("counted") + Case(changed, default=0, output_field=IntegerField())
    ranked: QuerySet[Any] = found.annotate(devices=counted).order_by("-devices", "name", "id")
    return ranked


def title_for(*, actor: Actor, title_id: int, permission: Permission = Permission.INVENTORY_VIEW) -> Title:
    """One title."""
    title: Title | None = titles_visible_to(actor=actor).filter(pk=title_id).first()
    if title is None:
        raise NotFound(_("There is no title %(title_id)s.") % {"title_id": title_id})
    actor.require(permission, title.company_id)
    return title


def installations_visible_to(*, actor: Actor, at: datetime | None = None) -> QuerySet[Installation]:
    """Installations that are open now, or were at a moment; ``seen_at`` says as of when that is known."""
    then = OPEN if at is None else Q(first_seen_at__lte=at) & (OPEN | Q(gone_at__gt=at))
    as_of = DeviceSection.objects.filter(device=OuterRef("device"), section=OuterRef("section"))
    found: QuerySet[Installation] = Installation.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    return (
        found.filter(then)
        .select_related("title__product__publisher", "title__edition", "title__product_version", "device")
        .annotate(seen_at=Coalesce("last_seen_at", Subquery(as_of.values("received_at")[:1])), use=USE)
        .order_by("title__name", "id")
    )


def discovered_of_product(*, actor: Actor, product_id: int) -> list[tuple[str, int, datetime | None]]:
    """On how many devices each kind of source found a product, and as of when: (section, devices, newest list)."""
    there = Installation.objects.visible_to(actor, Permission.INVENTORY_VIEW).filter(
        OPEN, title__product_id=product_id
    )
    found = there.order_by().values_list("section").annotate(devices=Count("device", distinct=True))
    lists = DeviceSection.objects.visible_to(actor, Permission.INVENTORY_VIEW).filter(SOFTWARE_LISTS)
    newest = dict(lists.order_by().values_list("section").annotate(at=Max("received_at")))
    return [(section, devices, newest.get(section)) for section, devices in sorted(found)]


def sections_of(*, actor: Actor, device_id: int) -> QuerySet[DeviceSection]:
    """What a device's inventories spoke of, and when last."""
    found: QuerySet[DeviceSection] = DeviceSection.objects.visible_to(actor, Permission.INVENTORY_VIEW)
    return found.filter(device_id=device_id).order_by("section")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what was found is understood. ``devices_unknown`` have no software list yet: unknown, not bare."""

    devices: int
    devices_unknown: int
    titles: int
    installations: int
    by_status: dict[str, int]
    installations_by_status: dict[str, int]
    receipts_by_state: dict[str, int]
    unrecognised: list[tuple[str, str, int]]


def inventory_coverage(*, actor: Actor, company_id: int, most: int = 20) -> Coverage:
    """The state of a company's inventory, with the most widespread titles no rule knows."""
    actor.require(Permission.INVENTORY_VIEW, company_id)
    titles = Title.objects.filter(company_id=company_id)
    installed = Installation.objects.filter(OPEN, company_id=company_id)
    devices = Device.objects.filter(company_id=company_id, last_seen_at__isnull=False)
    listed = DeviceSection.objects.filter(SOFTWARE_LISTS, company_id=company_id)
    unknown = titles_visible_to(actor=actor).filter(
        company_id=company_id, status=Recognition.UNRECOGNISED, devices__gt=0
    )
    return Coverage(
        devices=devices.count(),
        devices_unknown=devices.exclude(pk__in=listed.values("device_id")).count(),
        titles=titles.count(),
        installations=installed.count(),
        by_status=_counts(titles, "status"),
        installations_by_status=_counts(installed, "title__status"),
        receipts_by_state=_counts(Receipt.objects.filter(company_id=company_id), "state"),
        unrecognised=list(unknown.values_list("name", "publisher", "devices")[:most]),
    )


def _counts(rows: QuerySet[Any], path: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(path).annotate(n=Count("pk")).values_list(path, "n"))


def library_in_use() -> str:
    """The hash of the library version the catalogue was brought to last; empty before the first."""
    newest = LoadedLibrary.objects.order_by("-pk").values_list("version_hash", flat=True).first()
    return newest or ""


# --- the catalogue's rows behind the library's keys ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class CatalogueIds:
    """Ids of shared catalogue rows by the library's keys; editions and versions by (product key, key)."""

    products: dict[str, int]
    editions: dict[tuple[str, str], int]
    versions: dict[tuple[str, str], int]


def catalogue_ids(*, product_keys: Iterable[str]) -> CatalogueIds:
    """The rows of some products of the library."""
    keys = list(product_keys)
    products = dict(Product.objects.filter(library_key__in=keys).values_list("library_key", "pk"))
    inside = {"product__library_key__in": keys}
    editions = Edition.objects.filter(**inside).values_list("product__library_key", "key", "pk")
    versions = Version.objects.filter(**inside).values_list("product__library_key", "key", "pk")
    return CatalogueIds(
        products=products,
        editions={(product or "", key): pk for product, key, pk in editions},
        versions={(product or "", key): pk for product, key, pk in versions},
    )
