"""Mail by SMTP: one session for as much as is due, each message under an id that stays the same in every attempt."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from trueup.deliveries.models import Delivery
from trueup.deliveries.posting import NotTaken

SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
FOR_EVER = 500
"""From here on an answer is meant for ever: no such mailbox, refused as spam."""


class Postman:
    """A session with the mail server, opened by the first mail and kept while there is more to send."""

    def __init__(self) -> None:
        self.session: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.session is not None:
            self.session.close()

    def send(self, delivery: Delivery) -> str:
        """Hand one mail over; what the server answered, or NotTaken."""
        if not settings.SMTP_URL:
            raise NotTaken(_("No mail server is set: TRUEUP_SMTP_URL names one."))
        try:
            session = self.session or self._opened()
            session.send_message(mail_of(delivery))
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            raise NotTaken(_said(code, text), is_final=code >= FOR_EVER) from refused
        except smtplib.SMTPResponseException as refused:
            self._drop()
            raise NotTaken(_said(refused.smtp_code, refused.smtp_error)) from refused
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise NotTaken(f"{type(fault).__name__}: {fault}") from fault
        return "250"

    def _opened(self) -> smtplib.SMTP:
        """TLS from the first byte with smtps; with smtp by STARTTLS, which only a server on this machine may lack."""
        parts = urlsplit(settings.SMTP_URL)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        secure = ssl.create_default_context()
        if parts.scheme == "smtps":
            session: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=secure)
        else:
            session = smtplib.SMTP(host, port, timeout=SECONDS)
            session.ehlo()
            if session.has_extn("starttls"):
                session.starttls(context=secure)
            elif host not in LOCAL:
                session.close()
                raise NotTaken(
                    _("%(host)s offers no encryption, and mail is not sent to another machine without.")
                    % {"host": host}
                )
        if parts.username:
            session.login(unquote(parts.username), unquote(parts.password or ""))
        self.session = session
        return session

    def _drop(self) -> None:
        """Begin anew with the next mail: after a fault nobody knows where the session stands."""
        if self.session is not None:
            self.session.close()
            self.session = None


def mail_of(delivery: Delivery) -> EmailMessage:
    """The message as it goes out."""
    mail = EmailMessage()
    mail["Subject"] = delivery.subject
    mail["From"] = settings.MAIL_FROM
    mail["To"] = delivery.recipient
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = f"<{delivery.uid}@trueup>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(delivery.body)
    if delivery.file is not None:
        main, _slash, sub = delivery.file_type.partition(";")[0].partition("/")
        mail.add_attachment(bytes(delivery.file), maintype=main, subtype=sub, filename=delivery.file_name)
    return mail


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
