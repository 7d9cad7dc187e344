"""Addresses of one's own account; signing in and second factors are allauth's, under account/."""

from __future__ import annotations

from django.urls import path

from trueup.web.account import preferences, views

urlpatterns = [
    path("me/", views.account, name="account"),
    path("me/preferences/", preferences.preferences, name="account_preferences"),
    path("me/look/", preferences.look, name="account_look"),
    path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
]
