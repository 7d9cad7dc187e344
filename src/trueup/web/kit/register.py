"""The one tag library of the kit; its modules hang their tags on it. Kept apart so that none imports another in a ring."""

from __future__ import annotations

from django.template import Library

register = Library()
