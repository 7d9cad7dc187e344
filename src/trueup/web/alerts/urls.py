"""Addresses of the pages of alerts."""

from __future__ import annotations

from django.urls import path

from trueup.web.alerts import views

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/preview/", views.preview, name="alerts_preview"),
    path("alerts/<int:alert_id>/", views.alert, name="alert"),
    path("alerts/<int:alert_id>/acknowledge/", views.acknowledge, name="alert_acknowledge"),
    path("alerts/policy/<int:company_id>/", views.policy, name="alert_policy"),
]
