"""How a user wants the pages: language, time zone, week, colours, rows, keys. Everybody decides this for themselves."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record
from trueup.base.actor import Actor
from trueup.base.problems import FieldError, InvalidValue, UnknownField
from trueup.tenancy.models import RowHeight, Theme, User

THEMES, ROW_HEIGHTS = tuple(Theme.choices), tuple(RowHeight.choices)
MONDAY, SATURDAY, SUNDAY = 1, 6, 7
WEEK_STARTS = (None, MONDAY, SATURDAY, SUNDAY)
"""Days of ISO 8601 a week may begin on; none means as usual in the language."""


@cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones a user may choose, sorted."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


def set_preferences(*, actor: Actor, user: User, wanted: Mapping[str, Any], at: datetime) -> None:
    """Change one's own preferences: only what is named, and only what is known."""
    unknown = sorted(set(wanted) - set(KNOWN))
    if unknown:
        raise UnknownField(
            _("There is no preference %(names)s. Known: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(sorted(KNOWN))}
        )
    wrong = [
        FieldError(name, _("“%(value)s” is none of the choices.") % {"value": value})
        for name, value in wanted.items()
        if value not in KNOWN[name]()
    ]
    if wrong:
        raise InvalidValue(" ".join(error.detail for error in wrong), errors=tuple(wrong))
    with transaction.atomic():
        row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        details = {
            name: [getattr(row, name), new] for name, new in wanted.items() if getattr(row, name) != new
        }
        if not details:
            return
        User.objects.filter(pk=row.pk).update(**{name: new for name, (_old, new) in details.items()})
        happening = Happening("tenancy.preferences_set", "user", row.pk, row.username, details)
        record(actor=actor, company_id=None, at=at, happening=happening)


KNOWN: Mapping[str, Any] = {
    "language": lambda: {"", *(code for code, _name in settings.LANGUAGES)},
    "time_zone": lambda: {"", *time_zones()},
    "week_start": lambda: set(WEEK_STARTS),
    "theme": lambda: set(Theme.values),
    "row_height": lambda: set(RowHeight.values),
    "single_keys": lambda: {True, False},
}
