"""Storing what was received before anything is made of it, and what happens when nothing can be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from procrastinate.contrib.django import app

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.inventory.actions.confirming import confirm_unchanged
from trueup.inventory.documents.document import Document, digest, filtered_document
from trueup.inventory.models import EnrolmentToken, Receipt, ReceiptState
from trueup.inventory.queries import receipt_for

APPLY_RECEIPT = "inventory.apply_receipt"
"""The background task that applies a receipt; it is told its id."""

LONGEST_TROUBLE = 2000
MOST_ATTEMPTS = 5


def store_receipt(
    *,
    actor: Actor,
    company_id: int,
    document: Document,
    size_bytes: int,
    at: datetime,
    token: EnrolmentToken | None = None,
    apply_later: bool = True,
) -> int:
    """Store a filtered document and, in the same transaction, ask for it to be applied; the receipt's id.

    The same content again is the same receipt, received once more. It is applied once more, since the device may have had
    another state in between; unless nothing was, and then what is known is as of now without anybody reading it again.
    ``apply_later=False`` leaves the applying to the caller.
    """
    actor.require(Permission.INVENTORY_IMPORT, company_id)
    content = digest(document)
    again = {"received_at": at, "state": ReceiptState.RECEIVED, "times_received": F("times_received") + 1}
    with transaction.atomic():
        same = Receipt.objects.select_for_update().filter(company_id=company_id, digest=content)
        known = same.defer("content").first()
        if known is None:
            receipt_id = _created(company_id, content, document, size_bytes, at, token)
        elif apply_later and confirm_unchanged(receipt=known, at=at):
            return int(known.pk)
        else:
            receipt_id = known.pk
            same.update(**again)
        if apply_later:
            apply_soon(receipt_id=receipt_id, company_id=company_id)
    return receipt_id


def _created(
    company_id: int,
    content: str,
    document: Document,
    size_bytes: int,
    at: datetime,
    token: EnrolmentToken | None,
) -> int:
    receipt = Receipt(
        company_id=company_id,
        digest=content,
        token=token,
        agent=document.agent or "",
        deviceid=document.deviceid or "",
        partial=document.partial,
        size_bytes=size_bytes,
        content=filtered_document(document),
        first_received_at=at,
        received_at=at,
    )
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError:
        same: int = Receipt.objects.values_list("pk", flat=True).get(company_id=company_id, digest=content)
        return same
    return receipt.pk


def apply_soon(*, receipt_id: int, company_id: int) -> None:
    """Ask for a receipt to be applied in the background; those of one company are applied in order."""
    app.configure_task(APPLY_RECEIPT, lock=f"inventory/{company_id}").defer(receipt_id=receipt_id)


def mark_receipt_failed(*, receipt_id: int, trouble: str, may_pass: bool = False) -> None:
    """Keep the trouble on the receipt, where a person sees it and can try again.

    Trouble that ``may_pass`` leaves the receipt waiting for the next of a few attempts.
    """
    failed = When(attempts__gte=MOST_ATTEMPTS - 1, then=Value(ReceiptState.FAILED))
    state: Any = Case(failed, default=F("state")) if may_pass else ReceiptState.FAILED
    Receipt.objects.filter(pk=receipt_id).update(
        state=state, trouble=trouble[:LONGEST_TROUBLE], attempts=F("attempts") + 1
    )


def retry_receipt(*, actor: Actor, receipt_id: int, at: datetime) -> None:
    """Try a receipt again after the cause of its trouble was mended."""
    receipt = receipt_for(actor=actor, receipt_id=receipt_id, permission=Permission.INVENTORY_IMPORT)
    with transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(state=ReceiptState.RECEIVED, trouble="", attempts=0)
        apply_soon(receipt_id=receipt.pk, company_id=receipt.company_id)
        happening = Happening(
            "inventory.receipt_retried", "receipt", receipt.pk, receipt.deviceid or "receipt"
        )
        record(actor=actor, company_id=receipt.company_id, at=at, happening=happening)
