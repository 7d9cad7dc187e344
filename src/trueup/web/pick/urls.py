"""Addresses of the pick-lists."""

from __future__ import annotations

from django.urls import path

from trueup.web.pick import palette, views

urlpatterns = [
    path("pick/people/", views.people, name="pick_people"),
    path("pick/devices/", views.devices, name="pick_devices"),
    path("pick/licences/", views.licences, name="pick_licences"),
    path("palette/", palette.palette, name="palette"),
]
