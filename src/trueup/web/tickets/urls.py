"""Addresses of the pages of tickets."""

from __future__ import annotations

from django.urls import path

from trueup.web.tickets import views

urlpatterns = [
    path("tickets/", views.tickets, name="tickets"),
    path("tickets/<int:ticket_id>/", views.ticket, name="ticket"),
    path("tickets/<int:ticket_id>/retry/", views.retry, name="ticket_retry"),
    path("tickets/desk/<int:company_id>/", views.desk, name="desk"),
    path("tickets/desk/<int:company_id>/withdraw/", views.withdraw, name="desk_withdraw"),
]
