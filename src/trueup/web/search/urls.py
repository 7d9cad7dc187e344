"""Address of the search page."""

from __future__ import annotations

from django.urls import path

from trueup.web.search import views

urlpatterns = [path("search/", views.search, name="search")]
