"""From a problem to the form it came from: each wrong value at its field, all else in the summary, answer 422 or the
problem's own status. What was typed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from trueup.base.problems import NotAllowed, NotFound, Problem

REFUSED = 422


def refuse(form: forms.Form, problem: Problem) -> None:
    """Put a problem onto the form's fields; what has no field there goes above them."""
    placed = False
    for error in problem.errors:
        if error.field in form.fields:
            form.add_error(error.field, error.detail)
            placed = True
    if not placed:
        form.add_error(None, problem.detail)


def save_form(
    request: HttpRequest,
    form: forms.Form,
    *,
    act: Callable[[Mapping[str, Any]], str],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse | HttpResponseRedirect:
    """Show a form, or act on it: ``act`` takes the checked values and returns the address to go on to."""
    if request.method != "POST":
        return render(request, template, {**context, "form": form})
    status = REFUSED
    if form.is_valid():
        try:
            return redirect(act(form.cleaned_data))
        except (NotFound, NotAllowed):
            raise
        except Problem as problem:
            refuse(form, problem)
            status = problem.status
    return render(request, template, {**context, "form": form}, status=status)
