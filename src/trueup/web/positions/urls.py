"""Addresses of the pages of the position."""

from __future__ import annotations

from django.urls import path

from trueup.web.positions import compared, evidence, views

urlpatterns = [
    path("position/", views.positions, name="positions"),
    path("position/run/", views.run, name="run_start"),
    path("position/runs/", compared.runs, name="runs"),
    path("position/runs/<int:run_id>/changes/", compared.changes, name="run_changes"),
    path("position/runs/<int:run_id>/evidence/", evidence.evidence, name="run_evidence"),
    path("position/<int:position_id>/", views.position, name="position"),
    path("position/<int:position_id>/subjects/", views.subjects, name="position_subjects"),
]
