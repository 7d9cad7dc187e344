"""How an entry is tied to the one before it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from trueup.audit.models import Entry


def link_hash(entry: Entry, before: str) -> str:
    """The hash of an entry's content and of the link before it."""
    content = [
        before,
        entry.company_id,
        entry.position,
        entry.happened_at.astimezone(UTC).isoformat(),
        entry.event,
        entry.actor,
        entry.user_id,
        entry.via,
        entry.subject_kind,
        entry.subject_id,
        entry.subject,
        entry.details,
        entry.batch_id,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
