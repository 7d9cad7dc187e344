"""Addresses of the pages of the catalogue."""

from __future__ import annotations

from django.urls import path

from trueup.web.catalogue import changing, views

urlpatterns = [
    path("products/", views.products, name="products"),
    path("products/new/", views.new, name="product_new"),
    path("products/<int:product_id>/", views.product, name="product"),
    path("products/<int:product_id>/change/", changing.change, name="product_change"),
    path("products/<int:product_id>/editions/new/", changing.edition_new, name="edition_new"),
    path("products/<int:product_id>/versions/new/", changing.version_new, name="version_new"),
    path("publishers/<int:publisher_id>/", changing.publisher, name="publisher"),
    path("publishers/<int:publisher_id>/change/", changing.publisher_change, name="publisher_change"),
]
