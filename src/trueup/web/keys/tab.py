"""The keys of a licence as its tab shows them: masked, with their seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from trueup.assignments.queries import keys_with_holders
from trueup.base.access import Permission
from trueup.licences.keys.reading import pool_of
from trueup.vault.plain import masked
from trueup.web.keys.forms import TermsForm
from trueup.web.kit.asker import actor_in

if TYPE_CHECKING:
    from trueup.licences.models import Licence

SHOWN = 500
TONES = {"taken": "good", "burnt": "", "superseded": ""}


def keys_context(request: HttpRequest, licence: Licence) -> dict[str, Any]:
    """What ``keys/card.html`` needs beside ``licence``."""
    actor = actor_in(request)
    may_reveal = actor.may(Permission.KEYS_REVEAL, licence.company_id)
    keys = keys_with_holders(actor=actor, licence_id=licence.pk)
    rows = [_row(key, may_reveal=may_reveal) for key in keys[:SHOWN]]
    initial = {"has_no_key": licence.has_no_key, "on_release": licence.keys_on_release}
    return {
        "keys": rows,
        "keys_count": keys.count(),
        "pool": pool_of(actor=actor, licence_id=licence.pk),
        "may_reveal": may_reveal,
        "may_seal": actor.may(Permission.LICENCES_CHANGE, licence.company_id),
        "terms_form": TermsForm(initial=initial),
    }


def _row(key: Any, *, may_reveal: bool) -> dict[str, Any]:
    is_current = key.state in {"free", "taken"}
    return {
        "id": key.pk,
        "kind": key.get_kind_display(),
        "label": key.label,
        "masked": masked(key.tail),
        "holder": key.holder_name,
        "state": _("Shared") if not key.per_seat and key.state == "free" else key.get_state_display(),
        "tone": TONES.get(key.state, "info"),
        "sealed_at": key.sealed_at,
        "sealed_by": key.sealed_by,
        "is_current": is_current,
        "reveal_url": reverse("key_reveal", args=[key.pk]) if may_reveal else "",
    }
