"""Addresses of the pages of people."""

from __future__ import annotations

from django.urls import path

from trueup.web.people import inline, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.new, name="person_new"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/edit/<slug:field>/", inline.edit, name="person_edit"),
    path("people/<int:person_id>/change/", views.change, name="person_change"),
    path("people/<int:person_id>/left/", views.left, name="person_left"),
]
