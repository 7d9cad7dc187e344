"""With which words a document leaves, by page and by API: to be saved, not shown, run, guessed at or kept on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import content_disposition_header

if TYPE_CHECKING:
    from trueup.documents.models import Document


def headers_of(document: Document) -> dict[str, str]:
    """The headers of an answer that carries the document."""
    saved_as = content_disposition_header(as_attachment=True, filename=document.name)
    return {
        "Content-Type": document.media_type,
        "Content-Disposition": saved_as or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
