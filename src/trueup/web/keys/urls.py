"""Addresses of the pages of keys. None of them carries a key."""

from __future__ import annotations

from django.urls import path

from trueup.web.keys import views

urlpatterns = [
    path("licences/<int:licence_id>/keys/new/", views.seal, name="keys_seal"),
    path("licences/<int:licence_id>/keys/terms/", views.terms, name="keys_terms"),
    path("keys/lookup/", views.lookup, name="keys_lookup"),
    path("keys/<int:key_id>/reveal/", views.reveal, name="key_reveal"),
    path("keys/<int:key_id>/replace/", views.supersede, name="key_supersede"),
]
