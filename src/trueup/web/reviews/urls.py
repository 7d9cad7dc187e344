"""Addresses of the pages of reviews."""

from __future__ import annotations

from django.urls import path

from trueup.web.reviews import views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/new/", views.new, name="review_new"),
    path("reviews/<int:review_id>/", views.review, name="review"),
    path("reviews/<int:review_id>/decide/<slug:decision>/", views.decide, name="review_decide"),
    path("reviews/<int:review_id>/releases/", views.releases, name="review_releases"),
    path("reviews/<int:review_id>/look/", views.look, name="review_look"),
    path("reviews/<int:review_id>/approve/", views.approve, name="review_approve"),
    path("reviews/<int:review_id>/release/", views.release, name="review_release"),
    path("reviews/<int:review_id>/close/", views.close, name="review_close"),
]
