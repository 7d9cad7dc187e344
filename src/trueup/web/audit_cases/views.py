"""Software audits: the list, opening and planning one, its lines to be settled, its findings on screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.audit_cases.actions import CaseTerms, close_audit, open_audit, plan_audits, settle_lines
from trueup.audit_cases.carrying_out import CARRY_OUT
from trueup.audit_cases.columns import AUDIT_CASES, AUDIT_LINES
from trueup.audit_cases.paper import findings_file
from trueup.audit_cases.queries import audit_case_for, figures_of, plan_of
from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.base.selection import Selection, chosen_rows
from trueup.web.audit_cases.looks import CASES_LOOK, LINES_LOOK
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.figures import units
from trueup.web.kit.lists import list_page
from trueup.web.kit.refusals import save_form

if TYPE_CHECKING:
    from trueup.audit_cases.models import AuditCase

SEEN, OPENS, SETTLES = Permission.RUNS_VIEW, Permission.RUNS_START, Permission.LICENCES_CHANGE
BOTH = ("GET", "HEAD", "POST")
STEPS = dict(AUDIT_LINES.column("step").choices)  # type: ignore[union-attr]  # the register has it
VERBS = (
    ("buy", gettext_lazy("To be bought"), "receipt"),
    ("remove", gettext_lazy("To be uninstalled"), "trash-2"),
    ("accept", gettext_lazy("Accept"), "check"),
    ("assign", gettext_lazy("Assign a unit"), "key-round"),
)
CADENCES = (
    ("", gettext_lazy("Only when somebody asks")),
    ("monthly", gettext_lazy("Every month")),
    ("quarterly", gettext_lazy("Every quarter")),
    ("yearly", gettext_lazy("Every year")),
)


class OpenForm(forms.Form):
    """Which day, and of whose products."""

    as_of = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput)
    publisher = forms.IntegerField(
        label=gettext_lazy("Publisher"), required=False, min_value=1,
        help_text=gettext_lazy("Its number, for an audit of one publisher; empty for all"),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)


class PlanForm(forms.Form):
    """How often the audit opens by itself."""

    cadence = forms.ChoiceField(label=gettext_lazy("How often"), choices=CADENCES, required=False)


@page(SEEN)
def audits(request: HttpRequest) -> HttpResponseBase:
    """All of them, the latest first."""
    extra = {"may_open": actor_in(request).may_somewhere(OPENS), "active": "audits"}
    return list_page(request, AUDIT_CASES, CASES_LOOK, template="audit_cases/list.html", extra=extra)


@page(OPENS, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Audit a company: one button, and the steps are carried out."""
    back = reverse("audits")
    company, choice = choose_for(request, OPENS, title=_("Audit"), back=back)
    if company is None:
        return choice
    actor = actor_in(request)

    def act(values: Mapping[str, Any]) -> str:
        terms = CaseTerms(values["as_of"], values["publisher"], values["name"])
        made = open_audit(actor=actor, company_id=company.pk, terms=terms, deed=CARRY_OUT, at=timezone.now())
        messages.success(request, _("The audit is being made"))
        return reverse("audit", args=[made.pk])

    context = _form_context(_("Audit"), company.name, _("Audit"))
    form = OpenForm(request.POST or None, initial={"as_of": timezone.localdate()})
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(OPENS, methods=BOTH)
def plan(request: HttpRequest) -> HttpResponse:
    """Let the audit of a company open by itself."""
    back = reverse("audits")
    company, choice = choose_for(request, OPENS, title=_("Plan audits"), back=back)
    if company is None:
        return choice
    actor = actor_in(request)
    standing = plan_of(actor=actor, company_id=company.pk)

    def act(values: Mapping[str, Any]) -> str:
        plan_audits(
            actor=actor, company_id=company.pk, cadence=values["cadence"], at=timezone.now(), on=timezone.localdate()
        )  # fmt: skip
        messages.success(request, _("Saved"))
        return back

    form = PlanForm(request.POST or None, initial={"cadence": standing.cadence if standing else ""})
    context = _form_context(_("Plan audits"), company.name, _("Save"))
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


def _form_context(title: str, company: str, verb: str) -> dict[str, Any]:
    back = reverse("audits")
    trail = [(_("Software audits"), back)]
    return {"title": title, "meta": company, "verb": verb, "back": back, "trail": trail, "active": "audits"}


@page(SEEN)
def audit(request: HttpRequest, case_id: int) -> HttpResponseBase:
    """One audit: its evidence, what each step found, and its lines."""
    actor = actor_in(request)
    found = audit_case_for(actor=actor, case_id=case_id)
    figures = figures_of(case=found)
    may_settle = (
        actor.may(SETTLES, found.company_id) and found.closed_at is None and bool(found.evidence_hash)
    )
    extra: dict[str, Any] = {
        "case": found,
        "steps": [(label, figures[key]) for key, label in STEPS.items() if key in figures],
        "may_settle": may_settle,
        "may_read": actor.may(Permission.EXPORTS_RUN, found.company_id)
        and actor.may(Permission.PRICES_VIEW, found.company_id),
        "export_url": f"{reverse('licences_archive')}?company={found.company_id}"
        if actor.may(Permission.EXPORTS_RUN, found.company_id)
        else "",
        "active": "audits",
    }
    if may_settle:
        extra["bulk"] = {
            "label": _("How the chosen lines are settled"), "back": request.get_full_path(), "query": "",
            "actions": [
                {"label": label, "icon": icon, "url": reverse("audit_settle", args=[found.pk, key])}
                for key, label, icon in VERBS
            ],
        }  # fmt: skip
    return list_page(
        request, replace(AUDIT_LINES, title=found.name), LINES_LOOK, template="audit_cases/case.html", extra=extra,
        case_id=found.pk,
    )  # fmt: skip


@page(SEEN, methods=("POST",))
def settle(request: HttpRequest, case_id: int, settlement: str) -> HttpResponse:
    """Settle the chosen lines."""
    actor, sent = actor_in(request), request.POST
    found = audit_case_for(actor=actor, case_id=case_id)
    ids = tuple(int(one) for one in sent.getlist("selected") if one.isascii() and one.isdigit())
    selection = Selection(ids, sent.get("query", ""), everything=sent.get("all") == "1")
    licence = sent.get("licence", "")
    try:
        rows = chosen_rows(AUDIT_LINES, actor=actor, selection=selection, case_id=found.pk)
        number, troubles = settle_lines(
            actor=actor, case_id=found.pk, line_ids=[pk for pk, _company in rows], settlement=settlement,
            note=sent.get("note", ""), licence_id=int(licence) if licence.isascii() and licence.isdigit() else None,
            at=timezone.now(), on=timezone.localdate(),
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        if number:
            words = ngettext("%(n)s line settled", "%(n)s lines settled", number) % {"n": units(number)}
            messages.success(request, words)
        for trouble in troubles[:5]:
            messages.error(request, trouble)
    return redirect(_back(request, found))


@page(SETTLES, methods=("POST",))
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close it: nothing of it changes any more."""
    try:
        close_audit(actor=actor_in(request), case_id=case_id, at=timezone.now())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("Audit closed"))
    return redirect("audit", case_id)


@page(SEEN)
def findings(request: HttpRequest, case_id: int) -> HttpResponse:
    """The findings with every line, as PDF or HTML."""
    form = "html" if request.GET.get("format") == "html" else "pdf"
    name, kind, content = findings_file(actor=actor_in(request), case_id=case_id, form=form)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _back(request: HttpRequest, found: AuditCase) -> str:
    wanted = request.POST.get("back", "")
    known = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if known and wanted.startswith("/") else reverse("audit", args=[found.pk])
