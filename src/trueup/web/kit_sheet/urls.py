"""The address of the component sheet."""

from __future__ import annotations

from django.urls import path

from trueup.web.kit_sheet import views

urlpatterns = [path("kit/", views.sheet, name="kit")]
