"""Sealing, replacing and looking up keys; and revealing one, on a page that nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from trueup.base.access import Permission
from trueup.base.problems import NotAllowed, NotFound, Problem
from trueup.licences.bulk import Scene
from trueup.licences.keys.reading import key_for, keys_matching
from trueup.licences.keys.revealing import reveal_key
from trueup.licences.keys.sealing import KeyMissing, NewKey, seal_keys, set_key_terms, supersede_key
from trueup.licences.queries import bare_licence_for, licence_for
from trueup.vault.plain import Plain, masked
from trueup.web.gate import page
from trueup.web.keys.forms import LookupForm, RevealForm, SealForm, SupersedeForm, TermsForm
from trueup.web.kit.asker import actor_in
from trueup.web.kit.refusals import REFUSED, refuse, save_form

BOTH = ("GET", "HEAD", "POST")
SHOWN_SECONDS = 30
MOST_BYTES = 1024**2


@sensitive_post_parameters()
@page(Permission.LICENCES_CHANGE, methods=BOTH)
def seal(request: HttpRequest, licence_id: int) -> HttpResponse:
    """One shared key, or a pool with one key a line."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    scene = Scene(actor=actor, company_id=licence.company_id, batch_id=None, at=timezone.now(), on=on)

    def act(values: Mapping[str, Any]) -> str:
        wanted = [
            NewKey(licence_id, plain, values["kind"], values["label"], values["per_seat"])
            for plain in _lines(_given(values), per_seat=values["per_seat"])
        ]
        made = len(seal_keys(scene=scene, wanted=wanted))
        messages.success(request, ngettext("%(n)s key sealed", "%(n)s keys sealed", made) % {"n": made})
        return _tab(licence_id)

    context = {"licence": licence, "active": "licences", "back": _tab(licence_id)}
    return save_form(
        request,
        SealForm(request.POST or None, request.FILES or None),
        act=act,
        template="keys/seal.html",
        context=context,
    )


def _given(values: Mapping[str, Any]) -> Plain:
    """The keys as typed, or as the file has them."""
    file = values["file"]
    if file is None:
        if not values["values"]:
            raise KeyMissing.of("values", _("Give the keys, or a file with them."))
        return values["values"]  # type: ignore[no-any-return]  # a PlainField
    try:
        text = file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise KeyMissing.of("file", _("The file is no text in UTF-8. Save it as plain text.")) from wrong
    if len(text) > MOST_BYTES or "\0" in text:
        raise KeyMissing.of("file", _("The file is no list of keys: plain text of at most one megabyte is."))
    return Plain("\n".join((values["values"].expose(), text)))


def _lines(given: Plain, *, per_seat: bool) -> list[Plain]:
    lines = [Plain(line.strip()) for line in given.expose().splitlines() if line.strip()]
    if not per_seat and len(lines) > 1:
        raise KeyMissing.of(
            "per_seat",
            _("%(n)s lines are given and one key is shared: tick “One key for each seat”.")
            % {"n": len(lines)},
        )
    if not lines:
        raise KeyMissing.of("values", _("There is no key in it."))
    return lines


@page(Permission.LICENCES_CHANGE, methods=("POST",))
def terms(request: HttpRequest, licence_id: int) -> HttpResponse:
    """That a licence has no key, and what becomes of a released seat's key."""
    actor = actor_in(request)
    bare_licence_for(actor=actor, licence_id=licence_id, permission=Permission.LICENCES_CHANGE)
    form = TermsForm(request.POST)
    if form.is_valid():
        set_key_terms(
            actor=actor,
            licence_id=licence_id,
            has_no_key=form.cleaned_data["has_no_key"],
            on_release=form.cleaned_data["on_release"],
            at=timezone.now(),
            on=timezone.localdate(),
        )
        messages.success(request, _("Saved"))
    return redirect(_tab(licence_id))


@sensitive_post_parameters()
@page(Permission.LICENCES_CHANGE, methods=BOTH)
def supersede(request: HttpRequest, key_id: int) -> HttpResponse:
    """Replace a key; the old one stays, sealed."""
    actor = actor_in(request)
    key = key_for(actor=actor, key_id=key_id, permission=Permission.LICENCES_CHANGE)

    def act(values: Mapping[str, Any]) -> str:
        supersede_key(
            actor=actor, key_id=key_id, plain=values["value"], reason=values["reason"],
            at=timezone.now(), on=timezone.localdate(),
        )  # fmt: skip
        messages.success(request, _("Key replaced. The old one stays, sealed."))
        return _tab(key.licence_id)

    context = {"key": key, "licence": key.licence, "active": "licences", "back": _tab(key.licence_id)}
    form = SupersedeForm(request.POST or None)
    return save_form(request, form, act=act, template="keys/supersede.html", context=context)


@never_cache
@page(Permission.KEYS_REVEAL, methods=BOTH)
@sensitive_variables("context", "plain")
def reveal(request: HttpRequest, key_id: int) -> HttpResponse:
    """Ask for the reason, write it down, show the key for half a minute."""
    actor = actor_in(request)
    key = key_for(actor=actor, key_id=key_id, permission=Permission.KEYS_REVEAL)
    form = RevealForm(request.POST or None)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]  # put there by django-htmx
    context: dict[str, Any] = {
        "key": key, "licence": key.licence, "masked": masked(key.tail), "id": f"key-{key.pk}", "form": form,
        "back": _tab(key.licence_id), "seconds": SHOWN_SECONDS, "active": "licences",
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            try:
                plain = reveal_key(
                    actor=actor, key_id=key_id, reason=form.cleaned_data["reason"], at=timezone.now()
                )
            except (NotFound, NotAllowed):
                raise
            except Problem as problem:
                refuse(form, problem)
                status = REFUSED if is_part else problem.status  # htmx shows only this one in its place
            else:
                name = "keys/revealed_part.html" if is_part else "keys/revealed.html"
                return render(request, name, {**context, "value": plain.expose()})
    return render(request, "keys/reveal_part.html" if is_part else "keys/reveal.html", context, status=status)


@sensitive_post_parameters()
@page(Permission.KEYS_REVEAL, methods=BOTH)
def lookup(request: HttpRequest) -> HttpResponse:
    """Which licence a found key belongs to: exact matches only, and none of it in the address."""
    form = LookupForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "active": "licences", "asked": False}
    if request.method == "POST" and form.is_valid():
        found = keys_matching(actor=actor_in(request), plains=[form.cleaned_data["value"]])
        context |= {
            "asked": True,
            "found": [
                {"name": key.licence.product.name, "url": _tab(key.licence_id), "kind": key.get_kind_display(),
                 "label": key.label, "state": key.get_state_display()}
                for key in found
            ],
        }  # fmt: skip
    return render(request, "keys/lookup.html", context)


def _tab(licence_id: int) -> str:
    return f"{reverse('licence', args=[licence_id])}keys/"
