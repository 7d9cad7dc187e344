"""What an auditor takes away of a run: the workbook of its positions, and the pack with everything behind them."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field

from trueup.api.description import file_of
from trueup.api.requests import actor_in
from trueup.reports.evidence.pack import elp_workbook, evidence_pack
from trueup.reports.render.files import TYPES

router = Router(tags=["positions"])
MOST_NUMBER = 2**63 - 1
Publisher = Annotated[int | None, Field(ge=1, le=MOST_NUMBER)]
ZIP = "application/zip"


@router.get(
    "/runs/{int:run_id}/elp.xlsx",
    openapi_extra=file_of(TYPES["xlsx"]),
    summary="The effective licence position as a workbook",
)
def get_elp(request: HttpRequest, run_id: int, publisher: Publisher = None) -> StreamingHttpResponse:
    """Of one publisher, or all; needs ``exports.run``. Money only where ``prices.view`` is held."""
    chunks = elp_workbook(actor=actor_in(request), run_id=run_id, home=settings.HOME, publisher_id=publisher)
    return _file(chunks, TYPES["xlsx"], f"elp-{run_id}.xlsx")


@router.get(
    "/runs/{int:run_id}/evidence.zip", openapi_extra=file_of(ZIP), summary="The evidence pack of a run"
)
def get_evidence(request: HttpRequest, run_id: int, publisher: Publisher = None) -> StreamingHttpResponse:
    """Workbook, tables, terms, invoices and proofs, with hashes that `sha256sum -c` checks; needs ``exports.run``."""
    chunks = evidence_pack(
        actor=actor_in(request), run_id=run_id, home=settings.HOME, at=timezone.now(), publisher_id=publisher
    )
    return _file(chunks, ZIP, f"evidence-{run_id}.zip")


def _file(chunks: object, content_type: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(chunks, content_type=content_type)  # type: ignore[arg-type]  # bytes in pieces
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
