"""The file between two pages: opened for the user, read again under what was said, so that every step shows the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from trueup.base.access import Permission
from trueup.connectors.spreadsheet.file_rows import FileRows
from trueup.connectors.spreadsheet.importing import rows_of
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.sheets import Sheet
from trueup.connectors.spreadsheet.uploads import Upload, content_of, upload_of
from trueup.tenancy.queries import company_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.tenancy.models import Company


@dataclass(frozen=True, slots=True)
class Pending:
    """A file in the wizard: its company, its sheets, and the rows of the chosen one."""

    upload: Upload
    company: Company
    sheets: tuple[Sheet, ...]
    file: FileRows


def pending_of(request: HttpRequest, upload_id: str) -> Pending:
    """The user's file of that id, for whoever may (still) import into its company."""
    user_id = user_of(request)
    upload = upload_of(user_id=user_id, upload_id=upload_id)
    company = company_for(
        actor=actor_of(request),
        company_id=upload.company_id,
        permission=Permission.IMPORTS_RUN,
    )
    sheets = read_file(name=upload.name, content=content_of(user_id=user_id, upload=upload))
    return Pending(upload, company, sheets, rows_of(upload, sheets, company.currency))


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by Doorway
    return actor


def user_of(request: HttpRequest) -> int:
    """The id of whoever is signed in; pages of the wizard are for people only."""
    assert request.user.pk is not None  # noqa: S101 - behind the gate
    return int(request.user.pk)
