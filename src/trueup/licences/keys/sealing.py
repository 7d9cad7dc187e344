"""Putting keys under licences: one, or a whole pool of them; saying that there is none; replacing one by another."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.licences.actions import create_licence
from trueup.licences.bulk import Scene
from trueup.licences.keys.reading import key_for, keys_matching, place_of_key
from trueup.licences.lines import LicenceTerms, LineTerms
from trueup.licences.models import KeyKind, KeyState, Licence, LicenceKey
from trueup.licences.queries import LicenceOnDay, licence_for
from trueup.licences.seat_rules import OnRelease
from trueup.tenancy.queries import company_for
from trueup.vault.actions import Sealing, seal_secrets
from trueup.vault.envelope import is_told_by, spelled
from trueup.vault.plain import Plain

NOT_A_KEY = frozenset(
    {"", "NA", "NONE", "NOKEY", "NIL", "NULL", "UNKNOWN", "TBD", "VOLUME", "KEINE", "KEINER", "X"}
)
MOST_AT_ONCE = 10_000


class KeySealedAlready(Conflict):
    """The licence has this very key already."""

    title = gettext_lazy("Sealed already")


class KeyMissing(InvalidValue):
    """A licence comes without its key, and nobody said that it has none."""

    title = gettext_lazy("The key is missing")


class KeyNotCurrent(Conflict):
    """The key was replaced or burnt before."""

    title = gettext_lazy("Not the current key")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as wanted. Its text hides itself from everything but the vault."""

    licence_id: int
    plain: Plain
    kind: str = KeyKind.PRODUCT_KEY
    label: str = ""
    per_seat: bool = False
    assignment_id: int | None = field(default=None)


def seal_key(*, actor: Actor, wanted: NewKey, at: datetime, on: date) -> LicenceKey:
    """Seal one key under a licence."""
    licence = licence_for(
        actor=actor, licence_id=wanted.licence_id, on=on, permission=Permission.LICENCES_CHANGE
    )
    scene = Scene(actor=actor, company_id=licence.company_id, batch_id=None, at=at, on=on)
    return seal_keys(scene=scene, wanted=[wanted])[0]


def seal_keys(*, scene: Scene, wanted: Sequence[NewKey]) -> list[LicenceKey]:
    """Seal keys of licences of one company, all or none, in the order given; one audit entry for each licence."""
    company = scene.company()
    wanted = [_checked(new) for new in wanted]
    _refuse_repeats(scene, wanted)
    ids = {new.licence_id for new in wanted}
    with transaction.atomic():
        rows = Licence.objects.filter(pk__in=ids, company_id=company.pk, withdrawn_at=None)
        licences = {row.pk: row for row in rows.select_related("product")}
        if missing := ids - set(licences):
            raise NotFound(_("There is no licence %(missing_id)s.") % {"missing_id": min(missing)})
        made = _store(scene, wanted)
        Licence.objects.filter(pk__in=ids, has_no_key=True).update(has_no_key=False)
        facts: dict[int, dict[str, Any]] = {pk: {"keys": []} for pk in licences}
        for key in made:
            facts[key.licence_id]["keys"].append(key.pk)
        scene.record("licences.keys_sealed", licences.values(), facts)
    return made


def _checked(new: NewKey) -> NewKey:
    """The key without what surrounds it, or the reason why it is none. The text itself is in no message."""
    text = new.plain.expose().strip()
    if spelled(text) in NOT_A_KEY:
        raise InvalidValue.of(
            "value", _("That is no key. If the licence has none, tick “this licence has no key”.")
        )
    if new.kind not in KeyKind.values:
        raise InvalidValue.of(
            "kind",
            _("“%(kind)s” is no kind of key: %(known)s is.")
            % {"kind": new.kind, "known": ", ".join(KeyKind.values)},
        )
    label = new.label.strip()[:100]
    if is_told_by(label, Plain(text)):
        raise InvalidValue.of(
            "label", _("The label holds the key itself, and labels are shown. Give it another name.")
        )
    return replace(new, plain=Plain(text), label=label)


def _refuse_repeats(scene: Scene, wanted: Sequence[NewKey]) -> None:
    """Refuse a key that its licence has already.

    Only somebody who may reveal is told about keys sealed before: whoever may only put keys in cannot ask by guessing.
    """
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidValue.of(
            "value",
            _("%(wanted)s keys at once; %(most)s are as many as may be.")
            % {"wanted": len(wanted), "most": MOST_AT_ONCE},
        )
    seen = set()
    for number, new in enumerate(wanted, 1):
        mark = (new.licence_id, new.kind, spelled(new.plain.expose()))
        if mark in seen:
            raise KeySealedAlready(
                _("The key in place %(number)s stands in the list twice. Nothing was sealed.")
                % {"number": number}
            )
        seen.add(mark)
    if not scene.actor.may(Permission.KEYS_REVEAL, scene.company_id) or not _matching(scene, wanted).exists():
        return
    for number, new in enumerate(wanted, 1):
        if _matching(scene, [new]).filter(kind=new.kind).exists():
            raise KeySealedAlready(
                _("The key in place %(number)s is sealed under this licence already. Nothing was sealed.")
                % {"number": number}
            )


def _matching(scene: Scene, wanted: Sequence[NewKey]) -> QuerySet[LicenceKey]:
    """Keys of the licences named that are spelled like one of these."""
    found = keys_matching(
        actor=scene.actor.narrowed_to(scene.company_id), plains=[new.plain for new in wanted]
    )
    return found.filter(licence_id__in={new.licence_id for new in wanted})


def _store(scene: Scene, wanted: Sequence[NewKey]) -> list[LicenceKey]:
    rows = [
        LicenceKey(
            company_id=scene.company_id,
            licence_id=new.licence_id,
            record=uuid.uuid4(),
            kind=new.kind,
            label=new.label,
            per_seat=new.per_seat,
            state=KeyState.FREE if new.assignment_id is None else KeyState.TAKEN,
            assignment_id=new.assignment_id,
            sealed_at=scene.at,
            sealed_by=scene.actor.name,
        )
        for new in wanted
    ]
    sealings = [Sealing(place_of_key(key=row), new.plain) for row, new in zip(rows, wanted, strict=True)]
    sealed = seal_secrets(
        actor=scene.actor, permission=Permission.LICENCES_CHANGE, sealings=sealings, at=scene.at
    )
    for row, secret in zip(rows, sealed, strict=True):
        row.secret = secret
    return LicenceKey.objects.bulk_create(rows, batch_size=1000)


def supersede_key(
    *, actor: Actor, key_id: int, plain: Plain, reason: str, at: datetime, on: date
) -> LicenceKey:
    """Replace a key by a new one, which takes over its label and its seat; the old one stays, sealed (R-087)."""
    old = key_for(actor=actor, key_id=key_id, permission=Permission.LICENCES_CHANGE)
    scene = Scene(actor=actor, company_id=old.company_id, batch_id=None, at=at, on=on)
    new = _checked(NewKey(old.licence_id, plain, old.kind, old.label, old.per_seat))
    _refuse_repeats(scene, [new])
    with transaction.atomic():
        locked = LicenceKey.objects.select_for_update().get(pk=old.pk)
        if locked.state not in {KeyState.FREE, KeyState.TAKEN}:
            raise KeyNotCurrent(
                _("Key %(key_id)s is %(state)s: seal a new one instead.")
                % {"key_id": key_id, "state": locked.get_state_display().lower()}
            )
        made = _store(scene, [replace(new, assignment_id=locked.assignment_id)])[0]
        LicenceKey.objects.filter(pk=old.pk).update(state=KeyState.SUPERSEDED, superseded_by=made)
        details = {"key": made.pk, "instead_of": old.pk, "reason": reason.strip()[:500]}
        scene.record("licences.key_superseded", [old.licence], {old.licence_id: details})
    return made


def retract_keys(*, scene: Scene, key_ids: Iterable[int]) -> None:
    """Burn keys that should not have been sealed: they stay, sealed, and are never given out. Refused once in a seat."""
    with transaction.atomic():
        rows = LicenceKey.objects.filter(pk__in=list(key_ids), company_id=scene.company().pk)
        keys = list(rows.select_for_update(of=("self",)).select_related("licence__product").order_by("pk"))
        if any(key.state == KeyState.TAKEN for key in keys):
            raise KeyNotCurrent(_("Some of the keys are in use by now. Release their seats first."))
        free = [key for key in keys if key.state == KeyState.FREE]
        LicenceKey.objects.filter(pk__in=[key.pk for key in free]).update(state=KeyState.BURNT)
        licences = {key.licence_id: key.licence for key in free}
        facts: dict[int, dict[str, Any]] = {pk: {"keys": []} for pk in licences}
        for key in free:
            facts[key.licence_id]["keys"].append(key.pk)
        if free:
            scene.record("licences.keys_retracted", licences.values(), facts)


def set_key_terms(
    *, actor: Actor, licence_id: int, has_no_key: bool, on_release: str, at: datetime, on: date
) -> None:
    """Say that a licence has no key, and what becomes of a seat's key when the seat is given back."""
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    if on_release not in OnRelease.values:
        raise InvalidValue.of(
            "on_release",
            _("“%(on_release)s” is no rule: %(known)s is.")
            % {"on_release": on_release, "known": ", ".join(OnRelease.values)},
        )
    with transaction.atomic():
        current = LicenceKey.objects.filter(
            licence=licence, state__in=(KeyState.FREE, KeyState.TAKEN)
        ).exists()
        if has_no_key and current:
            raise InvalidValue.of("has_no_key", _("This licence has a key: it stands in the list."))
        new = {"has_no_key": has_no_key, "keys_on_release": on_release}
        details = {
            name: [getattr(licence, name), value]
            for name, value in new.items()
            if getattr(licence, name) != value
        }
        Licence.objects.filter(pk=licence.pk).update(**new)
        if details:
            record(
                actor=actor, company_id=licence.company_id, at=at,
                happening=Happening("licences.changed", "licence", licence.pk, str(licence.product.name), details),
            )  # fmt: skip


def create_licence_with_key(
    *,
    actor: Actor,
    company_id: int,
    terms: LicenceTerms,
    line: LineTerms | None,
    plain: Plain | None,
    has_no_key: bool,
    at: datetime,
    on: date,
    serial: Plain | None = None,
) -> LicenceOnDay:
    """Make a licence with its first line and its key or serial number, or the word that it has none: all of it or
    nothing (R-036, U-019).
    """
    company_for(actor=actor, company_id=company_id, permission=Permission.LICENCES_CHANGE)
    require_key(plain=plain or serial, has_no_key=has_no_key)
    with transaction.atomic():
        made = create_licence(actor=actor, company_id=company_id, terms=terms, line=line, at=at, on=on)
        wanted = [
            NewKey(made.pk, text, kind)
            for text, kind in ((plain, KeyKind.PRODUCT_KEY), (serial, KeyKind.SERIAL_NUMBER))
            if text
        ]
        if wanted:
            scene = Scene(actor=actor, company_id=company_id, batch_id=None, at=at, on=on)
            seal_keys(scene=scene, wanted=wanted)
        else:
            set_key_terms(
                actor=actor,
                licence_id=made.pk,
                has_no_key=True,
                on_release=made.keys_on_release,
                at=at,
                on=on,
            )
    return licence_for(actor=actor, licence_id=made.pk, on=on)


def require_key(*, plain: Plain | None, has_no_key: bool) -> None:
    """The rule of a new licence (R-036): its key, or the word that it has none."""
    if has_no_key and plain:
        raise KeyMissing.of(
            "has_no_key", _("A key is given and “this licence has no key” is ticked: one of the two.")
        )
    if not has_no_key and not plain:
        raise KeyMissing.of("key", _("Give the key, or tick “this licence has no key”."))
