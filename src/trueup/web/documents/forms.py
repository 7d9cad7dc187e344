"""Forms of documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("invoice", _("Invoice")),
    ("proof", _("Proof of purchase")),
    ("agreement", _("Agreement")),
    ("other", _("Other")),
)


class FileForm(forms.Form):
    """A file to put in the place of another."""

    file = forms.FileField(label=_("File"))


class KindForm(FileForm):
    """A file and what it is."""

    kind = forms.ChoiceField(
        label=_("This is"),
        choices=KINDS,
        help_text=_(
            "Invoices and proofs of purchase are seen only by whoever sees prices; agreements and others by everybody who sees the licence or contract."
        ),
    )


class AttachForm(KindForm):
    """A file, what it is, and which line it belongs to."""

    purchase = forms.TypedChoiceField(label=_("Belongs to"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, lines: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purchase"].choices = [("", _("The licence as a whole")), *lines]  # type: ignore[attr-defined]  # a choice field


class RemoveForm(forms.Form):
    """Why a document is removed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Stands in the history of the licence with your name.")
    )
