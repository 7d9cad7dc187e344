"""The component sheet as a page. Its figures are made up and add up; it reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from trueup.web.gate import signed_in
from trueup.web.kit.sheet import context

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@signed_in
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Every part with its states."""
    return render(request, "kit/components.html", context())
