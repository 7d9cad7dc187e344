"""Addresses of saved views."""

from __future__ import annotations

from django.urls import path

from trueup.web.saved_views import views

urlpatterns = [
    path("views/new/", views.new, name="view_new"),
    path("views/<int:view_id>/", views.edit, name="view_edit"),
    path("views/<int:view_id>/rewrite/", views.rewrite, name="view_rewrite"),
    path("views/<int:view_id>/delete/", views.delete, name="view_delete"),
    path("views/<int:view_id>/restore/", views.restore, name="view_restore"),
]
