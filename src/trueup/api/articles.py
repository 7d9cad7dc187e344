"""Articles: what is written in Markdown and filed under a company."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, revision_in
from trueup.articles.actions import (
    ArticleTerms,
    archive_article,
    change_article,
    close_article,
    restore_article,
    write_article,
)
from trueup.articles.columns import ARTICLES
from trueup.articles.queries import about_of, article_for, versions_of_article

router = Router(tags=["articles"])
SHOWN_VERSIONS = 200


class ArticleBody(Body):
    """A new article. ``about`` has ids by kind: licence, asset, device, person, product, contract."""

    company: StrictInt = Field(le=2**63 - 1)
    title: str = Field(max_length=500)
    text: str = Field("", max_length=500_000)
    tags: list[str] = Field(default_factory=list, max_length=100)
    about: dict[str, list[StrictInt]] = Field(default_factory=dict, max_length=20)


class ArticleChange(Body):
    """What to change; what is not named stays."""

    title: str | None = Field(None, max_length=500)
    text: str | None = Field(None, max_length=500_000)
    tags: list[str] | None = Field(None, max_length=100)
    about: dict[str, list[StrictInt]] | None = Field(None, max_length=20)


@router.get("/articles/", response=ListAnswer, summary="Articles one may see")
def list_articles(request: HttpRequest) -> HttpResponse:
    """``q=`` looks through titles, tags and texts; ``state=archived`` finds what is archived."""
    return list_answer(request, ARTICLES, archived="archived" in request.GET.get("state", ""))


@router.post("/articles/", response={201: dict[str, Any]}, summary="Write an article")
def post_article(request: HttpRequest, body: ArticleBody) -> HttpResponse:
    """Its text is Markdown; tags of HTML in it are text."""
    terms = ArticleTerms(body.title, body.text, tags=tuple(body.tags), about=body.about)
    made = write_article(actor=actor_in(request), company_id=body.company, terms=terms, at=timezone.now())
    return _answer(request, made.pk, 201)


@router.get("/articles/{int:article_id}/", response=dict[str, Any], summary="One article")
def get_article(request: HttpRequest, article_id: int) -> HttpResponse:
    """With its text, the hash of it, and what it is about."""
    return _answer(request, article_id)


@router.patch("/articles/{int:article_id}/", response=dict[str, Any], summary="Change an article")
def patch_article(request: HttpRequest, article_id: int, body: ArticleChange) -> HttpResponse:
    """``If-Match`` refuses to overwrite somebody else's change (412). 409 ``ArticleClosed`` once it is closed."""
    given = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in given.items() if value is not None}
    change_article(
        actor=actor_in(request), article_id=article_id, changes=changes, version=revision_in(request), at=timezone.now()
    )  # fmt: skip
    return _answer(request, article_id)


@router.post("/articles/{int:article_id}/close/", response=dict[str, Any], summary="Close an article")
def post_article_close(request: HttpRequest, article_id: int) -> HttpResponse:
    """It keeps its text and hash from then on."""
    close_article(actor=actor_in(request), article_id=article_id, at=timezone.now())
    return _answer(request, article_id)


@router.post("/articles/{int:article_id}/archive/", response=dict[str, Any], summary="Archive an article")
def post_article_archive(request: HttpRequest, article_id: int) -> HttpResponse:
    """It leaves the lists and stays readable."""
    archive_article(actor=actor_in(request), article_id=article_id, at=timezone.now())
    return _answer(request, article_id)


@router.post("/articles/{int:article_id}/restore/", response=dict[str, Any], summary="Bring an article back")
def post_article_return(request: HttpRequest, article_id: int) -> HttpResponse:
    """Into the lists."""
    restore_article(actor=actor_in(request), article_id=article_id, at=timezone.now())
    return _answer(request, article_id)


@router.get("/articles/{int:article_id}/versions/", response=ListAnswer, summary="An article as it was saved")
def list_article_versions(request: HttpRequest, article_id: int) -> HttpResponse:
    """The latest first, each whole, with its hash."""
    names = ("version", "title", "text", "sha256", "made_at", "made_by")
    rows = versions_of_article(actor=actor_in(request), article_id=article_id).values(*names)
    found = list(rows[:SHOWN_VERSIONS])
    return json_answer({"results": found, "next": None, "count": len(found)})


def _answer(request: HttpRequest, article_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    one = article_for(actor=actor, article_id=article_id)
    body = {
        "id": one.pk, "company": {"id": one.company_id, "name": one.company.name}, "kind": one.kind, "title": one.title,
        "text": one.text, "tags": one.tags, "about": [asdict(thing) for thing in about_of(actor=actor, article=one)],
        "made_from": one.made_from, "version": one.version, "sha256": one.sha256, "created_at": one.created_at,
        "changed_at": one.changed_at, "changed_by": one.changed_by, "closed_at": one.closed_at,
        "closed_by": one.closed_by, "archived_at": one.archived_at,
    }  # fmt: skip
    return json_answer(body, status, ETag=f'"r{one.version}"')
