"""The wizard, page by page. Every step works without script and reads the file again: nothing shown is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.connectors.spreadsheet.applying import apply_import
from trueup.connectors.spreadsheet.importing import IMPORT, rows_of
from trueup.connectors.spreadsheet.plan import Outcome
from trueup.connectors.spreadsheet.planning import plan_import
from trueup.connectors.spreadsheet.questions import questions
from trueup.connectors.spreadsheet.reading import read_file
from trueup.connectors.spreadsheet.sheets import MAX_BYTES
from trueup.connectors.spreadsheet.undoing import import_for, imports_visible_to, undo_import
from trueup.connectors.spreadsheet.uploads import answer_upload, drop_upload, keep_upload, upload_of
from trueup.jobs.actions import ask_job, send_job
from trueup.jobs.deeds import AT_ONCE_ROWS, Row
from trueup.reports.render.csv import write_csv
from trueup.reports.render.table import Column, Kind, Table
from trueup.tenancy.queries import companies_visible_to
from trueup.web.gate import page
from trueup.web.imports.forms import FileForm, MatchForm, column_name
from trueup.web.imports.look import errors_table, kept_errors, licences_table, matched_columns, summary_of
from trueup.web.imports.pending import Pending, actor_of, pending_of, user_of
from trueup.web.kit.refusals import REFUSED, refuse

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.jobs.models import Job

BOTH = ("GET", "HEAD", "POST")
STEPS = (
    gettext_lazy("File"),
    gettext_lazy("Match columns"),
    gettext_lazy("Check rows"),
    gettext_lazy("Import"),
)


@page(Permission.IMPORTS_RUN, methods=BOTH)
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file; below, what was imported before."""
    actor = actor_of(request)
    visible = companies_visible_to(actor=actor, permission=Permission.IMPORTS_RUN)
    companies = list(visible.values_list("pk", "name"))
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        companies=companies,
        initial={"company": companies[0][0] if companies else None},
    )
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            try:
                return redirect("import_match", _kept(request, form))
            except Problem as problem:
                refuse(form, problem)
    context = {
        "form": form,
        "companies": companies,
        "batches": imports_visible_to(actor=actor),
        "steps": STEPS,
        "active": "imports",
    }
    return render(request, "imports/file.html", context, status=status)


def _kept(request: HttpRequest, form: FileForm) -> str:
    """The id of the file, kept only if it can be read."""
    file = form.cleaned_data["file"]
    content = file.read(MAX_BYTES + 1)
    read_file(name=file.name, content=content)
    kept = keep_upload(
        user_id=user_of(request),
        company_id=form.cleaned_data["company"],
        name=file.name,
        content=content,
        at=timezone.now(),
    )
    return kept.id


@page(Permission.IMPORTS_RUN, methods=BOTH)
def match(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Where each column goes, and the questions the file raises."""
    pending = pending_of(request, upload_id)
    form = _match_form(pending, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _match_page(request, pending, form, REFUSED if request.method == "POST" else 200)
    moved = form.cleaned_data["sheet"] not in {"", pending.file.sheet.name}
    said = answer_upload(
        user_id=user_of(request),
        upload=pending.upload,
        sheet=form.cleaned_data["sheet"],
        apart=form.cleaned_data["apart"],
        choices={} if moved else form.choices,
        answers=form.answers,
    )
    try:
        read = rows_of(said, pending.sheets, pending.company.currency)
    except Problem as problem:
        refuse(form, problem)
        return _match_page(request, pending, form, REFUSED)
    if moved or set(_asked(read.rows.errors)) - set(form.asked):
        return redirect("import_match", upload_id)
    return redirect("import_check", upload_id)


def _asked(errors: tuple[Any, ...]) -> list[str]:
    """The answers that questions about these errors ask for."""
    return [question.answer for question in questions(errors) if question.answer != "metrics"]


def _match_form(pending: Pending, given: Any) -> MatchForm:
    file, upload = pending.file, pending.upload
    initial: dict[str, Any] = {column_name(column.index): column.target for column in file.matching.columns}
    initial |= {
        "sheet": file.sheet.name,
        "apart": upload.apart,
        "currency": pending.company.currency,
        **upload.answers,
    }
    answered = set(upload.answers) | ({"metric"} if file.matching.of("metric") is None else set())
    if file.matching.of("price") or file.matching.of("unit_price") or file.matching.of("total_price"):
        answered.add("currency")
    return MatchForm(
        given,
        sheets=pending.sheets,
        sheet=file.sheet,
        questions=questions(file.rows.errors),
        answered=answered,
        initial=initial,
    )


def _match_page(request: HttpRequest, pending: Pending, form: MatchForm, status: int) -> HttpResponse:
    context = {
        "pending": pending,
        "file": pending.file,
        "form": form,
        "questions": [form[name] for name in form.asked],
        "columns": matched_columns(pending.file, form),
        "steps": STEPS,
        "active": "imports",
    }
    return render(request, "imports/match.html", context, status=status)


@page(Permission.IMPORTS_RUN, methods=BOTH)
def check(request: HttpRequest, upload_id: str) -> HttpResponse:
    """What would happen, row by row where it matters; posting does it."""
    pending = pending_of(request, upload_id)
    actor, today = actor_of(request), timezone.localdate()
    trouble = ""
    if request.method == "POST" and len(pending.file.sheet.rows) > AT_ONCE_ROWS:
        return redirect("job", _sent(pending, actor).pk)
    if request.method == "POST":
        try:
            done = apply_import(
                actor=actor, company_id=pending.company.pk, file=pending.file, file_name=pending.upload.name,
                at=timezone.now(), on=today,
            )  # fmt: skip
        except (NotFound, NotAllowed):
            raise
        except Problem as problem:
            trouble = problem.detail
        else:
            drop_upload(upload=pending.upload)
            messages.success(
                request, _("Imported"), extra_tags=f"undo:{reverse('import_undo', args=[done.batch_id])}"
            )
            return redirect("import_result", done.batch_id)
    plan = plan_import(actor=actor, company_id=pending.company.pk, file=pending.file, on=today)
    ready = plan.of(Outcome.CREATE) + plan.of(Outcome.UPDATE)
    context = {
        "pending": pending,
        "plan": plan,
        "trouble": trouble,
        "summary": summary_of(plan),
        "ready": len(ready),
        "errors": errors_table(plan.errors),
        "licences": licences_table(ready),
        "questions": questions(plan.errors),
        "steps": STEPS,
        "active": "imports",
    }
    return render(request, "imports/check.html", context, status=409 if trouble else 200)


def _sent(pending: Pending, actor: Actor) -> Job:
    """A file too large to wait for becomes a job of the worker's."""
    rows = [Row(1, given={"upload": pending.upload.id})]
    name, company_id = pending.upload.name, pending.company.pk
    job = ask_job(actor=actor, company_id=company_id, deed=IMPORT, rows=rows, label=name, at=timezone.now())
    send_job(job_id=job.pk)
    return job


@page(Permission.IMPORTS_RUN)
def errors(request: HttpRequest, upload_id: str) -> StreamingHttpResponse:
    """Only the failing rows as they stand in the file, each with what is wrong: to be mended and imported alone."""
    pending = pending_of(request, upload_id)
    plan = plan_import(
        actor=actor_of(request),
        company_id=pending.company.pk,
        file=pending.file,
        on=timezone.localdate(),
    )
    sheet = pending.file.sheet
    why: dict[int, list[str]] = {}
    for error in plan.errors:
        if not error.keeps_row:
            why.setdefault(error.row, []).append(f"{error.column}: {error.rule}. {error.way_out}")
    rows = ([*row.cells, " ".join(why[row.number])] for row in sheet.rows if row.number in why)
    columns = [Column(header, header, Kind.TEXT) for header in (*sheet.header, _("What is wrong"))]
    response = StreamingHttpResponse(
        write_csv(Table(sheet.name, columns, rows), byte_order_mark=True),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="rows-to-mend.csv"'
    return response


@page(Permission.IMPORTS_RUN, methods=("POST",))
def drop(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Forget the file."""
    drop_upload(upload=upload_of(user_id=user_of(request), upload_id=upload_id))
    return redirect("imports")


@page(Permission.IMPORTS_RUN)
def result(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What an import did, what it left out, and taking it back."""
    batch = import_for(actor=actor_of(request), batch_id=batch_id)
    problems = kept_errors(batch.summary)
    context = {
        "batch": batch,
        "errors": errors_table(problems),
        "problems": problems,
        "steps": STEPS,
        "active": "imports",
    }
    return render(request, "imports/result.html", context)


@page(Permission.IMPORTS_RUN, methods=("POST",))
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take an import back, or say what stands in the way."""
    try:
        undo_import(actor=actor_of(request), batch_id=batch_id, at=timezone.now(), on=timezone.localdate())
    except (NotFound, NotAllowed):
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, _("The import is taken back"))
    return redirect("import_result", batch_id)
