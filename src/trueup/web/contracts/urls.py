"""Addresses of the pages of contracts."""

from __future__ import annotations

from django.urls import path, re_path

from trueup.web.contracts import changes, covering, views

ONE = "contracts/<int:contract_id>/"
TABS = r"^contracts/(?P<contract_id>\d+)/(?P<tab>lines|devices|documents|history)/$"

urlpatterns = [
    path("contracts/", views.contracts, name="contracts"),
    path("contracts/new/", changes.new, name="contract_new"),
    path(ONE, views.contract, name="contract"),
    re_path(TABS, views.contract, name="contract_tab"),
    path(f"{ONE}change/", changes.change, name="contract_change"),
    path(f"{ONE}renew/", changes.renew, name="contract_renew"),
    path(f"{ONE}retire/", changes.retire, name="contract_retire"),
    path(f"{ONE}lines/new/", covering.line_new, name="contract_line_new"),
    path(f"{ONE}licences/add/", covering.add_licences, name="contract_licences_add"),
    path(f"{ONE}licences/<int:licence_id>/remove/", covering.remove_licence, name="contract_licence_remove"),
    path(f"{ONE}devices/add/", covering.add_devices, name="contract_devices_add"),
    path(f"{ONE}devices/<int:device_id>/remove/", covering.remove_device, name="contract_device_remove"),
]
