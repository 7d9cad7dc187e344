"""The same inventory again, and nothing in between: what is known is simply as of now.

Most inventories say what the one before said. Reading those again would cost as much as the first time and change nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F

from trueup.devices.sightings import note_seen_again
from trueup.inventory.actions.recording import is_nobody_recording
from trueup.inventory.models import Receipt, ReceiptState

AS_OF_NOW = """
UPDATE inventory_devicesection SET received_at = %(at)s
WHERE device_id = %(device)s AND received_at = %(before)s AND NOT EXISTS (
    SELECT FROM inventory_devicesection AS newer
    WHERE newer.device_id = %(device)s AND newer.received_at > %(before)s AND NOT starts_with(newer.section, 'softwares/')
)
"""
"""What the receipt said is as of its moment. If an agent said anything since, the receipt has to be read again.

Other sources keep lists of their own beside those of agents.
"""


def confirm_unchanged(*, receipt: Receipt, at: datetime) -> bool:
    """Whether a receipt that came again is what its device says already; then everything it said is as of ``at``.

    The receipt's row is locked by the caller. While a snapshot of the company is being recorded the answer is no: it may be
    of the same device, and older than this.
    """
    if receipt.state != ReceiptState.APPLIED or receipt.device_id is None or at < receipt.received_at:
        return False
    if not is_nobody_recording(receipt.company_id):
        return False
    with connection.cursor() as cursor:
        cursor.execute(AS_OF_NOW, {"at": at, "device": receipt.device_id, "before": receipt.received_at})
        if not cursor.rowcount:
            return False
    note_seen_again(device_id=receipt.device_id, at=at)
    Receipt.objects.filter(pk=receipt.pk).update(received_at=at, times_received=F("times_received") + 1)
    return True
