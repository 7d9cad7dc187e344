"""What Trueup tells allauth: nobody signs up by themselves; and what allauth tells Trueup, to be written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.base.forms import AuthenticateForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from trueup.tenancy.signing import (
    note_factor_added,
    note_factor_removed,
    note_password_changed,
    note_sign_in_failed,
    note_signed_in,
    note_signed_out,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from trueup.tenancy.models import User

CHANGED: Final[dict[str, Callable[..., None]]] = {
    "account/email/password_changed": note_password_changed,
    "account/email/password_set": note_password_changed,
    "account/email/password_reset": note_password_changed,
    "mfa/email/totp_activated": partial(note_factor_added, factor="one-time codes"),
    "mfa/email/totp_deactivated": partial(note_factor_removed, factor="one-time codes"),
    "mfa/email/webauthn_added": partial(note_factor_added, factor="passkey"),
    "mfa/email/webauthn_removed": partial(note_factor_removed, factor="passkey"),
    "mfa/email/recovery_codes_generated": partial(note_factor_added, factor="recovery codes"),
}
"""What allauth would tell a person by mail about their own account, and what we write down for it."""


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an owner, never by a visitor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's signature
        """Nobody may."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, after every factor was right."""
        super().login(request, user)
        note_signed_in(user=user, address=self.get_client_ip(request), at=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A name and a password that do not go together."""
        login = credentials.get("username") or credentials.get("email") or ""
        note_sign_in_failed(login=login, address=self.get_client_ip(request), at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        """Sign out."""
        user: Any = request.user
        super().logout(request)
        if user.is_authenticated:
            note_signed_out(user=user, at=timezone.now())

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Somebody changed how they sign in: written down here, whether or not a mail is sent."""
        note = CHANGED.get(template_prefix)
        if note is not None:
            note(user=user, at=timezone.now())
        super().send_notification_mail(template_prefix, user, *args, **kwargs)


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second step of a sign-in; a wrong code is written down like a wrong password."""

    def clean_code(self) -> str:
        """The code, or the refusal."""
        try:
            code: str = super().clean_code()
        except ValidationError:
            note_sign_in_failed(login=self.user.username, address="", at=timezone.now(), step="code")
            raise
        return code
