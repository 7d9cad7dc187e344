"""Addresses of the pages of devices."""

from __future__ import annotations

from django.urls import path

from trueup.web.devices import inline, views

urlpatterns = [
    path("devices/", views.devices, name="devices"),
    path("devices/new/", views.new, name="device_new"),
    path("devices/<int:device_id>/", views.device, name="device"),
    path("devices/<int:device_id>/edit/<slug:field>/", inline.edit, name="device_edit"),
    path("devices/<int:device_id>/change/", views.change, name="device_change"),
]
