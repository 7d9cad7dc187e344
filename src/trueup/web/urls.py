"""Addresses of the pages, one include a room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "health",
    "overview",
    "licences",
    "bulk",
    "keys",
    "documents",
    "purchases",
    "people",
    "devices",
    "catalogue",
    "positions",
    "titles",
    "receipts",
    "settings",
    "account",
    "pick",
    "imports",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"trueup.web.{room}.urls")) for room in ROOMS]
