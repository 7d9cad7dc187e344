"""Addresses of the health answers."""

from __future__ import annotations

from django.urls import path

from trueup.web.health import views

urlpatterns = [path("livez", views.live), path("readyz", views.ready), path("healthz", views.ready)]
