"""Addresses of the pages, one include a room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "health",
    "overview",
    "licences",
    "bulk",
    "jobs",
    "keys",
    "documents",
    "contracts",
    "renewals",
    "reports",
    "reviews",
    "audit_cases",
    "alerts",
    "deliveries",
    "workflows",
    "tickets",
    "purchases",
    "people",
    "devices",
    "flexible",
    "articles",
    "catalogue",
    "positions",
    "findings",
    "titles",
    "receipts",
    "sources",
    "settings",
    "account",
    "help",
    "kit_sheet",
    "pick",
    "search",
    "imports",
    "saved_views",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"trueup.web.{room}.urls")) for room in ROOMS]
