"""Address of the list of purchases."""

from __future__ import annotations

from django.urls import path

from trueup.web.purchases import views

urlpatterns = [path("purchases/", views.purchases, name="purchases")]
