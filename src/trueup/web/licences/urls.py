"""Addresses of the pages of licences."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.licences import changes, holding, views

urlpatterns = [
    path("licences/", views.licences, name="licences"),
    path("licences/new/", changes.new, name="licence_new"),
    path("licences/<int:licence_id>/", views.licence, name="licence"),
    re_path(
        r"^licences/(?P<licence_id>\d+)/(?P<tab>devices|position|purchases|keys|documents|history)/$",
        views.licence,
        name="licence_tab",
    ),
    re_path(r"^licences/(?P<licence_id>\d+)/assign/(?P<kind>person|device)/$", holding.assign, name="assign"),
    path("licences/<int:licence_id>/release/", holding.release_selected, name="release_selected"),
    path("licences/<int:licence_id>/change/", changes.change, name="licence_change"),
    path("licences/<int:licence_id>/retire/", changes.retire, name="licence_retire"),
    path("licences/<int:licence_id>/lines/new/", changes.line_new, name="line_new"),
    path("licences/<int:licence_id>/lines/<int:purchase_id>/void/", changes.line_void, name="line_void"),
    path("assignments/<int:assignment_id>/release/", holding.release, name="release"),
]
