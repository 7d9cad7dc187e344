"""Addresses of the pages of articles."""

from __future__ import annotations

from django.urls import path

from trueup.web.articles import views

ONE = "articles/<int:article_id>/"

urlpatterns = [
    path("articles/", views.articles, name="articles"),
    path("articles/new/", views.new, name="article_new"),
    path(ONE, views.article, name="article"),
    path(f"{ONE}history/", views.article, {"tab": "history"}, name="article_history"),
    path(f"{ONE}change/", views.change, name="article_change"),
    path(f"{ONE}close/", views.close, name="article_close"),
    path(f"{ONE}archive/", views.archive, name="article_archive"),
]
