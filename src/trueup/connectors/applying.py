"""From what was received to what is known: a receipt is read by its suitcase and recorded, or keeps its trouble."""

from __future__ import annotations

from datetime import datetime

from trueup.base.actor import Actor
from trueup.base.problems import Problem
from trueup.connectors import snapshot_from
from trueup.inventory.actions import Recorded, mark_receipt_failed, record_snapshot, store_receipt
from trueup.inventory.documents.reading import read_document
from trueup.inventory.queries import document_of, pending_receipt


def apply_receipt(*, actor: Actor, receipt_id: int, at: datetime) -> Recorded | None:
    """Record what a waiting receipt says; None when it is not waiting (any more) or is in trouble now.

    A problem is a person's to mend and stays on the receipt. Any other failure is raised, so that the job is tried
    again; after the last attempt it stays on the receipt as well.
    """
    receipt = pending_receipt(receipt_id=receipt_id)
    if receipt is None:
        return None
    try:
        snapshot = snapshot_from(document_of(receipt=receipt), seen_at=receipt.received_at)
        return record_snapshot(
            actor=actor, company_id=receipt.company_id, snapshot=snapshot, at=at, receipt_id=receipt.pk
        )
    except Problem as problem:
        mark_receipt_failed(receipt_id=receipt_id, trouble=problem.detail)
        return None
    except Exception as fault:
        trouble = (
            f"{type(fault).__name__}: not a fault of the document; it is tried again by itself a few times."
        )
        mark_receipt_failed(receipt_id=receipt_id, trouble=trouble, may_pass=True)
        raise


def import_document(*, actor: Actor, company_id: int, raw: bytes, at: datetime) -> Recorded | None:
    """Store and apply one inventory file at once; None when it is in trouble. Raises UnreadableDocumentError."""
    document = read_document(raw)
    receipt_id = store_receipt(
        actor=actor, company_id=company_id, document=document, size_bytes=len(raw), at=at, apply_later=False
    )
    return apply_receipt(actor=actor, receipt_id=receipt_id, at=at)
