"""Addresses of the pages of deliveries."""

from __future__ import annotations

from django.urls import path

from trueup.web.deliveries import views

urlpatterns = [
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/replay/", views.replay, name="delivery_replay"),
]
