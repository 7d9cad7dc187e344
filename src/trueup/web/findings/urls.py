"""Addresses of the pages of findings."""

from __future__ import annotations

from django.urls import path

from trueup.web.findings import resting, views

urlpatterns = [
    path("findings/", views.findings, name="findings"),
    path("findings/over-licensed/", views.over_licensed, name="over_licensed"),
    path("findings/under-licensed/", views.under_licensed, name="under_licensed"),
    path("findings/muted/", views.mutes, name="mutes"),
    path("findings/muted/<int:mute_id>/lift/", resting.lift, name="mute_lift"),
    path("findings/mute-product/<int:product_id>/", resting.mute_everywhere, name="product_mute"),
    path("findings/<int:finding_id>/", views.finding, name="finding"),
    path("findings/<int:finding_id>/mute/", resting.mute, name="finding_mute"),
    path("findings/<int:finding_id>/snooze/", resting.snooze, name="finding_snooze"),
    path("settings/companies/<int:company_id>/findings/", resting.share, name="company_findings"),
]
