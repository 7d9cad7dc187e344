"""The list of articles, one article with its versions, and what is done to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.articles.actions import (
    ArticleTerms,
    archive_article,
    change_article,
    close_article,
    restore_article,
    write_article,
)
from trueup.articles.columns import ARTICLES
from trueup.articles.drawing import article_as_html
from trueup.articles.queries import about_of, article_for, versions_of_article
from trueup.audit.queries import entries_of
from trueup.base.access import Permission
from trueup.web.gate import page
from trueup.web.kit.asker import actor_in
from trueup.web.kit.companies import choose_for
from trueup.web.kit.history import entries
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.lists import list_page
from trueup.web.kit.panels import Detail, Tab
from trueup.web.kit.refusals import save_form
from trueup.web.licences.forms import tags_of

VIEW, CHANGE = Permission.ARTICLES_VIEW, Permission.ARTICLES_CHANGE
BOTH = ("GET", "HEAD", "POST")
SHOWN_ENTRIES = 100
BADGES: Mapping[str, tuple[Any, str, str]] = {
    "open": (gettext_lazy("Open"), "", "pencil"),
    "closed": (gettext_lazy("Closed"), "good", "circle-check"),
    "archived": (gettext_lazy("Archived"), "", "archive"),
}


def badge_of(state: str) -> dict[str, Any]:
    """How a state looks."""
    label, tone, icon = BADGES[state]
    return {"label": label, "tone": tone, "icon": icon}


LOOK = Look(
    noun=gettext_lazy("articles"),
    icon="file-text",
    detail="article",
    placeholder=gettext_lazy("Title, tag or text"),
    nothing_title=gettext_lazy("No articles yet"),
    nothing_text=gettext_lazy("What is written about a company stands here, with every version of it."),
    special={
        "title": Special("who", lambda row: {"name": row["title"], "url": address_of("article", row["id"])}),
        "state": Special("badge", lambda row: badge_of(row["state"])),
    },
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Findings"), "kind=findings"),
        View(gettext_lazy("Archived"), "state=archived"),
    ),
)


class ArticleForm(forms.Form):
    """An article as it is typed."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"rows": 20}),
        help_text=gettext_lazy("Markdown: # headings, **bold**, lists with -, links"),
    )  # fmt: skip
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Separated by commas"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@page(VIEW)
def articles(request: HttpRequest) -> HttpResponseBase:
    """All articles of the companies in view."""
    new_url = reverse("article_new") if actor_in(request).may_somewhere(CHANGE) else ""
    extra = {
        "new_url": new_url,
        "new_verb": _("New article"),
        "nothing_url": new_url,
        "nothing_verb": _("New article"),
    }
    archived = "archived" in request.GET.get("state", "")
    return list_page(
        request,
        ARTICLES,
        LOOK,
        template="kit/list_new.html",
        extra=extra | {"active": "articles"},
        archived=archived,
    )


@page(VIEW)
def article(request: HttpRequest, article_id: int, tab: str = "text") -> HttpResponse:
    """One article as it reads, or how it came about."""
    actor = actor_in(request)
    found = article_for(actor=actor, article_id=article_id)
    state = "archived" if found.archived_at else "closed" if found.closed_at else "open"
    may_change = actor.may(CHANGE, found.company_id)
    context: dict[str, Any] = {
        "article": found, "active": "articles", "state": badge_of(state), "tab": tab,
        "may_change": may_change and state == "open", "may_archive": may_change,
        "tabs": [
            Tab(_("Text"), reverse("article", args=[article_id]), tab == "text"),
            Tab(_("History"), reverse("article_history", args=[article_id]), tab == "history"),
        ],
        "details": [
            Detail(_("Company"), found.company.name),
            Detail(_("Tags"), ", ".join(found.tags)),
            Detail(_("Version"), found.version),
            Detail(_("Changed by"), found.changed_by),
            Detail("SHA-256", found.sha256[:16], mono=True),
        ],
    }  # fmt: skip
    if tab == "history":
        happened = entries_of(actor=actor, view=VIEW, subject_kind="article", subject_id=found.pk)
        context["entries"] = entries(happened[:SHOWN_ENTRIES])
        context["versions"] = versions_of_article(actor=actor, article_id=article_id)[:SHOWN_ENTRIES]
    else:
        context["text"] = article_as_html(found.text)
        context["about"] = [
            {"name": one.name, "url": address_of(one.kind, one.id)}
            for one in about_of(actor=actor, article=found)
        ]
    return render(request, f"articles/{tab}.html", context)


@page(CHANGE, methods=BOTH)
def new(request: HttpRequest) -> HttpResponse:
    """Write an article, for a company."""
    actor, title, back = actor_in(request), _("New article"), reverse("articles")
    company, choice = choose_for(request, CHANGE, title=title, back=back)
    if company is None:
        return choice

    def act(values: Mapping[str, Any]) -> str:
        terms = ArticleTerms(values["title"], values["text"], tags=tuple(tags_of(values["tags"])))
        made = write_article(actor=actor, company_id=company.pk, terms=terms, at=timezone.now())
        messages.success(request, _("Article saved"))
        return reverse("article", args=[made.pk])

    context = {
        "title": title, "meta": company.name, "verb": _("Save article"), "back": back, "active": "articles",
        "trail": [(_("Articles"), back)],
    }  # fmt: skip
    return save_form(
        request, ArticleForm(request.POST or None), act=act, template="kit/form_page.html", context=context
    )


@page(CHANGE, methods=BOTH)
def change(request: HttpRequest, article_id: int) -> HttpResponse:
    """Change an article; a save names the version it started from."""
    actor = actor_in(request)
    found = article_for(actor=actor, article_id=article_id, permission=CHANGE)
    back = reverse("article", args=[article_id])

    def act(values: Mapping[str, Any]) -> str:
        changes = {"title": values["title"], "text": values["text"], "tags": tags_of(values["tags"])}
        change_article(
            actor=actor, article_id=article_id, changes=changes, version=values["version"], at=timezone.now()
        )
        messages.success(request, _("Article saved"))
        return back

    initial = {
        "title": found.title,
        "text": found.text,
        "tags": ", ".join(found.tags),
        "version": found.version,
    }
    context = {
        "title": _("Edit article"), "meta": found.title, "verb": _("Save article"), "back": back, "active": "articles",
        "trail": [(_("Articles"), reverse("articles")), (found.title, back)],
    }  # fmt: skip
    form = ArticleForm(request.POST or None, initial=initial)
    return save_form(request, form, act=act, template="kit/form_page.html", context=context)


@page(CHANGE, methods=("POST",))
def close(request: HttpRequest, article_id: int) -> HttpResponse:
    """Settle it."""
    close_article(actor=actor_in(request), article_id=article_id, at=timezone.now())
    messages.success(request, _("Article closed. Its text and hash stay as they are."))
    return redirect("article", article_id)


@page(CHANGE, methods=("POST",))
def archive(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take it out of the lists, or bring it back."""
    actor = actor_in(request)
    if article_for(actor=actor, article_id=article_id, permission=CHANGE).archived_at is None:
        archive_article(actor=actor, article_id=article_id, at=timezone.now())
        messages.success(request, _("Article archived. It stays readable."))
    else:
        restore_article(actor=actor, article_id=article_id, at=timezone.now())
        messages.success(request, _("Article restored"))
    return redirect("article", article_id)
