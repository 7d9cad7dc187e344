"""Addresses of the pages of jobs."""

from __future__ import annotations

from django.urls import path

from trueup.web.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job_id>/", views.job, name="job"),
    path("jobs/<int:job_id>/rows.csv", views.rows, name="job_rows"),
    path("jobs/<int:job_id>/cancel/", views.cancel, name="job_cancel"),
    path("jobs/<int:job_id>/undo/", views.undo, name="job_undo"),
]
