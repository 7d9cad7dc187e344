"""Two counting runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from trueup.api.lists import json_answer, money_as_json
from trueup.api.requests import actor_in
from trueup.base.access import Permission
from trueup.compliance.comparing import compare_runs, run_before, subjects_named
from trueup.compliance.queries import run_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.comparing import Difference
    from trueup.compliance.models import Position, Run

router = Router(tags=["positions"])
MOST_NUMBER = 2**63 - 1
FIGURES = (
    "entitled",
    "required_low",
    "required_high",
    "short",
    "spare",
    "lent",
    "borrowed",
    "unfit",
    "exempt",
)


@router.get(
    "/runs/{int:run_id}/changes/",
    response=dict[str, Any],
    summary="What a run found otherwise than an earlier one",
)
def get_changes(
    request: HttpRequest, run_id: int, since: Annotated[int | None, Field(ge=1, le=MOST_NUMBER)] = None
) -> HttpResponse:
    """Each position that differs, with the purchase, device, person, term or right behind; ``since`` is the earlier run, else
    the one before.
    """
    actor = actor_in(request)
    if since is None:
        since = run_before(actor=actor, run=run_for(actor=actor, run_id=run_id)).pk
    found = compare_runs(actor=actor, earlier_id=since, later_id=run_id, home=settings.HOME)
    names = subjects_named(actor=actor, comparison=found)
    body = {
        "earlier": _run(found.earlier),
        "later": _run(found.later),
        "same": found.same,
        "has_evidence": found.has_evidence,
        "differences": [_difference(actor, one, names) for one in found.differences],
    }
    return json_answer(body)


def _run(run: Run) -> dict[str, Any]:
    names = ("as_of", "finished_at", "terms_version", "code_version", "result_hash")
    return {"id": run.pk, **{name: getattr(run, name) for name in names}}


def _difference(actor: Actor, one: Difference, names: dict[tuple[str, int], str]) -> dict[str, Any]:
    position = one.position
    sees_prices = actor.may(Permission.PRICES_VIEW, position.company_id)
    return {
        "company": position.company_id,
        "product": {"id": position.product_id, "name": position.product.name},
        "edition": position.edition_id,
        "metric": position.metric,
        "earlier": _side(one.earlier, sees_prices=sees_prices),
        "later": _side(one.later, sees_prices=sees_prices),
        "causes": [
            {
                "kind": cause.kind,
                "side": cause.side,
                "label": names.get((cause.record_kind, cause.record_id or 0), cause.label),
                "was": cause.was,
                "now": cause.now,
                "units": cause.units,
                "record": cause.record_id and {"kind": cause.record_kind, "id": cause.record_id},
            }
            for cause in one.causes
            if cause.kind != "price" or sees_prices
        ],
    }


def _side(position: Position | None, *, sees_prices: bool) -> dict[str, Any] | None:
    if position is None:
        return None
    body = {"position": position.pk, "state": position.state, "unlimited": position.unlimited}
    body |= {name: getattr(position, name) for name in FIGURES}
    return body | ({"exposure": money_as_json(position.exposure, position.currency)} if sees_prices else {})
