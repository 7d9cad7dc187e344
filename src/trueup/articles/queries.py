"""Reading articles, scoped to the actor: lists, one article, its versions, what it is about, what is written about a thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from trueup.articles.models import TARGETS, Article, ArticleLink, ArticleVersion
from trueup.assets.references import TARGETS as RECORDS
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import NotFound


@dataclass(frozen=True, slots=True)
class About:
    """One thing an article is about, as far as the reader may see it."""

    kind: str
    id: int
    name: str


def articles_visible_to(*, actor: Actor, archived: bool = False) -> QuerySet[Any]:
    """Articles of the actor's companies with their ``state``; archived ones only where asked for."""
    rows: QuerySet[Any] = Article.objects.visible_to(actor, Permission.ARTICLES_VIEW)
    rows = rows if archived else rows.filter(archived_at=None)
    stated: QuerySet[Any] = rows.annotate(
        state=Case(
            When(~Q(archived_at=None), then=Value("archived")),
            When(~Q(closed_at=None), then=Value("closed")),
            default=Value("open"),
            output_field=CharField(),
        )
    )
    return stated


def article_for(
    *, actor: Actor, article_id: int, permission: Permission = Permission.ARTICLES_VIEW
) -> Article:
    """One article, archived or not, for whoever has the permission in its company."""
    rows = Article.objects.visible_to(actor, Permission.ARTICLES_VIEW).select_related("company")
    found: Article | None = rows.filter(pk=article_id).first()
    if found is None:
        raise NotFound(_("There is no article %(article_id)s.") % {"article_id": article_id})
    actor.require(permission, found.company_id)
    return found


def versions_of_article(*, actor: Actor, article_id: int) -> QuerySet[ArticleVersion]:
    """The article as it was saved, the latest first."""
    article = article_for(actor=actor, article_id=article_id)
    return ArticleVersion.objects.filter(article=article).order_by("-version")


def about_of(*, actor: Actor, article: Article) -> list[About]:
    """What an article is about, by kind and name; what the actor may not see is left out."""
    rows = list(ArticleLink.objects.filter(article=article).values(*(f"{name}_id" for name in TARGETS)))
    found = []
    for name in TARGETS:
        ids = [row[f"{name}_id"] for row in rows if row[f"{name}_id"] is not None]
        if not ids:
            continue
        target = RECORDS[name]
        seen = target.seen_by(actor).filter(pk__in=ids).order_by(target.name, "pk")
        found += [About(name, pk, words) for pk, words in seen.values_list("pk", target.name)]
    return found


def articles_about(*, actor: Actor, kind: str, record_id: int) -> QuerySet[Article]:
    """What is written about a thing, by title."""
    links = ArticleLink.objects.filter(**{kind: record_id}).values("article")
    rows: QuerySet[Article] = articles_visible_to(actor=actor).filter(pk__in=links)
    return rows.defer("text").order_by("title", "pk")
