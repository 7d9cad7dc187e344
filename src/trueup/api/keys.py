"""Keys of licences: sealed by anyone who may change the licence, shown masked, revealed one at a time with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, SecretStr, StrictBool

from trueup.api.lists import ListAnswer, json_answer
from trueup.api.requests import Body, actor_in, day_in
from trueup.assignments.queries import keys_with_holders
from trueup.base.access import Permission
from trueup.licences.bulk import Scene
from trueup.licences.keys.reading import keys_matching
from trueup.licences.keys.revealing import reveal_key
from trueup.licences.keys.sealing import NewKey, seal_key, seal_keys, set_key_terms, supersede_key
from trueup.licences.queries import licence_for
from trueup.vault.plain import Plain, masked

router = Router(tags=["keys"])


class KeyBody(Body):
    """A key to seal. ``value`` can be written and never read back here."""

    value: SecretStr
    kind: str = "product_key"
    label: str = Field("", max_length=100)
    per_seat: StrictBool = False


class PoolBody(Body):
    """Keys for seats, in the order in which they are to be given out."""

    values: list[SecretStr] = Field(max_length=10_000)
    kind: str = "product_key"
    label: str = Field("", max_length=100)


class KeyTermsBody(Body):
    """Whether the licence has no key; what becomes of a seat's key: ``return`` or ``burn``."""

    has_no_key: StrictBool
    on_release: str


class SupersedeBody(Body):
    """The new key and why there is one."""

    value: SecretStr
    reason: str = Field("", max_length=500)


class RevealBody(Body):
    """Why the key is needed."""

    reason: str = Field("", max_length=500)


class LookupBody(Body):
    """A whole key. It travels in the body, for addresses are written into logs."""

    value: SecretStr


@router.get("/licences/{int:licence_id}/keys/", response=ListAnswer, summary="The keys of a licence, masked")
def list_keys(request: HttpRequest, licence_id: int) -> HttpResponse:
    """With the seat each is given to; no key can be read, filtered or searched here."""
    actor = actor_in(request)
    licence_for(actor=actor, licence_id=licence_id, on=day_in(request))
    keys = [_key(key) for key in keys_with_holders(actor=actor, licence_id=licence_id)]
    return json_answer({"results": keys, "next": None, "count": len(keys)})


@router.post(
    "/licences/{int:licence_id}/keys/", response={201: dict[str, Any]}, summary="Seal a key under a licence"
)
def post_key(request: HttpRequest, licence_id: int, body: KeyBody) -> HttpResponse:
    """Answers with the key, masked. 409 ``KeySealedAlready`` where the licence has it."""
    wanted = NewKey(licence_id, _plain(body.value), body.kind, body.label, body.per_seat)
    made = seal_key(actor=actor_in(request), wanted=wanted, at=timezone.now(), on=timezone.localdate())
    return _answer(request, licence_id, made.pk, 201)


@router.post(
    "/licences/{int:licence_id}/keys/pool/",
    response={201: dict[str, Any]},
    summary="Seal many keys, one for each seat",
)
def post_pool(request: HttpRequest, licence_id: int, body: PoolBody) -> HttpResponse:
    """All of them or none; answers with how many."""
    actor, on = actor_in(request), timezone.localdate()
    licence = licence_for(actor=actor, licence_id=licence_id, on=on, permission=Permission.LICENCES_CHANGE)
    scene = Scene(actor=actor, company_id=licence.company_id, batch_id=None, at=timezone.now(), on=on)
    wanted = [
        NewKey(licence_id, _plain(value), body.kind, body.label, per_seat=True) for value in body.values
    ]
    return json_answer({"sealed": len(seal_keys(scene=scene, wanted=wanted))}, 201)


@router.put(
    "/licences/{int:licence_id}/keys/terms/",
    response=dict[str, Any],
    summary="Say what holds for a licence's keys",
)
def put_key_terms(request: HttpRequest, licence_id: int, body: KeyTermsBody) -> HttpResponse:
    """That there is none, or what becomes of a seat's key when the seat is given back."""
    set_key_terms(
        actor=actor_in(request), licence_id=licence_id, has_no_key=body.has_no_key, on_release=body.on_release,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return json_answer(body.model_dump())


@router.post(
    "/keys/{int:key_id}/supersede/", response={201: dict[str, Any]}, summary="Replace a key by a new one"
)
def post_supersede(request: HttpRequest, key_id: int, body: SupersedeBody) -> HttpResponse:
    """The new key takes over label and seat; the old one stays, sealed."""
    made = supersede_key(
        actor=actor_in(request), key_id=key_id, plain=_plain(body.value), reason=body.reason,
        at=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    return _answer(request, made.licence_id, made.pk, 201)


@router.post("/keys/{int:key_id}/reveal/", response=dict[str, Any], summary="Reveal a key")
def post_reveal(request: HttpRequest, key_id: int, body: RevealBody) -> HttpResponse:
    """The one answer that holds a key: with ``keys.reveal``, a reason, and an audit entry stored before it is sent.

    429 ``TooManyReveals`` beyond ten a minute and person, or fifty a minute and company.
    """
    plain = reveal_key(actor=actor_in(request), key_id=key_id, reason=body.reason, at=timezone.now())
    return _unstored(json_answer({"id": key_id, "value": plain.expose()}))


@router.post("/keys/lookup/", response=ListAnswer, summary="Which licence a key belongs to")
def post_lookup(request: HttpRequest, body: LookupBody) -> HttpResponse:
    """Exact but for case and separators. Without ``keys.reveal`` 403, whether the key is there or not."""
    found = keys_matching(actor=actor_in(request), plains=[_plain(body.value)])
    keys = [
        {**_key(key), "licence": {"id": key.licence_id, "name": key.licence.product.name}} for key in found
    ]
    return _unstored(json_answer({"results": keys, "next": None, "count": len(keys)}))


def _unstored(answer: HttpResponse) -> HttpResponse:
    """An answer that nobody on the way keeps."""
    answer["Cache-Control"] = "no-store"
    return answer


def _plain(value: SecretStr) -> Plain:
    return Plain(value.get_secret_value())


def _key(key: Any) -> dict[str, Any]:
    return {
        "id": key.pk,
        "kind": key.kind,
        "label": key.label,
        "masked": masked(key.tail),
        "per_seat": key.per_seat,
        "state": key.state,
        "assignment": key.assignment_id,
        "holder": getattr(key, "holder_name", None),
        "superseded_by": key.superseded_by_id,
        "sealed_at": key.sealed_at,
        "sealed_by": key.sealed_by,
    }


def _answer(request: HttpRequest, licence_id: int, key_id: int, status: int) -> HttpResponse:
    keys = keys_with_holders(actor=actor_in(request), licence_id=licence_id)
    return json_answer(_key(keys.get(pk=key_id)), status)
