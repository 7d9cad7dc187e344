"""Sending saved reports by mail: each sending is a job, so that a failure is seen under Jobs, and is told once.

The job carries the rights its asker has on that day; a schedule's job is its maker's. The mails are owed in the one
transaction that ties the batch to the job: a worker killed before it sends all of them again, killed after it none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, close_batch, open_batch, record
from trueup.base.access import Permission
from trueup.base.actor import Actor, system
from trueup.base.days import day_in_words
from trueup.base.problems import Conflict
from trueup.deliveries.actions import Message, owe_mail
from trueup.jobs.actions import ask_job, send_job, tie_batch
from trueup.jobs.deeds import Answers, Deed, Row, Scene, done, unchanged
from trueup.jobs.models import Job
from trueup.reports.library.register import report_named, table_for
from trueup.reports.models import SavedReport, Schedule
from trueup.reports.periods import next_start, period_before
from trueup.reports.queries import due_schedules, schedule_for
from trueup.reports.render.files import file_of
from trueup.reports.render.table import Table
from trueup.tenancy.languages import language_of, zone_of

MOST_BYTES = 15 * 1024 * 1024
"""What mail servers commonly take, less what base64 adds."""


class TooLargeForMail(Conflict):
    """The file is larger than mail servers take."""

    title = gettext_lazy("Too large for mail")


@dataclass(frozen=True, slots=True)
class Copy:
    """One file that goes out: what it is called and its bytes, with the filters as they are printed."""

    name: str
    content_type: str
    content: bytes
    filters: Sequence[tuple[str, str]]


def send_due_reports(*, on: date, at: datetime) -> int:
    """Ask a job for every schedule whose day has come; a gap is caught up with by one mail. How many there were."""
    return sum(_ask_due(schedule_id, on, at) for schedule_id in due_schedules(on=on))


def _ask_due(schedule_id: int, on: date, at: datetime) -> bool:
    with transaction.atomic():
        rows = Schedule.objects.select_for_update(skip_locked=True, of=("self",))
        found = rows.filter(pk=schedule_id, next_on__lte=on, ended_at=None)
        schedule = found.select_related("saved", "maker").first()
        if schedule is None:
            return False
        maker = schedule.maker
        asker = replace(system(maker.name or maker.username), user_id=maker.pk)
        job = _asked(asker, schedule, at)
        Schedule.objects.filter(pk=schedule.pk).update(next_on=next_start(schedule.cadence, on), last_job=job)
        transaction.on_commit(lambda: send_job(job_id=job.pk))
    return True


def send_report_now(*, actor: Actor, schedule_id: int, at: datetime) -> Job:
    """Send what a schedule would send, now and with the actor's own rights; its day stays."""
    schedule = schedule_for(actor=actor, schedule_id=schedule_id)
    with transaction.atomic():
        job = _asked(actor, schedule, at)
        Schedule.objects.filter(pk=schedule.pk).update(last_job=job)
        transaction.on_commit(lambda: send_job(job_id=job.pk))
    return job


def _asked(actor: Actor, schedule: Schedule, at: datetime) -> Job:
    return ask_job(
        actor=actor, company_id=schedule.company_id, deed=SEND, rows=[Row(1, schedule.pk)], at=at, label=schedule.saved.name,
    )  # fmt: skip


def look(_scene: Scene, rows: Sequence[Row]) -> Answers:
    """Sending has no preview but the report itself."""
    return {row.position: done("") for row in rows}


def carry_out(scene: Scene, rows: Sequence[Row]) -> Answers:
    """Make the file as it is today and owe it to every recipient."""
    schedule = Schedule.objects.select_related("saved", "maker").get(
        pk=rows[0].subject_id, company_id=scene.company_id
    )
    saved, maker = schedule.saved, schedule.maker
    if saved.withdrawn_at is not None or schedule.ended_at is not None:
        return {rows[0].position: unchanged(saved.name, _("The report or its schedule has ended meanwhile."))}
    language = language_of(user=maker) or translation.get_language() or "en"
    with translation.override(language), timezone.override(zone_of(user=maker)):
        copy = copy_of(scene.actor, saved, on=scene.on, cadence=schedule.cadence, form=schedule.form)
        message = _message(schedule, copy, scene.on)
    with transaction.atomic():
        batch = open_batch(
            actor=scene.actor, company_id=scene.company_id, at=scene.at, kind=SEND.kind, label=saved.name
        )
        for recipient in schedule.recipients:
            owe_mail(
                company_id=scene.company_id, recipient=recipient, topic="report.sent", message=message, at=scene.at
            )  # fmt: skip
        close_batch(batch_id=batch.pk, summary={"job": scene.job_id}, undo={})
        if scene.job_id is not None:
            tie_batch(job_id=scene.job_id, batch_id=batch.pk)
        facts = {"to": schedule.recipients, "file": copy.name, "bytes": len(copy.content)}
        happening = Happening("reports.sent", "saved_report", saved.pk, saved.name, facts)
        record(actor=scene.actor, company_id=scene.company_id, at=scene.at, happening=happening)
    return {rows[0].position: done(saved.name, ", ".join(schedule.recipients))}


def asked_of(saved: SavedReport) -> dict[str, str]:
    """What a saved report is asked, as parameters."""
    return dict(parse_qsl(saved.query))


def saved_table(
    *, actor: Actor, saved: SavedReport, on: date, cadence: str = "", is_file: bool = False
) -> Table:
    """The answer of a saved report on a day, about its company alone; with a cadence of the period that has just ended."""
    query = asked_of(saved)
    if cadence and report_named(actor=actor, key=saved.report).asks_period:
        first, last = period_before(cadence, on)
        query |= {"from": first.isoformat(), "to": last.isoformat()}
    narrowed = actor.narrowed_to(saved.company_id)
    table = table_for(actor=narrowed, key=saved.report, query=query, today=on, is_file=is_file)
    return replace(table, title=saved.name)


def copy_of(actor: Actor, saved: SavedReport, *, on: date, cadence: str, form: str) -> Copy:
    """The file as it goes out; refuses one that mail servers would."""
    table = saved_table(actor=actor, saved=saved, on=on, cadence=cadence, is_file=True)
    file = file_of(table, form)
    content = b"".join(file.chunks)
    if len(content) > MOST_BYTES:
        raise TooLargeForMail(
            _("The file has %(n)s bytes, and mail takes %(most)s: narrow the report, or send it as CSV or XLSX.")
            % {"n": len(content), "most": MOST_BYTES}
        )  # fmt: skip
    stem = "".join(letter if letter.isalnum() else "-" for letter in saved.name).strip("-") or "report"
    return Copy(f"{stem}-{on}.{form}", file.content_type, content, table.filters)


def _message(schedule: Schedule, copy: Copy, on: date) -> Message:
    saved = schedule.saved
    filters = "\n".join(f"{label}: {value}" for label, value in copy.filters)
    address = f"{settings.ADDRESS}/reports/saved/{saved.pk}/"
    lines = [
        _("“%(name)s” is attached.") % {"name": saved.name},
        filters,
        _("See it as it is now: %(address)s") % {"address": address},
        _("%(who)s has it sent to you: %(how_often)s. It ends at that address.")
        % {
            "who": schedule.maker.name or schedule.maker.username,
            "how_often": schedule.get_cadence_display(),
        },
    ]
    return Message(
        subject=f"{saved.name}, {day_in_words(on)}", body="\n\n".join(filter(None, lines)) + "\n",
        file_name=copy.name, file_type=copy.content_type, file=copy.content,
    )  # fmt: skip


SEND = Deed("reports.send", Permission.EXPORTS_RUN, look, carry_out, by_itself=True)
