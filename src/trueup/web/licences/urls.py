"""Addresses of the pages of licences."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.licences import (
    buying,
    changes,
    from_holder,
    holding,
    inline,
    rights,
    settling,
    simultaneous,
    sites,
    views,
    waiting,
)

urlpatterns = [
    path("licences/", views.licences, name="licences"),
    path("licences/new/", buying.new, name="licence_new"),
    path("licences/<int:licence_id>/", views.licence, name="licence"),
    re_path(
        r"^licences/(?P<licence_id>\d+)/(?P<tab>devices|locations|eligible|waiting|position|purchases|keys|documents|history)/$",
        views.licence,
        name="licence_tab",
    ),
    re_path(
        r"^licences/(?P<licence_id>\d+)/assign/(?P<kind>person|device|location|department)/$",
        holding.assign,
        name="assign",
    ),
    path("licences/<int:licence_id>/eligible/new/", simultaneous.eligible_new, name="eligible_new"),
    path(
        "licences/<int:licence_id>/eligible/<int:person_id>/remove/",
        simultaneous.eligible_remove,
        name="eligible_remove",
    ),
    path("licences/<int:licence_id>/reserve/", waiting.reserve, name="licence_reserve"),
    path(
        "licences/<int:licence_id>/reservations/<int:reservation_id>/end/",
        waiting.reservation_end,
        name="reservation_end",
    ),
    path(
        "licences/<int:licence_id>/waiting/<int:waiting_id>/leave/",
        waiting.waiting_leave,
        name="waiting_leave",
    ),
    path("licences/<int:licence_id>/release/", holding.release_selected, name="release_selected"),
    path("licences/<int:licence_id>/edit/<slug:field>/", inline.edit, name="licence_edit"),
    path("licences/<int:licence_id>/change/", changes.change, name="licence_change"),
    path("licences/<int:licence_id>/rights/", rights.rights, name="licence_rights"),
    path("licences/<int:licence_id>/retire/", changes.retire, name="licence_retire"),
    path("licences/<int:licence_id>/delete/", changes.delete, name="licence_delete"),
    path("licences/<int:licence_id>/reinstate/", changes.reinstate, name="licence_reinstate"),
    path("licences/<int:licence_id>/transfer/", buying.transfer, name="licence_transfer"),
    path("licences/<int:licence_id>/lines/new/", buying.line_new, name="line_new"),
    path("licences/<int:licence_id>/lines/<int:purchase_id>/void/", changes.line_void, name="line_void"),
    path(
        "licences/<int:licence_id>/lines/<int:purchase_id>/restore/",
        changes.line_restore,
        name="line_restore",
    ),
    path("assignments/<int:assignment_id>/share/", sites.share, name="assignment_share"),
    path("assignments/<int:assignment_id>/release/", holding.release, name="release"),
    path("people/<int:person_id>/assign/", from_holder.to_person, name="person_assign"),
    path("devices/<int:device_id>/assign/", from_holder.to_device, name="device_assign"),
    path("devices/<int:device_id>/check-in/", settling.check_in, name="device_check_in"),
    path("devices/<int:device_id>/company/", settling.device_company, name="device_company"),
    path("people/<int:person_id>/company/", settling.person_company, name="person_company"),
]
