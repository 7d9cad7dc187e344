"""Starting a counting run, carrying it out, and proving it again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from estate import Frozen, Tampered, verify
from estate.freeze import NotFrozen
from estate.problems import EstateProblem
from licensing.problems import LicensingProblem
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, Invalid
from trueup.compliance.counting import Counting, count, folder_of
from trueup.compliance.freezing import freeze_facts
from trueup.compliance.holdings import holdings_of
from trueup.compliance.models import Run, RunState
from trueup.compliance.queries import EvidenceGone, run_for
from trueup.compliance.reading import Scope
from trueup.compliance.storing import store_results
from trueup.tenancy.models import Company
from trueup.tenancy.queries import company_for

CARRY_OUT = "compliance.carry_out_run"
LOCK = 7_201_965  # with the run's id: one process carries out a run, and a killed one lets go
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


class NothingToCount(Invalid):
    """The run would be about no company."""


class DayAhead(Invalid):
    """Facts of a day to come are not known."""


class RunNotDone(Conflict):
    """Only a finished run can be proved."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What proving a run again gave: both hashes, equal or not, and what was found wrong before counting."""

    run_id: int
    stored_hash: str
    counted_hash: str
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Whether the frozen facts are untouched and give the stored numbers."""
        return not self.trouble and self.stored_hash == self.counted_hash


def start_run(
    *, actor: Actor, company_id: int | None, as_of: date, at: datetime, in_background: bool = True
) -> Run:
    """Ask for a run over one company, or (None) over all; the worker carries it out unless the caller will."""
    if as_of > at.astimezone(UTC).date():
        raise DayAhead.of(
            "as_of",
            _("%(as_of)s lies ahead: facts are known up to %(at)s.") % {"as_of": as_of, "at": at.date()},
        )
    company_ids = _scope(actor, company_id)
    with transaction.atomic():
        run: Run = Run.objects.create(
            company_id=company_id, company_ids=company_ids, as_of=as_of, asked_by=actor.name, asked_at=at
        )
        for one in company_ids:
            happening = Happening("compliance.run_started", "run", run.pk, f"Run {run.pk}", {"as_of": as_of})
            record(actor=actor, company_id=one, at=at, happening=happening)
        if in_background:
            carry_out_soon(run_id=run.pk)
    return run


def carry_out_soon(*, run_id: int) -> None:
    """Ask the worker to carry a run out; one run at a time, for each takes the whole machine."""
    app.configure_task(CARRY_OUT, lock="compliance").defer(run_id=run_id)


def _scope(actor: Actor, company_id: int | None) -> list[int]:
    if company_id is not None:
        return [company_for(actor=actor, company_id=company_id, permission=Permission.RUNS_START).pk]
    actor.require_everywhere(Permission.RUNS_START)
    ids = list(Company.objects.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
    if not ids:
        raise NothingToCount(_("There is no company to count yet. Make one with `trueup company create`."))
    return ids


def carry_out_run(*, run_id: int, home: Path, library: Path, clock: Clock, engine: str = "duckdb") -> bool:
    """Freeze, count and store one waiting run; false if it is done or another process is at it.

    ``engine`` is the address of what reduces facts to shapes (``TRUEUP_ENGINE``).
    Trouble is kept on the run, for people to read. A run whose process was killed begins again.
    """
    with _alone(run_id) as alone:
        run = Run.objects.filter(pk=run_id).exclude(state__in=(RunState.DONE, RunState.FAILED)).first()
        if run is None or not alone:
            return False
        Run.objects.filter(pk=run_id).update(state=RunState.RUNNING, started_at=clock())
        try:
            frozen = _freeze(run, home=home, library=library, at=clock())
            _finish(run, frozen, count(frozen=frozen, on=run.as_of, engine=engine), at=clock())
        except (EstateProblem, LicensingProblem, ValueError, OSError, KeyError) as trouble:
            log.exception("run %s failed", run_id)
            Run.objects.filter(pk=run_id).update(
                state=RunState.FAILED, finished_at=clock(), trouble=f"{type(trouble).__name__}: {trouble}"
            )
    return True


@contextmanager
def _alone(run_id: int) -> Iterator[bool]:
    """Whether this process is the only one at the run; the server lets go when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run_id])
        (got,) = cursor.fetchone() or (False,)
        try:
            yield bool(got)
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run_id])


def _freeze(run: Run, *, home: Path, library: Path, at: datetime) -> Frozen:
    folder = folder_of(home, run.pk)
    if folder.exists():  # a process was killed here; nothing refers to what it left
        shutil.rmtree(folder)
    end_of_day = datetime.combine(run.as_of + timedelta(days=1), time.min, tzinfo=UTC)
    scope = Scope(company_id=run.company_id, day=run.as_of, moment=min(at, end_of_day))
    return freeze_facts(scope=scope, folder=folder, library=library, at=at)


def _finish(run: Run, frozen: Frozen, counting: Counting, *, at: datetime) -> None:
    holdings = holdings_of(frozen)
    with transaction.atomic():
        store_results(
            run=run, results=counting.results, holdings=holdings, company_ids=run.company_ids, at=at
        )
        Run.objects.filter(pk=run.pk).update(
            state=RunState.DONE,
            finished_at=at,
            facts={table.name: table.rows for table in frozen.tables},
            manifest_hash=frozen.manifest_hash,
            facts_hash=frozen.facts_hash,
            terms_version=frozen.terms_version,
            code_version=frozen.code_version,
            result_hash=counting.result_hash,
        )


def verify_run(*, actor: Actor, run_id: int, home: Path, engine: str = "duckdb") -> Verdict:
    """Count a run again from its frozen facts and terms and compare with what was stored."""
    run = run_for(actor=actor, run_id=run_id)
    if run.state != RunState.DONE:
        raise RunNotDone(
            _("Run %(run_id)s is %(state)s: only a finished run can be proved.")
            % {"run_id": run_id, "state": run.get_state_display().lower()}
        )
    folder = folder_of(home, run_id)
    try:
        frozen = verify(folder, manifest_hash=run.manifest_hash)
    except NotFrozen as gone:
        raise EvidenceGone(
            _("The frozen facts of run %(run_id)s are not in %(folder)s.")
            % {"run_id": run_id, "folder": folder.parent}
        ) from gone
    except Tampered as changed:
        return Verdict(run_id, run.result_hash, "", str(changed))
    return Verdict(run_id, run.result_hash, count(frozen=frozen, on=run.as_of, engine=engine).result_hash)
