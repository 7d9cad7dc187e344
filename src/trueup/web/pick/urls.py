"""Addresses of the pick-lists."""

from __future__ import annotations

from django.urls import path

from trueup.web.pick import palette, views

urlpatterns = [
    path("pick/people/", views.people, name="pick_people"),
    path("search/", palette.palette, name="palette"),
]
