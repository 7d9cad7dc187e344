"""What can go wrong, in one shape for page, API and command line.

A problem names the value, the rule and the way out. Concrete problems stand beside the function that raises
them; here are only their kinds. The doors turn them into problem+json (RFC 9457), a form error or an exit code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value. ``field`` is the name in the form and in the JSON body."""

    field: str
    detail: str


class Problem(Exception):
    """Something was refused, and nothing was stored."""

    status: ClassVar[int] = 400
    title: ClassVar[_StrOrPromise] = gettext_lazy("This could not be done")

    def __init__(self, detail: str, *, errors: tuple[FieldError, ...] = (), **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.facts = facts

    @property
    def name(self) -> str:
        """The stable name clients may branch on, for example ``NotEnoughUnits``."""
        return type(self).__name__

    @property
    def slug(self) -> str:
        """The name as the last part of the problem's ``type`` address."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.name).lower()


class NotSignedIn(Problem):
    """Nobody is signed in, or the token is unknown, expired or revoked."""

    status = 401
    title = gettext_lazy("Not signed in")


class NotAllowed(Problem):
    """The actor sees the object but lacks the permission."""

    status = 403
    title = gettext_lazy("Not allowed")


class NotFound(Problem):
    """There is no such object for this actor; whether it exists for others is not told."""

    status = 404
    title = gettext_lazy("Not found")


class Conflict(Problem):
    """The state of things forbids it."""

    status = 409
    title = gettext_lazy("Not possible now")


class Stale(Problem):
    """Someone else changed the object since it was read."""

    status = 412
    title = gettext_lazy("Someone else was faster")


class Invalid(Problem):
    """A value breaks a rule."""

    status = 422
    title = gettext_lazy("A value is not valid")

    @classmethod
    def of(cls, field: str, detail: str) -> Invalid:
        """The problem of one field."""
        return cls(detail, errors=(FieldError(field, detail),))


class InvalidValue(Invalid):
    """A value breaks its field's rule."""


class UnknownField(Invalid):
    """The body names a field that does not exist; nothing is ignored silently."""


class UnknownParameter(Invalid):
    """The query names a filter that does not exist; a full list is never the answer to a wrong question."""
