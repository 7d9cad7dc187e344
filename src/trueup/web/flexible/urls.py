"""Addresses of the pages of flexible assets and their types."""

from __future__ import annotations

from django.urls import path

from trueup.web.flexible import counting, defining, fields, filing, revealing, saving, views

TYPE = "flexible-assets/types/<int:type_id>/"
ONE = "flexible-assets/<int:asset_id>/"

urlpatterns = [
    path("flexible-assets/", views.assets, name="flexible_assets"),
    path("flexible-assets/types/new/", defining.new, name="asset_type_new"),
    path(TYPE, views.of_type, name="asset_type"),
    path(f"{TYPE}definition/", defining.definition, name="asset_type_definition"),
    path(f"{TYPE}definition/change/", defining.change, name="asset_type_change"),
    path(f"{TYPE}definition/archive/", defining.archive, name="asset_type_archive"),
    path(f"{TYPE}definition/file/", defining.file, name="asset_type_file"),
    path(f"{TYPE}fields/new/", fields.new, name="asset_field_new"),
    path(f"{TYPE}fields/<slug:field_key>/", fields.change, name="asset_field"),
    path(f"{TYPE}fields/<slug:field_key>/remove/", fields.remove, name="asset_field_remove"),
    path(f"{TYPE}fields/<slug:field_key>/restore/", fields.restore, name="asset_field_restore"),
    path(f"{TYPE}new/", saving.new, name="asset_new"),
    path(ONE, views.asset, name="asset"),
    path(f"{ONE}history/", views.asset, {"tab": "history"}, name="asset_history"),
    path(f"{ONE}change/", saving.change, name="asset_change"),
    path(f"{ONE}count/", counting.count, name="asset_count"),
    path(f"{ONE}files/<int:file_id>/", filing.file, name="asset_file"),
    path(f"{ONE}fields/<slug:field_key>/attach/", filing.attach, name="asset_attach"),
    path(f"{ONE}fields/<slug:field_key>/<int:file_id>/remove/", filing.detach, name="asset_detach"),
    path(f"{ONE}clone/", saving.clone, name="asset_clone"),
    path(f"{ONE}archive/", saving.archive, name="asset_archive"),
    path(f"{ONE}restore/", saving.restore, name="asset_restore"),
    path(f"{ONE}roll-back/", saving.roll_back, name="asset_roll_back"),
    path(f"{ONE}secrets/<slug:field_key>/reveal/", revealing.reveal, name="asset_reveal"),
]
