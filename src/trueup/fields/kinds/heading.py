"""A line between fields that says what those below are about; it holds no value."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from trueup.fields.kinds.kind import FieldKind


class Heading(FieldKind):
    """Parts a form and a page."""

    key = "heading"
    label = gettext_lazy("Heading")
    options = frozenset({"key", "label", "kind", "hint"})
    is_typed = False
