"""Saved reports: saving, changing, sending by schedule, sharing by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.reports.actions import (
    USUAL_LINK_DAYS,
    ReportTerms,
    change_saved_report,
    end_schedule,
    revoke_link,
    save_report,
    schedule_report,
    share_report,
    withdraw_report,
)
from trueup.reports.columns import SAVED_REPORTS
from trueup.reports.queries import links_of, saved_report_for, schedules_of
from trueup.reports.render.files import checked_form, file_of
from trueup.reports.sending import saved_table, send_report_now

if TYPE_CHECKING:
    from trueup.reports.models import SavedReport, Schedule, ShareLink

router = Router(tags=["reports"])


class SavedReportBody(Body):
    """A report or a list (``list.licences``) with what it is asked, as the part of an address after the question mark."""

    company: StrictInt
    name: str = Field(max_length=100)
    report: str = Field(max_length=60)
    query: str = Field("", max_length=4000)
    shared: StrictBool = False


class SavedReportChange(Body):
    """Fields to change; what is not named stays."""

    name: str = Field("", max_length=100)
    query: str = Field("", max_length=4000)
    shared: StrictBool = False


class ScheduleBody(Body):
    """``cadence`` is weekly, monthly, quarterly or yearly; ``format`` pdf, xlsx, csv or json."""

    cadence: str
    format: str = "pdf"
    recipients: list[str] = Field(max_length=100)


class LinkBody(Body):
    """How many days the address lives."""

    days: StrictInt = Field(USUAL_LINK_DAYS, le=10_000)


@router.get("/saved-reports/", response=ListAnswer, summary="Saved reports")
def list_saved_reports(request: HttpRequest) -> HttpResponse:
    """One's own, and those shared in one's companies."""
    return list_answer(request, SAVED_REPORTS)


@router.post("/saved-reports/", response={201: dict[str, Any]}, summary="Save a report")
def post_saved_report(request: HttpRequest, body: SavedReportBody) -> HttpResponse:
    """Days and companies of ``query`` are left out: it is about its company, and asked again each day."""
    terms = ReportTerms(body.name, body.report, body.query, body.shared)
    made = save_report(
        actor=actor_in(request), company_id=body.company, terms=terms, at=timezone.now(), on=timezone.localdate()
    )  # fmt: skip
    return json_answer(_saved(made), 201)


@router.get("/saved-reports/{int:saved_id}/", response=dict[str, Any], summary="One saved report")
def get_saved_report(request: HttpRequest, saved_id: int) -> HttpResponse:
    """With its schedules and live links."""
    actor = actor_in(request)
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    links = links_of(actor=actor, saved_id=saved_id, at=timezone.now())
    body = _saved(saved) | {
        "schedules": [_schedule(one) for one in schedules_of(actor=actor, saved_id=saved_id)],
        "links": [_link(one) for one in links],
    }
    return json_answer(body)


@router.get("/saved-reports/{int:saved_id}/answer/", response=dict[str, Any], summary="Its answer today")
def get_answer(request: HttpRequest, saved_id: int) -> StreamingHttpResponse:
    """``format=json`` (unless told), csv, xlsx or pdf."""
    actor = actor_in(request)
    form = checked_form(str(request.GET.get("format") or "json"))
    saved = saved_report_for(actor=actor, saved_id=saved_id)
    file = file_of(saved_table(actor=actor, saved=saved, on=timezone.localdate(), is_file=True), form)
    return StreamingHttpResponse(file.chunks, content_type=file.content_type)


@router.patch("/saved-reports/{int:saved_id}/", response=dict[str, Any], summary="Change a saved report")
def patch_saved_report(request: HttpRequest, saved_id: int, body: SavedReportChange) -> HttpResponse:
    """Its maker may; of a shared one its company's owners too."""
    named = body.named()
    if "shared" in named:
        named["is_shared"] = named.pop("shared")
    changed = change_saved_report(
        actor=actor_in(request), saved_id=saved_id, changes=named, at=timezone.now(), on=timezone.localdate()
    )
    return json_answer(_saved(changed))


@router.post("/saved-reports/{int:saved_id}/withdraw/", response={204: None}, summary="Delete a saved report")
def post_withdrawal(request: HttpRequest, saved_id: int) -> tuple[int, None]:
    """Its schedules end and its links lead nowhere."""
    withdraw_report(actor=actor_in(request), saved_id=saved_id, at=timezone.now())
    return 204, None


@router.post(
    "/saved-reports/{int:saved_id}/schedules/", response={201: dict[str, Any]}, summary="Send it by mail"
)
def post_schedule(request: HttpRequest, saved_id: int, body: ScheduleBody) -> HttpResponse:
    """At the beginning of each period, about the one that has just ended, with the rights its maker has that day."""
    made = schedule_report(
        actor=actor_in(request), saved_id=saved_id, cadence=body.cadence, form=body.format, recipients=body.recipients,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return json_answer(_schedule(made), 201)


@router.post(
    "/saved-reports/schedules/{int:schedule_id}/send/", response={202: dict[str, Any]}, summary="Send it now"
)
def post_send(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """The job that sends it; a failure stands there."""
    job = send_report_now(actor=actor_in(request), schedule_id=schedule_id, at=timezone.now())
    return json_answer({"job": job.pk}, 202)


@router.post(
    "/saved-reports/schedules/{int:schedule_id}/end/", response={204: None}, summary="Send it no more"
)
def post_end(request: HttpRequest, schedule_id: int) -> tuple[int, None]:
    """Its maker may, and the company's owners."""
    end_schedule(actor=actor_in(request), schedule_id=schedule_id, at=timezone.now())
    return 204, None


@router.post(
    "/saved-reports/{int:saved_id}/links/", response={201: dict[str, Any]}, summary="Share it by a link"
)
def post_link(request: HttpRequest, saved_id: int, body: LinkBody) -> HttpResponse:
    """The address, the only time it can be seen. It shows what its maker may see on the day it is opened."""
    made, secret = share_report(actor=actor_in(request), saved_id=saved_id, days=body.days, at=timezone.now())
    return json_answer(_link(made) | {"address": f"{settings.ADDRESS}/shared/{secret}/"}, 201)


@router.post("/saved-reports/links/{int:link_id}/revoke/", response={204: None}, summary="End a link")
def post_revocation(request: HttpRequest, link_id: int) -> tuple[int, None]:
    """Its maker may, and the company's owners."""
    revoke_link(actor=actor_in(request), link_id=link_id, at=timezone.now())
    return 204, None


def _saved(saved: SavedReport) -> dict[str, Any]:
    names = ("id", "name", "report", "query", "created_at")
    told = {name: getattr(saved, name) for name in names}
    return told | {"company": saved.company_id, "shared": saved.is_shared}


def _schedule(one: Schedule) -> dict[str, Any]:
    names = ("id", "cadence", "recipients", "next_on")
    told = {name: getattr(one, name) for name in names}
    return told | {"format": one.form, "last_job": one.last_job_id}


def _link(one: ShareLink) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "created_at", "expires_at", "opened", "opened_at")}
