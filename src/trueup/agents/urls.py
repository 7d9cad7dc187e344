"""Addresses of the agents' door: the enrolment token is a part of them, and masked in every log."""

from __future__ import annotations

from django.urls import re_path

from trueup.agents.views import speak

TOKEN = r"(?P<secret>[A-Za-z0-9_-]{40,60})"  # noqa: S105 - the shape of one
HABITS = r"(?:/|/front/inventory\.php|/ocsinventory)?"
"""What some agents, or those who set them up, are used to putting behind a server's address."""

urlpatterns = [re_path(rf"^(?:agents|inventory)/{TOKEN}{HABITS}$", speak, name="agents")]
