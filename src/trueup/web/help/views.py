"""One page of the documentation, and its pictures."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from trueup.base.problems import NotFound
from trueup.web.gate import signed_in
from trueup.web.help.markdown import article_of

INDEX = "README"


@signed_in
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What there is to read."""
    return _page(request, INDEX)


@signed_in
@require_safe
def article(request: HttpRequest, name: str) -> HttpResponse:
    """One page."""
    return _page(request, name)


@signed_in
@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001 - Django passes it
    """A picture of a page."""
    return FileResponse(_file(f"images/{name}.png").open("rb"), content_type="image/png")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    file = _file(f"{name}.md")
    found = article_of(file, name, file.stat().st_mtime_ns)
    return render(request, "help/page.html", {"article": found, "is_index": name == INDEX})


def _file(name: str) -> Path:
    """A file of the documentation, never one beside it."""
    folder: Path = settings.DOCS
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise NotFound(_("There is no page “%(name)s” in the documentation.") % {"name": name})
    return file
