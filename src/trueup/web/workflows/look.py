"""What workflows look like: badges, and their steps as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assignments.holding import holder_of, name_of
from trueup.licences.metrics import noun
from trueup.web.kit.list_cells import address_of
from trueup.web.kit.tables import Column, Table
from trueup.workflows.planning import CHOICES

if TYPE_CHECKING:
    from trueup.workflows.models import WorkflowStep

STATES: Final[Mapping[str, tuple[Any, str, str]]] = {
    "open": (gettext_lazy("Open"), "warn", "clock"),
    "done": (gettext_lazy("Done"), "good", "circle-check"),
    "cancelled": (gettext_lazy("Dropped"), "", "ban"),
}
OUTCOMES: Final[Mapping[str, tuple[Any, str, str]]] = {
    "waiting": (gettext_lazy("To do"), "", "clock"),
    "done": (gettext_lazy("Done"), "good", "circle-check"),
    "short": (gettext_lazy("Short"), "bad", "circle-alert"),
    "left": (gettext_lazy("Left as it is"), "", "minus"),
}
WORDS: Final[Mapping[str, Any]] = {
    "give": gettext_lazy("Assign"),
    "move": gettext_lazy("Hand on"),
    "release": gettext_lazy("Release"),
    "burn": gettext_lazy("Release; not deactivated, so burnt"),
    "keep": gettext_lazy("Leave as it is"),
    "stock": gettext_lazy("Returned, into stock"),
    "retire": gettext_lazy("Returned, out of use"),
    "missing": gettext_lazy("Not returned"),
}
DOES: Final[Mapping[str, Any]] = {
    "give": gettext_lazy("Assign"),
    "move": gettext_lazy("Hand on"),
    "release": gettext_lazy("Release"),
    "return": gettext_lazy("Return"),
}


def badge_of(known: Mapping[str, tuple[Any, str, str]], key: str) -> dict[str, Any]:
    """The badge of a state or an outcome."""
    label, tone, icon = known[key]
    return {"label": label, "tone": tone, "icon": icon}


def asked_steps(steps: Sequence[WorkflowStep]) -> list[dict[str, Any]]:
    """The steps of an open workflow, each with what can be said of it."""
    return [
        {
            "id": step.pk,
            "name": step_name(step),
            "about": _about(step),
            "does": DOES[step.does],
            "is_required": step.is_required,
            "why": step.why_asked,
            "choices": [(key, WORDS[key]) for key in _choices(step)],
            "choice": step.choice,
        }
        for step in steps
    ]


def _choices(step: WorkflowStep) -> Sequence[str]:
    """Only units that have to be deactivated can be said to be not."""
    needs = step.licence is not None and step.licence.units_on_release == "deactivate"
    return [key for key in CHOICES[step.does] if key != "burn" or needs]


def step_name(step: WorkflowStep) -> str:
    """What a step is about: a product, or a device."""
    if step.product is not None:
        return str(step.product.name)
    return "" if step.device is None else str(step.device.hostname)


def _about(step: WorkflowStep) -> str:
    """Who holds it, and how much."""
    holder = "" if step.assignment is None else name_of(holder_of(step.assignment))
    units = "" if step.units is None else _units(step)
    return " · ".join(part for part in (holder, units) if part)


def _units(step: WorkflowStep) -> str:
    metric = step.licence.metric if step.licence is not None else ""
    return f"{step.units} {noun(metric, step.units)}"


def result_table(steps: Sequence[WorkflowStep]) -> Table:
    """What became of each step."""
    columns = [
        Column("what", _("What")),
        Column("does", _("Step"), low=True),
        Column("holder", _("Holder"), missing=_("nobody"), low=True),
        Column("outcome", _("Outcome"), "badge"),
        Column("detail", _("Note"), low=True, missing=""),
    ]
    rows = [
        {
            "id": step.pk,
            "what": {
                "text": step_name(step),
                "url": _url(step),
                "sub": "" if step.units is None else _units(step),
            },
            "does": str(WORDS.get(step.choice) or DOES[step.does]),
            "holder": name_of(holder_of(step.assignment)) if step.assignment is not None else None,
            "outcome": badge_of(OUTCOMES, step.outcome),
            "detail": step.detail or None,
        }
        for step in steps
    ]
    return Table(_("Steps"), columns, rows=rows, id="steps")


def _url(step: WorkflowStep) -> str:
    if step.licence_id is not None:
        return address_of("licence", step.licence_id)
    if step.product_id is not None:
        return address_of("product", step.product_id)
    return address_of("device", step.device_id)


def freed_table(steps: Sequence[WorkflowStep], *, may_assign: bool, may_plan: bool) -> Table | None:
    """The units that came free: how many, of what, from when on fewer can be paid for, and what to do with them (R-150)."""
    freed = [step for step in steps if step.facts.get("units") and not step.facts.get("is_burnt")]
    if not freed:
        return None
    columns = [
        Column("licence", _("Licence")),
        Column("units", _("Units"), "number"),
        Column("term", _("Kind"), low=True),
        Column("reducible", _("Fewer can be paid for from"), "day", missing=_("bought for good")),
        Column("waiting", _("Waiting list"), "number", missing=_("nobody waits")),
        Column("acts", _("Actions"), "actions", hidden_label=True),
    ]
    rows = [_freed_row(step, may_assign=may_assign, may_plan=may_plan) for step in freed]
    return Table(_("Freed units"), columns, rows=rows, id="freed")


def _waiting(step: WorkflowStep) -> dict[str, Any] | None:
    """How many wait for units of the licence still; whoever could be served was served when they came free."""
    if step.licence is None or not step.licence.waiting:
        return None
    return {"value": step.licence.waiting, "url": reverse("licence_tab", args=[step.licence_id, "waiting"])}


def _freed_row(step: WorkflowStep, *, may_assign: bool, may_plan: bool) -> dict[str, Any]:
    facts = step.facts
    day = facts.get("reducible_on")
    acts = []
    if may_assign:
        kind = "person" if step.assignment is not None and step.assignment.person_id else "device"
        acts.append({"label": _("Assign"), "url": reverse("assign", args=[facts["licence"], kind])})
    if may_plan and facts.get("is_subscription"):
        label = _("Planned: fewer at the renewal") if "plan" in facts else _("Fewer at the renewal…")
        acts.append({"label": label, "url": reverse("workflow_reduce", args=[step.workflow_id, step.pk])})
    return {
        "id": step.pk,
        "licence": {"text": facts["name"], "url": address_of("licence", facts["licence"])},
        "units": {"value": facts["units"], "unit": noun(facts["metric"], facts["units"])},
        "term": _("Subscription") if facts.get("is_subscription") else _("Perpetual"),
        "reducible": None if day is None else date.fromisoformat(day),
        "waiting": _waiting(step),
        "acts": acts,
    }
