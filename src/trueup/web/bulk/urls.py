"""Addresses of the pages for lists of holders."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.bulk import chosen, undoing, views

MANY = r"^licences/(?P<licence_id>\d+)/many/(?P<verb>assign|release)/"

urlpatterns = [
    re_path(MANY + "$", views.write_list, name="bulk_list"),
    re_path(MANY + "carry-out/$", views.carry_out, name="bulk_carry_out"),
    path("licences/<int:licence_id>/many/everybody/", undoing.everybody, name="bulk_everybody"),
    path("licences/<int:licence_id>/many/before/", undoing.before, name="bulk_before"),
    path("licences/<int:licence_id>/many/<int:batch_id>/", undoing.result, name="bulk_result"),
    path("licences/<int:licence_id>/many/<int:batch_id>/undo/", undoing.undo, name="bulk_undo"),
    path("bulk/<str:name>/<str:key>/", chosen.chosen, name="bulk_chosen"),
    path("assignments/<int:assignment_id>/restore/", undoing.restore, name="release_undo"),
]
