"""Addresses of the pages of renewals, and of personal calendars: the latter's secret is masked in every log."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.renewals import feeds, planning, renewing, retiring, views

urlpatterns = [
    path("renewals/", views.renewals, name="renewals"),
    re_path(r"^renewals/(?P<view>calendar|timeline)/$", views.renewals, name="renewals_view"),
    path("renewals/feeds/", feeds.feeds, name="calendar_feeds"),
    path("renewals/feeds/<int:feed_id>/revoke/", feeds.revoke, name="calendar_feed_revoke"),
    path("renewals/plans/<int:plan_id>/", planning.change, name="plan"),
    path("licences/<int:licence_id>/plan/", planning.plan_licence, name="licence_plan"),
    path("contracts/<int:contract_id>/plan/", planning.plan_contract, name="contract_plan"),
    path("licences/<int:licence_id>/retire-all/", retiring.retire_all, name="licence_retire_all"),
    path("licences/<int:licence_id>/renew/", renewing.renew, name="licence_renew"),
    re_path(r"^calendars/(?P<secret>[A-Za-z0-9_-]{40,60})\.ics$", feeds.calendar, name="calendar_feed"),
]
