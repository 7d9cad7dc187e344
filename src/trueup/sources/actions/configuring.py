"""Adding a source, changing it, and letting it go. Its credentials go into the vault and are never read back by a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue
from trueup.sources.asking import Opening, checked_source_url
from trueup.sources.findings import Suitcase
from trueup.sources.models import Seat, Source, Subscription
from trueup.sources.queries import source_for
from trueup.tenancy.queries import company_for
from trueup.vault.actions import Sealing, seal_secrets, use_secret
from trueup.vault.envelope import Place
from trueup.vault.models import Secret
from trueup.vault.plain import Plain

KIND = "source"
LONGEST_NAME = 100
MOST_HOURS = 24 * 31
MANAGE = Permission.COMPANIES_MANAGE


class SourceNameTaken(Conflict):
    """The company reads a source of that name already."""

    title = gettext_lazy("Name taken")


@dataclass(frozen=True, slots=True)
class SourceTerms:
    """How a source is read. ``every_hours`` 0: only when asked. ``is_shared``: it speaks of several companies."""

    name: str
    url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    every_hours: int = 24
    is_shared: bool = False


def add_source(
    *,
    actor: Actor,
    company_id: int,
    suitcase: Suitcase,
    terms: SourceTerms,
    secrets: Mapping[str, Plain],
    at: datetime,
) -> Source:
    """Read a system from now on, by schedule or when asked."""
    company_for(actor=actor, company_id=company_id, permission=MANAGE)
    terms = _checked(terms, suitcase, secrets)
    source = Source(company_id=company_id, kind=suitcase.name, created_at=at, **_columns(terms))
    source.due_at = at if terms.every_hours else None
    try:
        with transaction.atomic():
            source.secret = _sealed(actor, source, secrets, at)
            source.save(force_insert=True)
            _note(actor, "sources.added", source, at, {"kind": suitcase.name, "url": source.url})
    except IntegrityError as taken:
        raise _taken(terms.name) from taken
    return source


def change_source(
    *,
    actor: Actor,
    source_id: int,
    suitcase: Suitcase,
    terms: SourceTerms,
    secrets: Mapping[str, Plain],
    at: datetime,
) -> Source:
    """Read it otherwise. A secret that is left empty stays as it is, unless the address changes: then all are asked for anew."""
    source = source_for(actor=actor, source_id=source_id, permission=MANAGE)
    given = {key: plain for key, plain in secrets.items() if plain}
    moves = terms.url.strip().rstrip("/") != source.url or dict(terms.options) != source.options
    known = {} if moves else _opened(source)
    terms = _checked(terms, suitcase, {**known, **given})
    columns = _columns(terms)
    details = {
        name: [getattr(source, name), new] for name, new in columns.items() if getattr(source, name) != new
    }
    if terms.every_hours != source.every_hours:
        columns["due_at"] = at if terms.every_hours else None
    try:
        with transaction.atomic():
            if given:
                columns["secret"] = _sealed(actor, source, {**known, **given}, at)
                columns["secrets_made"] = source.secrets_made
            Source.objects.filter(pk=source.pk).update(**columns)
            _note(actor, "sources.changed", source, at, {**details, "new_credentials": sorted(given)})
    except IntegrityError as taken:
        raise _taken(terms.name) from taken
    return source_for(actor=actor, source_id=source_id)


def withdraw_source(*, actor: Actor, source_id: int, at: datetime) -> None:
    """Read it no more. Seats and subscriptions it told of end; installations stay until another source says they are gone."""
    source = source_for(actor=actor, source_id=source_id, permission=MANAGE)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(withdrawn_at=at, due_at=None)
        for model in (Seat, Subscription):
            model.objects.filter(origin=source.record, gone_at=None).update(gone_at=at)
        _note(actor, "sources.withdrawn", source, at, {})


def open_source(*, source: Source, wait: Callable[[float], None], at: datetime) -> Opening:
    """What a suitcase needs to read a source: nobody sees it, so nobody is asked for a reason."""
    return Opening(source.url, source.options, _opened(source), wait, at)


def _opened(source: Source) -> dict[str, Plain]:
    if source.secret is None:
        return {}
    plain = use_secret(secret=source.secret, place=_place(source, source.secrets_made))
    return {key: Plain(text) for key, text in json.loads(plain.expose()).items()}


def _sealed(actor: Actor, source: Source, secrets: Mapping[str, Plain], at: datetime) -> Secret | None:
    """All secrets of a source as one sealed value, at a place of its own each time."""
    if not secrets:
        return None
    source.secrets_made += 1
    told = json.dumps({key: plain.expose() for key, plain in secrets.items()})
    sealing = Sealing(_place(source, source.secrets_made), Plain(told))
    return seal_secrets(actor=actor, permission=MANAGE, sealings=[sealing], at=at)[0]


def _place(source: Source, number: int) -> Place:
    return Place(source.company_id, KIND, source.record, f"credentials_{number}")


def _checked(terms: SourceTerms, suitcase: Suitcase, secrets: Mapping[str, Plain]) -> SourceTerms:
    """The terms with every option the suitcase asks for and no other. Raises InvalidValue for what is missing."""
    name = " ".join(terms.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValue.of(
            "name", _("A source needs a name of 1 to %(most)s characters.") % {"most": LONGEST_NAME}
        )
    if not 0 <= terms.every_hours <= MOST_HOURS:
        raise InvalidValue.of(
            "every_hours",
            _("A source is read every 1 to %(most)s hours, or with 0 only when asked.")
            % {"most": MOST_HOURS},
        )
    options = {}
    for ask in suitcase.asks:
        value = (
            secrets.get(ask.key)
            if ask.is_secret
            else str(terms.options.get(ask.key) or "").strip() or ask.usual
        )
        if ask.is_needed and not value:
            raise InvalidValue.of(ask.key, _("%(label)s is needed.") % {"label": ask.label})
        if not ask.is_secret:
            options[ask.key] = str(value)
    unknown = sorted({*terms.options, *secrets} - {ask.key for ask in suitcase.asks})
    if unknown:
        raise InvalidValue.of(
            unknown[0],
            _("%(title)s is not asked for “%(key)s”.") % {"title": suitcase.title, "key": unknown[0]},
        )
    url = checked_source_url(terms.url or suitcase.url, schemes=suitcase.schemes)
    return SourceTerms(name, url, options, terms.every_hours, terms.is_shared)


def _columns(terms: SourceTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("name", "url", "options", "every_hours", "is_shared")}


def _taken(name: str) -> SourceNameTaken:
    return SourceNameTaken(
        _("The company reads a source “%(name)s” already. Choose another name.") % {"name": name}
    )


def _note(actor: Actor, event: str, source: Source, at: datetime, details: Mapping[str, Any]) -> None:
    happening = Happening(event, KIND, source.pk, source.name, details)
    record(actor=actor, company_id=source.company_id, at=at, happening=happening)
