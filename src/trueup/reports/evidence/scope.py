"""Which positions of a run are shown as evidence, and the frozen facts behind them. Evidence is written in English, like
workings and the audit log: who checks it later may read another language than who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from estate import Frozen
from estate.freeze import NotFrozen, read_manifest
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.catalogue.details import publisher_for
from trueup.compliance.counting import folder_of
from trueup.compliance.models import Position, Run, RunState
from trueup.compliance.queries import EvidenceGone, positions_visible_to, run_for
from trueup.reports.lists import exporting


@dataclass(frozen=True, slots=True)
class Scope:
    """A finished run, the positions of it that are shown, and its frozen facts."""

    actor: Actor
    run: Run
    publisher: str
    positions: Sequence[Position]
    frozen: Frozen

    def sees_prices(self, position: Position) -> bool:
        """Whether money may stand beside a position."""
        return self.actor.may(Permission.PRICES_VIEW, position.company_id)

    @property
    def company_ids(self) -> list[int]:
        """The companies whose positions are shown."""
        return sorted({one.company_id for one in self.positions})

    @property
    def product_ids(self) -> list[int]:
        """Their products."""
        return sorted({one.product_id for one in self.positions})


def scope_of(*, actor: Actor, run_id: int, home: Path, publisher_id: int | None = None) -> Scope:
    """The positions of a run, of one publisher or all, in the companies of which the actor may export.

    Raises NotFound, NotAllowed, InvalidValue where the run is not finished, EvidenceGone where its facts are gone.
    """
    actor = exporting(actor)
    run = run_for(actor=actor, run_id=run_id)
    if run.state != RunState.DONE:
        raise InvalidValue.of("run", _("Run %(run_id)s is not finished.") % {"run_id": run.pk})
    rows = positions_visible_to(actor=actor, run_id=run.pk)
    publisher = "" if publisher_id is None else publisher_for(actor=actor, publisher_id=publisher_id).name
    if publisher_id is not None:
        rows = rows.filter(product__publisher_id=publisher_id)
    rows = rows.select_related("product__publisher", "edition", "company").order_by(
        "company__name", "product__name", "question"
    )
    folder = folder_of(home, run.pk)
    try:
        frozen = read_manifest(folder)
    except NotFrozen as gone:
        words = _("The frozen facts of run %(run_id)s are not in %(folder)s.")
        raise EvidenceGone(words % {"run_id": run.pk, "folder": folder.parent}) from gone
    return Scope(actor, run, publisher, list(rows), frozen)
