"""All background work of Trueup on one page: what is done when something asks for it, and what by the clock.

Times are UTC. A job whose worker was killed runs again; every job may run twice without harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from trueup.alerts.actions import tell_alerts
from trueup.assets.following import follow_licences
from trueup.assignments.chosen.register import DEEDS
from trueup.assignments.waiting import serve_all_waiting
from trueup.audit_cases.carrying_out import CARRY_OUT as AUDIT
from trueup.audit_cases.carrying_out import open_planned_audits
from trueup.base.actor import system
from trueup.compliance.actions import carry_out_run, start_run
from trueup.connectors.applying import apply_receipt
from trueup.connectors.reading import read_source
from trueup.connectors.spreadsheet.importing import IMPORT
from trueup.deliveries.sending import send_due
from trueup.inventory.actions import add_up_changes, apply_soon, recognise_titles
from trueup.inventory.queries import waiting_receipts
from trueup.jobs.actions import send_job
from trueup.jobs.queries import jobs_left_lying
from trueup.jobs.running import run_job
from trueup.licences.balances import roll_balances
from trueup.licences.standings import write_standings
from trueup.reports.sending import SEND, send_due_reports
from trueup.reviews.actions import open_due_reviews
from trueup.reviews.releasing import RELEASE
from trueup.sources.actions import start_due_sources
from trueup.tenancy.queries import companies_visible_to
from trueup.tenancy.repeats import forget_answers
from trueup.tickets.sending import run_errands
from trueup.workflows.many import FINISH_WORKFLOWS

ALL_DEEDS = {deed.kind: deed for deed in (*DEEDS.values(), IMPORT, SEND, FINISH_WORKFLOWS, RELEASE, AUDIT)}
P = ParamSpec("P")
R = TypeVar("R")

PATIENCE = RetryStrategy(max_attempts=5, exponential_wait=5)
"""Waits of 5, 25, 125 … seconds: for a database that restarts."""

LOST_AFTER = timedelta(minutes=15)
STALLED_AFTER_SECONDS = 60
HOURS_OF_DONE_JOBS = 72


def on_a_live_connection(task: Callable[P, R]) -> Callable[P, R]:
    """Drop connections that died or grew old while the thread waited for work."""

    @wraps(task)
    def connected(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        return task(*args, **kwargs)

    return connected


# --- when asked ---------------------------------------------------------------------------------------


@app.task(name="inventory.apply_receipt", retry=PATIENCE)
@on_a_live_connection
def inventory_apply_receipt(*, receipt_id: int) -> None:
    """Record what an agent sent."""
    apply_receipt(actor=system("inventory"), receipt_id=receipt_id, at=timezone.now())


@app.task(name="compliance.carry_out_run", retry=PATIENCE)
@on_a_live_connection
def compliance_carry_out_run(*, run_id: int) -> None:
    """Freeze, count and store a run."""
    carry_out_run(
        run_id=run_id,
        home=settings.HOME,
        library=settings.LIBRARY,
        clock=timezone.now,
        engine=settings.ENGINE,
    )


@app.task(name="jobs.carry_out", retry=PATIENCE)
@on_a_live_connection
def jobs_carry_out(*, job_id: int) -> None:
    """Carry out a job somebody asked for, or go on where a killed worker left it."""
    run_job(job_id=job_id, deeds=ALL_DEEDS, clock=timezone.now)


@app.task(name="deliveries.send", retry=PATIENCE, queueing_lock="deliveries.send")
@on_a_live_connection
def deliveries_send() -> None:
    """Send what is owed and due."""
    send_due(clock=timezone.now)


@app.task(name="sources.read", retry=PATIENCE)
@on_a_live_connection
def sources_read(*, run_id: int) -> None:
    """Read a source, or read it again from stored pages."""
    read_source(actor=system("sources"), run_id=run_id, clock=timezone.now, wait=time.sleep)


@app.task(name="tickets.run_errands", retry=PATIENCE, queueing_lock="tickets.run_errands")
@on_a_live_connection
def tickets_run_errands() -> None:
    """Say at desks what is owed and due."""
    run_errands(clock=timezone.now)


@app.task(name="inventory.recognise", retry=PATIENCE, queueing_lock="inventory.recognise")
@on_a_live_connection
def inventory_recognise() -> None:
    """Judge titles again that an older library judged."""
    actor = system("recognition")
    for company in companies_visible_to(actor=actor):
        recognise_titles(actor=actor, company_id=company.pk, at=timezone.now())


# --- by the clock -------------------------------------------------------------------------------------


@app.periodic(cron="5 0 * * *")
@app.task(name="licences.roll_balances", retry=PATIENCE, queueing_lock="licences.roll_balances")
@on_a_live_connection
def licences_roll_balances(timestamp: int) -> None:
    """Bring every licence to the day: what began and what ended."""
    del timestamp
    roll_balances(actor=system("balances"), on=timezone.localdate(), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="assignments.serve_waiting", queueing_lock="assignments.serve_waiting")
@on_a_live_connection
def assignments_serve_waiting(timestamp: int) -> None:
    """Give those who wait what came free otherwise than by a release: bought, reserved no more, free for others again."""
    del timestamp
    serve_all_waiting(actor=system("waiting list"), at=timezone.now(), on=timezone.localdate())


@app.periodic(cron="* * * * *")
@app.task(name="licences.write_standings", queueing_lock="licences.write_standings")
@on_a_live_connection
def licences_write_standings(timestamp: int) -> None:
    """Write down what the lines of licences come to whose lines changed: lists are right without, and fast with it."""
    del timestamp
    write_standings()


@app.periodic(cron="* * * * *")
@app.task(name="assets.follow_licences", queueing_lock="assets.follow_licences")
@on_a_live_connection
def assets_follow_licences(timestamp: int) -> None:
    """Bring up when assets expire whose licences got other lines: their lists and pages are right without."""
    del timestamp
    follow_licences(actor=system("assets"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="inventory.add_up_changes", queueing_lock="inventory.add_up_changes")
@on_a_live_connection
def inventory_add_up_changes(timestamp: int) -> None:
    """Take in on how many devices titles came to be since: lists are right without, and fast with it."""
    del timestamp
    add_up_changes()


@app.periodic(cron="25 0 * * *")
@app.task(name="inventory.recognise_nightly", queueing_lock="inventory.recognise_nightly")
@on_a_live_connection
def inventory_recognise_nightly(timestamp: int) -> None:
    """The same as when asked, in case nobody did."""
    del timestamp
    inventory_recognise()


@app.periodic(cron="* * * * *")
@app.task(name="deliveries.send_due", queueing_lock="deliveries.send_due")
@on_a_live_connection
def deliveries_send_due(timestamp: int) -> None:
    """The same as when asked: what waits for its next try, and what nobody asked for."""
    del timestamp
    send_due(clock=timezone.now)


@app.periodic(cron="*/5 * * * *")
@app.task(name="sources.start_due", queueing_lock="sources.start_due")
@on_a_live_connection
def sources_start_due(timestamp: int) -> None:
    """Have sources read whose hour has come."""
    del timestamp
    start_due_sources(actor=system("sources"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tickets.run_errands_due", queueing_lock="tickets.run_errands_due")
@on_a_live_connection
def tickets_run_errands_due(timestamp: int) -> None:
    """The same as when asked: what waits for its next try, and what nobody asked for."""
    del timestamp
    run_errands(clock=timezone.now)


@app.periodic(cron="10 * * * *")
@app.task(name="alerts.tell", retry=PATIENCE, queueing_lock="alerts.tell")
@on_a_live_connection
def alerts_tell(timestamp: int) -> None:
    """Tell what is due: what ends, what is over, what is short (D-094)."""
    del timestamp
    tell_alerts(actor=system("alerts"), on=timezone.localdate(), at=timezone.now())


@app.periodic(cron="40 * * * *")
@app.task(name="reports.send_due", retry=PATIENCE, queueing_lock="reports.send_due")
@on_a_live_connection
def reports_send_due(timestamp: int) -> None:
    """Send saved reports whose day has come; each sending is a job (R-109)."""
    del timestamp
    send_due_reports(on=timezone.localdate(), at=timezone.now())


@app.periodic(cron="15 1 * * *")
@app.task(name="compliance.nightly", queueing_lock="compliance.nightly")
@on_a_live_connection
def compliance_nightly(timestamp: int) -> None:
    """Count all companies for the day."""
    del timestamp
    actor = system("nightly run")
    if companies_visible_to(actor=actor).exists():
        start_run(actor=actor, company_id=None, as_of=timezone.localdate(), at=timezone.now())


@app.periodic(cron="30 2 * * *")
@app.task(name="reviews.open_due", retry=PATIENCE, queueing_lock="reviews.open_due")
@on_a_live_connection
def reviews_open_due(timestamp: int) -> None:
    """Open each company's review of the quarter, and let new findings flow into it (R-127, C-037)."""
    del timestamp
    open_due_reviews(actor=system("reviews"), on=timezone.localdate(), at=timezone.now())


@app.periodic(cron="50 2 * * *")
@app.task(name="audit_cases.open_planned", retry=PATIENCE, queueing_lock="audit_cases.open_planned")
@on_a_live_connection
def audit_cases_open_planned(timestamp: int) -> None:
    """Open the audits whose day has come; each is a job (C-047)."""
    del timestamp
    open_planned_audits(on=timezone.localdate(), at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="inventory.sweep", queueing_lock="inventory.sweep")
@on_a_live_connection
def inventory_sweep(timestamp: int) -> None:
    """Ask again for receipts whose job was lost."""
    del timestamp
    for receipt_id, company_id in waiting_receipts(before=timezone.now() - LOST_AFTER):
        apply_soon(receipt_id=receipt_id, company_id=company_id)


@app.periodic(cron="*/15 * * * *")
@app.task(name="jobs.sweep", queueing_lock="jobs.sweep")
@on_a_live_connection
def jobs_sweep(timestamp: int) -> None:
    """Go on with jobs whose process went away before they were done."""
    del timestamp
    for job_id in jobs_left_lying(before=timezone.now() - LOST_AFTER):
        send_job(job_id=job_id)


@app.periodic(cron="* * * * *")
@app.task(name="worker.retry_stalled", queueing_lock="worker.retry_stalled")
async def worker_retry_stalled(timestamp: int) -> None:
    """Run jobs again whose worker was killed."""
    del timestamp
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="35 0 * * *")
@app.task(name="tenancy.forget_answers", queueing_lock="tenancy.forget_answers")
@on_a_live_connection
def tenancy_forget_answers(timestamp: int) -> None:
    """Forget what requests with an Idempotency-Key were answered a day ago."""
    del timestamp
    forget_answers(at=timezone.now())


@app.periodic(cron="45 0 * * *")
@app.task(name="worker.forget_done", queueing_lock="worker.forget_done")
async def worker_forget_done(timestamp: int) -> None:
    """Forget jobs that are done."""
    del timestamp
    await app.job_manager.delete_old_jobs(nb_hours=HOURS_OF_DONE_JOBS)
