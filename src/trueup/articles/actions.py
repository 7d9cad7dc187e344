"""What is done to articles: write one, change it, close it, archive it, bring it back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.articles.models import TARGETS, Article, ArticleLink, ArticleVersion
from trueup.articles.queries import article_for
from trueup.assets.references import TARGETS as RECORDS
from trueup.assets.storing import tidy_tags
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, Stale
from trueup.tenancy.queries import company_for

CHANGE = Permission.ARTICLES_CHANGE
LONGEST_TITLE, LONGEST_TEXT, MOST_LINKS = 200, 200_000, 1000
KINDS = frozenset({"", "findings"})


class ArticleClosed(Conflict):
    """The article is closed or archived, or is not."""

    title = gettext_lazy("Closed or archived")


@dataclass(frozen=True, slots=True)
class ArticleTerms:
    """An article as wanted. ``about`` has ids by kind of thing: ``{"licence": [7]}``; ``made_from`` says what wrote it."""

    title: str
    text: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    about: Mapping[str, Iterable[int]] = field(default_factory=dict)
    made_from: str = ""


def write_article(*, actor: Actor, company_id: int, terms: ArticleTerms, at: datetime) -> Article:
    """Write an article and file it under a company."""
    company = company_for(actor=actor, company_id=company_id, permission=CHANGE)
    title, text = _checked(terms.title, terms.text)
    if terms.kind not in KINDS:
        raise InvalidValue.of("kind", _("“%(kind)s” is no kind of article.") % {"kind": terms.kind[:40]})
    about = _found(actor, company.pk, terms.about)
    with transaction.atomic():
        article = Article.objects.create(
            company=company, kind=terms.kind, title=title, text=text, tags=tidy_tags(terms.tags),
            made_from=terms.made_from[:100], sha256=hash_of(title=title, text=text), created_at=at, changed_at=at, changed_by=actor.name,
        )  # fmt: skip
        _keep_version(article)
        _link(article, about)
        _record(actor, article, "articles.written", at, {"kind": article.kind, "sha256": article.sha256})
    return article


def change_article(
    *, actor: Actor, article_id: int, changes: Mapping[str, Any], version: int | None, at: datetime
) -> Article:
    """Change what is named of title, text, tags and about; a stale ``version`` is refused, and so is a closed article."""
    seen = article_for(actor=actor, article_id=article_id, permission=CHANGE)
    if unknown := sorted(set(changes) - {"title", "text", "tags", "about"}):
        raise InvalidValue.of(unknown[0], _("An article has no “%(name)s” to change.") % {"name": unknown[0][:40]})  # fmt: skip
    about = None if changes.get("about") is None else _found(actor, seen.company_id, changes["about"])
    with transaction.atomic():
        article = _locked(seen, version)
        before = {name: getattr(article, name) for name in ("title", "tags", "sha256")}
        article.title, article.text = _checked(
            changes.get("title", article.title), changes.get("text", article.text)
        )
        article.tags = tidy_tags(changes["tags"]) if changes.get("tags") is not None else article.tags
        article.sha256 = hash_of(title=article.title, text=article.text)
        article.version += 1
        article.changed_at, article.changed_by = at, actor.name
        article.save(update_fields=["title", "text", "tags", "sha256", "version", "changed_at", "changed_by"])
        _keep_version(article)
        if about is not None:
            _link(article, about)
        details = {
            name: [old, getattr(article, name)]
            for name, old in before.items()
            if old != getattr(article, name)
        }
        _record(actor, article, "articles.changed", at, details)
    return article


def close_article(*, actor: Actor, article_id: int, at: datetime) -> Article:
    """Settle an article: its text and the hash of it stay as they are from now on."""
    seen = article_for(actor=actor, article_id=article_id, permission=CHANGE)
    with transaction.atomic():
        article = _locked(seen, None)
        Article.objects.filter(pk=article.pk).update(closed_at=at, closed_by=actor.name)
        article.closed_at, article.closed_by = at, actor.name
        _record(actor, article, "articles.closed", at, {"sha256": article.sha256, "version": article.version})
    return article


def archive_article(*, actor: Actor, article_id: int, at: datetime) -> None:
    """Take an article out of the lists; it stays readable, closed ones too."""
    article = article_for(actor=actor, article_id=article_id, permission=CHANGE)
    with transaction.atomic():
        if not Article.objects.filter(pk=article.pk, archived_at=None).update(archived_at=at):
            raise ArticleClosed(_("“%(title)s” is archived already.") % {"title": article.title})
        _record(actor, article, "articles.archived", at, {})


def restore_article(*, actor: Actor, article_id: int, at: datetime) -> None:
    """Bring an archived article back into the lists."""
    article = article_for(actor=actor, article_id=article_id, permission=CHANGE)
    with transaction.atomic():
        if not Article.objects.filter(pk=article.pk, archived_at__isnull=False).update(archived_at=None):
            raise ArticleClosed(_("“%(title)s” is not archived.") % {"title": article.title})
        _record(actor, article, "articles.restored", at, {})


def hash_of(*, title: str, text: str) -> str:
    """The hash by which an article can be recognised again: over its title, an empty line and its text.

    >>> hash_of(title="A", text="b")[:12]
    '9b6be1feade3'
    """
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise InvalidValue.of("title", _("A title has 1 to %(most)s characters.") % {"most": LONGEST_TITLE})
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise InvalidValue.of("text", _("A text has at most %(most)s characters.") % {"most": LONGEST_TEXT})
    return title, text


def _found(actor: Actor, company_id: int, about: Mapping[str, Iterable[int]]) -> set[tuple[str, int]]:
    """What an article is to be about, if all of it is there for the actor in this company."""
    wanted = {(kind, pk) for kind, ids in about.items() for pk in ids}
    if len(wanted) > MOST_LINKS:
        raise InvalidValue.of("about", _("An article is about at most %(most)s things.") % {"most": MOST_LINKS})  # fmt: skip
    for kind in {kind for kind, _pk in wanted}:
        if kind not in TARGETS:
            raise InvalidValue.of("about", _("An article is not about a “%(kind)s”. Known: %(known)s.") % {"kind": kind[:40], "known": ", ".join(TARGETS)})  # fmt: skip
        ids = {pk for one, pk in wanted if one == kind}
        ours = Q(company=None) | Q(company_id=company_id) if kind == "product" else Q(company_id=company_id)
        there = set(RECORDS[kind].seen_by(actor).filter(ours, pk__in=ids).values_list("pk", flat=True))
        if missing := ids - there:
            raise InvalidValue.of("about", _("There is no %(kind)s %(id)s in this company.") % {"kind": kind, "id": min(missing)})  # fmt: skip
    return wanted


def _link(article: Article, about: set[tuple[str, int]]) -> None:
    ArticleLink.objects.filter(article=article).delete()
    ArticleLink.objects.bulk_create(
        ArticleLink(company_id=article.company_id, article=article, **{f"{kind}_id": pk})
        for kind, pk in sorted(about)
    )


def _locked(seen: Article, version: int | None) -> Article:
    article: Article = Article.objects.select_for_update(of=("self",)).select_related("company").get(pk=seen.pk)  # fmt: skip
    if version is not None and version != article.version:
        raise Stale(_("Someone changed this article since you opened it. Look at it again, then save."))
    if article.closed_at is not None or article.archived_at is not None:
        raise ArticleClosed(
            _("“%(title)s” is closed or archived, and stays as it is.") % {"title": article.title}
        )
    return article


def _keep_version(article: Article) -> None:
    ArticleVersion.objects.create(
        company_id=article.company_id, article=article, version=article.version, title=article.title, text=article.text,
        sha256=article.sha256, made_at=article.changed_at, made_by=article.changed_by,
    )  # fmt: skip


def _record(actor: Actor, article: Article, event: str, at: datetime, details: Mapping[str, Any]) -> None:
    happening = Happening(event, "article", article.pk, article.title, details)
    record(actor=actor, company_id=article.company_id, at=at, happening=happening)
