"""`trueup runs …`: start a counting run, look at runs and positions, prove a run again."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from trueup.cli.database import with_database

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.models import Position, Run

as_json = click.option("--json", "is_json", is_flag=True, help="Write JSON.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def runs() -> None:
    """Counting runs: start, list, show, verify."""


@runs.command()
@click.option("--company", help="Name of one company; all of them otherwise.")
@click.option("--as-of", "as_of", type=DAY, help="The day to count for; today otherwise.")
@as_json
@with_database
def start(*, company: str | None, as_of: Any, is_json: bool) -> None:
    """Freeze the facts of a day and count them now."""
    from django.conf import settings
    from django.utils import timezone

    from trueup.compliance.actions import carry_out_run, start_run
    from trueup.tenancy.queries import company_named

    actor = _actor()
    company_id = company_named(actor=actor, name=company).pk if company else None
    day = as_of.date() if as_of else timezone.localdate()
    run = start_run(actor=actor, company_id=company_id, as_of=day, at=timezone.now(), in_background=False)
    carry_out_run(
        run_id=run.pk,
        home=settings.HOME,
        library=settings.LIBRARY,
        clock=timezone.now,
        engine=settings.ENGINE,
    )
    _show(actor, run.pk, is_json=is_json)


@runs.command(name="list")
@click.option("--limit", default=20, show_default=True, help="How many.")
@as_json
@with_database
def list_(*, limit: int, is_json: bool) -> None:
    """Runs, latest first."""
    from trueup.compliance.queries import runs_visible_to

    found = [_facts(run) for run in runs_visible_to(actor=_actor())[:limit]]
    if is_json:
        _write(found)
        return
    for run in found:
        click.echo(f"{run['id']:>6}  {run['as_of']}  {run['state']:<8} {run['company'] or 'all companies'}")
    if not found:
        click.echo("No run yet. `trueup runs start` makes the first.")


@runs.command()
@click.argument("run_id", type=int)
@as_json
@with_database
def show(*, run_id: int, is_json: bool) -> None:
    """A run and the positions it found."""
    _show(_actor(), run_id, is_json=is_json)


@runs.command()
@click.argument("run_id", type=int)
@as_json
@with_database
def verify(*, run_id: int, is_json: bool) -> None:
    """Count a run again from its frozen facts; exit code 1 when the numbers differ."""
    from django.conf import settings

    from trueup.compliance.actions import verify_run

    verdict = verify_run(actor=_actor(), run_id=run_id, home=settings.HOME, engine=settings.ENGINE)
    if is_json:
        _write({"run": run_id, "holds": verdict.holds, "stored": verdict.stored_hash,
                "counted": verdict.counted_hash, "trouble": verdict.trouble})  # fmt: skip
    elif verdict.holds:
        click.echo(
            f"Run {run_id} holds: its frozen facts give the stored numbers ({verdict.stored_hash[:16]})."
        )
    else:
        reason = (
            verdict.trouble
            or f"the facts give {verdict.counted_hash[:16]}, stored is {verdict.stored_hash[:16]}"
        )
        click.echo(f"Run {run_id} does not hold: {reason}.", err=True)
    sys.exit(0 if verdict.holds else 1)


def _actor() -> Actor:
    from trueup.base.actor import system

    return system("trueup runs", via="command")


def _show(actor: Actor, run_id: int, *, is_json: bool) -> None:
    from trueup.compliance.queries import positions_visible_to, run_for

    run = run_for(actor=actor, run_id=run_id)
    positions = positions_visible_to(actor=actor, run_id=run_id).select_related(
        "company", "product__publisher", "edition"
    )
    found = [_position(one) for one in positions.order_by("company__name", "product__name", "question")]
    if is_json:
        _write({**_facts(run), "positions": found})
    else:
        _print(run, found)
    sys.exit(1 if run.state == "failed" else 0)


def _print(run: Run, found: list[dict[str, Any]]) -> None:
    click.echo(f"Run {run.pk} for {run.as_of}: {run.get_state_display().lower()}.")
    if run.trouble:
        click.echo(run.trouble, err=True)
    for one in found:
        name = " ".join(filter(None, (one["product"], one["edition"])))
        required = one["required"] or "unknown"
        entitled = "unlimited" if one["unlimited"] else one["entitled"]
        click.echo(
            f"{one['company']:<20} {name:<40} {one['state']:<12} {entitled:>10} entitled {required:>12} required"
        )


def _facts(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "company": run.company.name if run.company else None,
        "as_of": run.as_of.isoformat(),
        "state": run.state,
        "started_at": run.started_at and run.started_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(),
        "facts": run.facts,
        "manifest_hash": run.manifest_hash,
        "result_hash": run.result_hash,
        "terms_version": run.terms_version,
        "code_version": run.code_version,
        "trouble": run.trouble,
    }


def _position(one: Position) -> dict[str, Any]:
    return {
        "id": one.pk,
        "company": one.company.name,
        "publisher": one.product.publisher.name,
        "product": one.product.name,
        "edition": one.edition.name if one.edition else None,
        "metric": one.metric,
        "state": one.state,
        "entitled": _number(one.entitled),
        "unlimited": one.unlimited,
        "required": _range(one),
        "short": _number(one.short),
        "spare": _number(one.spare),
        "exposure": None if one.exposure is None else f"{one.exposure:f}",
        "currency": one.currency,
        "reason": one.reason,
    }


def _range(one: Position) -> str | None:
    if one.required_low is None:
        return None
    if one.required_point is not None:
        return _number(one.required_point)
    high = _number(one.required_high)
    return (
        f"{_number(one.required_low)} or more" if high is None else f"{_number(one.required_low)} to {high}"
    )


def _number(value: Any) -> str | None:
    return (
        None
        if value is None
        else f"{value:f}".rstrip("0").rstrip(".")
        if "." in f"{value:f}"
        else f"{value:f}"
    )


def _write(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
