"""Addresses of the import pages."""

from __future__ import annotations

from django.urls import path

from trueup.web.imports import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:batch_id>/", views.result, name="import_result"),
    path("imports/<int:batch_id>/undo/", views.undo, name="import_undo"),
    path("imports/file/<str:upload_id>/match/", views.match, name="import_match"),
    path("imports/file/<str:upload_id>/check/", views.check, name="import_check"),
    path("imports/file/<str:upload_id>/errors/", views.errors, name="import_errors"),
    path("imports/file/<str:upload_id>/drop/", views.drop, name="import_drop"),
]
