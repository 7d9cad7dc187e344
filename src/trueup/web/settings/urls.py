"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from trueup.web.settings import agents, cover, log, parts, views

PARTS = ("region", "location", "department")
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/companies/new/", views.company_new, name="company_new"),
    path("settings/companies/<int:company_id>/", views.company, name="company"),
    path("settings/companies/<int:company_id>/policy/", views.policy, name="company_policy"),
    path("settings/companies/<int:company_id>/cover-order/", cover.order, name="company_cover_order"),
    path("settings/companies/<int:company_id>/revoke/", views.role_revoke, name="role_revoke"),
    path("settings/users/new/", views.user_new, name="user_new"),
    path("settings/roles/new/", views.role_new, name="role_new"),
    path("settings/agents/", agents.agents, name="agents_enrol"),
    path("settings/agents/<int:token_id>/revoke/", agents.agents_revoke, name="agents_revoke"),
    path("settings/audit/", log.audit_log, name="audit_log"),
    path("company/", views.scope, name="choose_company"),
]
for kind in PARTS:
    said = {"kind": kind}
    urlpatterns += [
        path(f"settings/companies/<int:company_id>/{kind}s/new/", parts.part_new, said, name=f"{kind}_new"),
        path(f"settings/{kind}s/<int:{kind}_id>/", parts.part_change, said, name=f"{kind}_change"),
        path(f"settings/{kind}s/<int:{kind}_id>/end/", parts.part_end, said, name=f"{kind}_end"),
    ]
