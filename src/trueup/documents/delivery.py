"""With which words a document leaves, by page and by API: to be saved, not shown, run, guessed at or kept on the way."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.http import content_disposition_header


class Leaving(Protocol):
    """A file with its name and type, whatever it belongs to."""

    name: Any
    media_type: Any


def headers_of(document: Leaving) -> dict[str, str]:
    """The headers of an answer that carries the document."""
    saved_as = content_disposition_header(as_attachment=True, filename=document.name)
    return {
        "Content-Type": document.media_type,
        "Content-Disposition": saved_as or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
