"""Reading jobs: one's own, and those of the companies one owns."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor, system
from trueup.base.problems import NotFound
from trueup.jobs.models import Job, JobRow, JobState, Outcome
from trueup.tenancy.queries import actor_of

OWNERS = Permission.COMPANIES_MANAGE
"""Only an owner has it."""


def jobs_visible_to(*, actor: Actor) -> QuerySet[Job]:
    """Jobs the actor asked for in companies it still belongs to, and all jobs of the companies it owns."""
    within = actor.companies(Permission.COMPANIES_VIEW)
    owned = actor.companies(OWNERS)
    found: QuerySet[Job] = Job.objects.select_related("company", "batch")
    if within is not None:
        found = found.filter(company_id__in=within)
    if owned is not None:
        mine = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=())
        found = found.filter(mine | Q(company_id__in=owned))
    return found


def job_for(*, actor: Actor, job_id: int) -> Job:
    """One job; a stranger's is not found."""
    job = jobs_visible_to(actor=actor).filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no job %(job_id)s.") % {"job_id": job_id})
    return job


def rows_of(*, actor: Actor, job_id: int, left_out: bool = False) -> QuerySet[JobRow]:
    """The rows of a job in their order; only those that were not carried out where ``left_out`` is asked for."""
    rows: QuerySet[JobRow] = JobRow.objects.filter(job=job_for(actor=actor, job_id=job_id))
    if left_out:
        rows = rows.filter(outcome__in=(Outcome.REFUSED, Outcome.LEFT, Outcome.UNCHANGED, Outcome.WAITING))
    return rows.order_by("position")


def jobs_left_lying(*, before: datetime) -> list[int]:
    """Jobs neither over nor begun lately: their process may have died with nobody to retry it."""
    lying = Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING), asked_at__lt=before)
    return list(lying.order_by("pk").values_list("pk", flat=True))


def asker_of(*, job: Job) -> Actor:
    """Whoever asked, with the rights of today, looking at the job's company only."""
    if job.user is None:
        return system(job.asked_by, via="job").narrowed_to(job.company_id)
    if not job.user.is_active:
        return Actor(name=job.asked_by, user_id=job.user_id, via="job")
    return actor_of(user=job.user, via="job").narrowed_to(job.company_id)
