"""Address of the first page."""

from __future__ import annotations

from django.urls import path

from trueup.web.overview import views

urlpatterns = [path("", views.overview, name="overview")]
