"""Addresses of the pages of documents."""

from __future__ import annotations

from django.urls import path

from trueup.web.documents import views

urlpatterns = [
    path("licences/archive/", views.archive, name="licences_archive"),
    path("licences/<int:licence_id>/documents/new/", views.attach, name="document_new"),
    path("contracts/<int:contract_id>/documents/new/", views.attach_contract, name="contract_document_new"),
    path("documents/<int:document_id>/", views.download, name="document"),
    path("documents/<int:document_id>/replace/", views.put_newer, name="document_replace"),
    path("documents/<int:document_id>/remove/", views.remove, name="document_remove"),
    path("documents/<int:document_id>/scan/", views.scan, name="document_scan"),
]
