"""The page that sets two runs side by side, and the list of runs it is reached from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.compliance.columns import RUNS
from trueup.compliance.comparing import compare_runs, run_before, subjects_named
from trueup.compliance.queries import run_for
from trueup.reports.comparison import KINDS, comparison_table, what_of
from trueup.reports.lists import exporting
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.exports import file_answer
from trueup.web.kit.figures import signed, units
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.comparing import Comparison, Difference

SHOWN, SHOWN_CAUSES = 50, 40


def _as_of(row: Mapping[str, Any]) -> dict[str, Any]:
    done = row["state"] == "done"
    return {
        "text": row["as_of"].isoformat(),
        "url": reverse("run_changes", args=[row["id"]]) if done else "",
        "sub": row["trouble"] or "",
    }


LOOK = Look(
    noun=gettext_lazy("runs"),
    icon="calculator",
    placeholder=gettext_lazy("Company or who asked"),
    nothing_title=gettext_lazy("No run yet"),
    nothing_text=gettext_lazy("Runs are made each night, and when somebody asks on the page of positions."),
    missing={"company": gettext_lazy("all companies"), "finished_at": gettext_lazy("not yet")},
    special={"as_of": Special("text", _as_of)},
    views=(View(gettext_lazy("All")), View(gettext_lazy("Done"), "state=done")),
)


@page(Permission.RUNS_VIEW)
def runs(request: HttpRequest) -> HttpResponseBase:
    """Every run, latest first; a finished one leads to what it found otherwise than the one before."""
    return list_page(request, RUNS, LOOK, extra={"active": "position"})


@page(Permission.RUNS_VIEW)
def changes(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """What a run found otherwise than an earlier one: the one before it, or that of `since`."""
    actor = actor_in(request)
    later = run_for(actor=actor, run_id=run_id)
    given = request.GET.get("since", "")
    if given and not (given.isascii() and given.isdigit() and len(given) <= 18):  # noqa: PLR2004  # a number the database can hold
        raise InvalidValue.of("since", _("“%(given)s” is no run.") % {"given": given})
    since = int(given) if given else run_before(actor=actor, run=later).pk
    asker = exporting(actor) if request.GET.get("format") else actor
    found = compare_runs(actor=asker, earlier_id=since, later_id=run_id, home=settings.HOME)
    if request.GET.get("format"):
        return file_answer(request, comparison_table(actor=asker, comparison=found), "changes")
    return _shown(request, actor, found)


def _shown(request: HttpRequest, actor: Actor, found: Comparison) -> HttpResponse:
    names = subjects_named(actor=actor, comparison=found)
    query = f"?since={found.earlier.pk}"
    context = {
        "comparison": found,
        "summary": _summary(found),
        "cards": [_card(place, one, names, actor) for place, one in enumerate(found.differences[:SHOWN])],
        "shown": min(SHOWN, len(found.differences)),
        "exports": [(name, f"{query}&format={name.lower()}") for name in ("XLSX", "CSV", "PDF", "JSON")],
        "may_export": actor.may_somewhere(Permission.EXPORTS_RUN),
        "active": "position",
    }
    return render(request, "positions/changes.html", context)


def _summary(found: Comparison) -> Table:
    columns = [
        Column("product", _("Product"), "who"),
        Column("entitled", _("Entitled"), align="end"),
        Column("required", _("Required"), align="end"),
        Column("gap", _("Position"), align="end"),
    ]
    rows = [
        {
            "id": place,
            "product": {
                "name": _name(one),
                "meta": one.position.company.name,
                "url": address_of("position", one.position.pk),
                "of": one.position.product.name,
            },
            "entitled": _from_to(one, "entitled"),
            "required": _from_to(one, "required_low"),
            "gap": f"{_gap(one.earlier)} → {_gap(one.later)}",
        }
        for place, one in enumerate(found.differences[:SHOWN])
    ]
    return Table(_("What differs"), columns, rows=rows, id="changes")


def _name(one: Difference) -> str:
    edition = one.position.edition
    return f"{one.position.product.name} {edition.name if edition else ''}".strip()


def _from_to(one: Difference, name: str) -> str:
    was, now = (
        _("none")
        if side is None
        else _("unknown")
        if getattr(side, name) is None
        else units(getattr(side, name))
        for side in (one.earlier, one.later)
    )
    return was if was == now else f"{was} → {now}"


def _gap(side: Any) -> str:
    if side is None:
        return _("none")
    if side.spare is None or side.short is None:
        return _("unknown")
    return str(signed(side.spare - side.short))


def _card(place: int, one: Difference, names: dict[tuple[str, int], str], actor: Actor) -> dict[str, Any]:
    sees_prices = actor.may(Permission.PRICES_VIEW, one.position.company_id)
    causes = [cause for cause in one.causes if cause.kind != "price" or sees_prices]
    columns = [
        Column("what", _("Cause")),
        Column("was", _("Was"), missing=_("not there")),
        Column("now", _("Is"), missing=_("not there")),
        Column("units", _("Units"), align="end", missing=" "),
    ]
    rows = [
        {
            "id": number,
            "what": {
                "text": what_of(cause, names) or str(KINDS[cause.kind]),
                "sub": str(KINDS[cause.kind]) if what_of(cause, names) else "",
                "url": address_of(cause.record_kind, cause.record_id),
            },
            "was": cause.was or None,
            "now": cause.now or None,
            "units": None if cause.units is None else signed(cause.units),
        }
        for number, cause in enumerate(causes[:SHOWN_CAUSES])
    ]
    table = Table(_name(one), columns, rows=rows, id=f"causes-{place}")
    return {"title": _name(one), "id": f"card-{place}", "table": table, "more": len(causes) - len(rows)}
