"""Addresses of the pages of workflows and licence sets."""

from __future__ import annotations

from django.urls import path

from trueup.web.workflows import opening, sets, views

urlpatterns = [
    path("workflows/", views.workflows, name="workflows"),
    *(
        path(f"workflows/new/{kind}/", opening.new, {"wanted": kind}, name="workflow_new")
        for kind in opening.TITLES
    ),
    path("workflows/<int:workflow_id>/", views.workflow, name="workflow"),
    path("workflows/<int:workflow_id>/sheet/", views.sheet, name="workflow_sheet"),
    path("workflows/<int:workflow_id>/drop/", views.drop, name="workflow_drop"),
    path("workflows/<int:workflow_id>/steps/<int:step_id>/reduce/", views.reduce, name="workflow_reduce"),
    path("workflows/<int:workflow_id>/steps/<int:step_id>/wait/", views.wait, name="workflow_wait"),
    path("workflows/sets/", sets.licence_sets, name="licence_sets"),
    path("workflows/sets/new/", sets.new, name="licence_set_new"),
    path("workflows/sets/<int:set_id>/", sets.licence_set, name="licence_set"),
    path("workflows/sets/<int:set_id>/change/", sets.change, name="licence_set_change"),
    path("workflows/sets/<int:set_id>/retire/", sets.retire, name="licence_set_retire"),
    path(
        "workflows/sets/<int:set_id>/products/<int:product_id>/remove/",
        sets.remove,
        name="licence_set_remove",
    ),
]
