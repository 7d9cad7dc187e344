"""By which words documents are found: their names. What is written in them is not read."""

from __future__ import annotations

from trueup.base.searching import Index
from trueup.documents.models import Document

DOCUMENT_WORDS = Index(Document)
