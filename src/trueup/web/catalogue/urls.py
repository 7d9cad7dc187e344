"""Addresses of the pages of the catalogue."""

from __future__ import annotations

from django.urls import path

from trueup.web.catalogue import views

urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/new/", views.new, name="product_new"),
    path("products/<int:product_id>/", views.product, name="product"),
]
