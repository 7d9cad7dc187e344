"""Addresses of the pages of sources, subscriptions and seats."""

from __future__ import annotations

from django.urls import path

from trueup.web.sources import changing, runs, views

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/new/", changing.choose, name="source_new"),
    path("sources/new/<slug:source_kind>/", changing.new, name="source_add"),
    path("sources/<int:source_id>/", views.source, name="source"),
    path("sources/<int:source_id>/edit/", changing.change, name="source_change"),
    path("sources/<int:source_id>/withdraw/", changing.withdraw, name="source_withdraw"),
    path("sources/<int:source_id>/run/", runs.ask, name="source_run_ask"),
    path("sources/runs/<int:source_run_id>/", runs.run, name="source_run"),
    path("sources/places/<int:placement_id>/", views.place, name="source_place"),
    path("subscriptions/", views.subscriptions, name="subscriptions"),
    path("seats/", views.seats, name="seats"),
]
