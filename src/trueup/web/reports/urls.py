"""Addresses of the pages of reports; the secret of a shared one is masked in every log."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.reports import building, saved, shared, views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/new/", saved.new, name="saved_report_new"),
    path("reports/build/", building.lists, name="report_lists"),
    path("reports/build/<slug:name>/", building.build, name="report_build"),
    path("reports/saved/<int:saved_id>/", saved.saved_report, name="saved_report"),
    path("reports/saved/<int:saved_id>/change/", saved.change, name="saved_report_change"),
    path("reports/saved/<int:saved_id>/delete/", saved.withdraw, name="saved_report_withdraw"),
    path("reports/saved/<int:saved_id>/schedule/", saved.schedule, name="saved_report_schedule"),
    path("reports/saved/<int:saved_id>/share/", saved.share, name="saved_report_share"),
    path("reports/saved/<int:saved_id>/links/<int:link_id>/revoke/", saved.revoke, name="share_link_revoke"),
    path("reports/schedules/<int:schedule_id>/send/", saved.send_now, name="schedule_send"),
    path("reports/schedules/<int:schedule_id>/end/", saved.end, name="schedule_end"),
    path("reports/<str:report>/", views.report, name="report"),
    re_path(r"^shared/(?P<secret>[A-Za-z0-9_-]{40,60})/$", shared.shared_report, name="shared_report"),
]
