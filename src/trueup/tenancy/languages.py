"""In which language and time zone a user is spoken to. Doors switch to it; rooms only know it."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import get_supported_language_variant

from trueup.tenancy.models import User


def language_of(*, user: User) -> str:
    """The user's language as the settings list it; empty where none was chosen, or one that is gone."""
    try:
        return get_supported_language_variant(user.language) if user.language else ""
    except LookupError:
        return ""


def zone_of(*, user: User) -> ZoneInfo | None:
    """The user's time zone; none where none was chosen, or one this machine does not know."""
    try:
        return ZoneInfo(user.time_zone) if user.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
