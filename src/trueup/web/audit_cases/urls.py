"""Addresses of the pages of software audits."""

from __future__ import annotations

from django.urls import path

from trueup.web.audit_cases import views

urlpatterns = [
    path("audits/", views.audits, name="audits"),
    path("audits/new/", views.new, name="audit_new"),
    path("audits/plan/", views.plan, name="audit_plan"),
    path("audits/<int:case_id>/", views.audit, name="audit"),
    path("audits/<int:case_id>/settle/<slug:settlement>/", views.settle, name="audit_settle"),
    path("audits/<int:case_id>/close/", views.close, name="audit_close"),
    path("audits/<int:case_id>/findings/", views.findings, name="audit_findings"),
]
