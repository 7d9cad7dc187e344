"""Addresses of the pages of received inventories."""

from __future__ import annotations

from django.urls import path

from trueup.web.receipts import views

urlpatterns = [
    path("inventories/", views.receipts, name="receipts"),
    path("inventories/<int:receipt_id>/", views.receipt, name="receipt"),
    path("inventories/<int:receipt_id>/retry/", views.retry, name="receipt_retry"),
]
