"""Addresses of the pages of reports."""

from __future__ import annotations

from django.urls import path

from trueup.web.reports import views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<str:report>/", views.report, name="report"),
]
