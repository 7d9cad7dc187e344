"""Addresses of the pages of discovered titles."""

from __future__ import annotations

from django.urls import path

from trueup.web.titles import installed, views

urlpatterns = [
    path("discovered/", views.titles, name="titles"),
    path("discovered/rules/", views.rules, name="title_rules"),
    path("discovered/rules/<int:rule_id>/revoke/", views.revoke_rule, name="title_rule_revoke"),
    path("installations/", installed.installations, name="installations"),
    path("discovered/<int:title_id>/", views.title, name="title"),
    path("discovered/<int:title_id>/decide/", views.decide, name="title_decide"),
]
