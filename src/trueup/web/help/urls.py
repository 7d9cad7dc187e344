"""Addresses of the documentation."""

from __future__ import annotations

from django.urls import path

from trueup.web.help import views

urlpatterns = [
    path("help/", views.index, name="help"),
    path("help/images/<slug:name>.png", views.image, name="help_image"),
    path("help/<path:name>/", views.article, name="help_page"),
]
