"""Batches: many things of one kind made or changed in one request, with a result for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.catalogue import ProductBody, ProductChange, make_product
from trueup.api.devices import DeviceBody, DeviceChange, alter_device, make_device
from trueup.api.licences import LicenceBody, LicenceChange, alter_licence, make_licence
from trueup.api.lines import LineBody, make_line
from trueup.api.lists import json_answer
from trueup.api.people import PersonBody, PersonChange, alter_person, make_person
from trueup.api.problems import problem_as_json
from trueup.api.requests import Body, actor_in
from trueup.base.batches import Mode, carry_out_each
from trueup.base.problems import Conflict
from trueup.catalogue.details import change_product
from trueup.licences.correcting import correct_purchase

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.base.batches import Result

router = Router(tags=["batches"])
Item = TypeVar("Item", bound=Body)
Asked = Literal["all", "fill"]
MODE = "`all` stores every item or none; `fill` stores those that can be"


class NotAllDone(Conflict):
    """Some items cannot be carried out, and all or nothing was asked for; ``items`` says which and why."""

    title = gettext_lazy("Not every item can be carried out")


class Batch(Body, Generic[Item]):
    """Items to make or change, and what a refusal of one does to the others."""

    items: list[Item] = Field(min_length=1)
    mode: Asked = Field("all", description=MODE)


class Marked(Body):
    """Which thing is to change; ``revision`` refuses to overwrite somebody else's change."""

    id: StrictInt
    revision: StrictInt | None = None

    def changes(self) -> dict[str, Any]:
        """Only what is to change."""
        return {name: value for name, value in self.named().items() if name not in {"id", "revision"}}


class LicenceItem(LicenceChange, Marked):
    """Fields of a licence to change."""


class PersonItem(PersonChange, Marked):
    """Fields of a person to change."""


class DeviceItem(DeviceChange, Marked):
    """Fields of a device to change."""


class ProductItem(ProductChange):
    """Fields of a product of one's own to change."""

    id: StrictInt


class NewLine(LineBody):
    """A purchase line, and the licence it is of."""

    licence: StrictInt


class LineItem(Body):
    """Days of a line to put right; ``valid_to`` is the last covered day, ``revision`` that of the licence."""

    licence: StrictInt
    id: StrictInt
    revision: StrictInt | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class NewLicences(Batch[LicenceBody]):
    """Licences to make."""


class Licences(Batch[LicenceItem]):
    """Licences to change."""


class NewLines(Batch[NewLine]):
    """Lines to add, to one licence or to many."""


class Lines(Batch[LineItem]):
    """Lines to put right."""


class NewPeople(Batch[PersonBody]):
    """People to add."""


class People(Batch[PersonItem]):
    """People to change."""


class NewDevices(Batch[DeviceBody]):
    """Devices to add."""


class Devices(Batch[DeviceItem]):
    """Devices to change."""


class NewProducts(Batch[ProductBody]):
    """Products of a company's own to add."""


class Products(Batch[ProductItem]):
    """Products of one's own to change."""


@router.post("/licences/batch/", response=dict[str, Any], summary="Make many licences")
def post_licences(request: HttpRequest, body: NewLicences) -> HttpResponse:
    """Each with its line and its key, as a single one; at most 500. 409 ``NotAllDone`` with the result of each item."""
    actor = actor_in(request)
    return _answer(body, lambda item: make_licence(actor, item))


@router.patch("/licences/batch/", response=dict[str, Any], summary="Change many licences")
def patch_licences(request: HttpRequest, body: Licences) -> HttpResponse:
    """Each by its ``id``; what an item does not name stays."""
    actor = actor_in(request)
    return _answer(body, lambda item: alter_licence(actor, item.id, item.changes(), item.revision))


@router.post("/purchases/batch/", response=dict[str, Any], summary="Add many purchase lines")
def post_lines(request: HttpRequest, body: NewLines) -> HttpResponse:
    """Each to the licence it names."""
    actor = actor_in(request)

    def add(item: NewLine) -> int:
        line = LineBody(**item.model_dump(exclude={"licence"}, exclude_unset=True))
        return make_line(actor, item.licence, line)[0]

    return _answer(body, add)


@router.patch("/purchases/batch/", response=dict[str, Any], summary="Put the days of many lines right")
def patch_lines(request: HttpRequest, body: Lines) -> HttpResponse:
    """409 ``StillHeld`` where holders would be left without units."""
    actor = actor_in(request)
    return _answer(body, lambda item: _correct(actor, item))


@router.post("/people/batch/", response=dict[str, Any], summary="Add many people")
def post_people(request: HttpRequest, body: NewPeople) -> HttpResponse:
    """409 ``PersonExists`` for a login that is taken, or named twice."""
    actor = actor_in(request)
    return _answer(body, lambda item: make_person(actor, item))


@router.patch("/people/batch/", response=dict[str, Any], summary="Change many people")
def patch_people(request: HttpRequest, body: People) -> HttpResponse:
    """Each by its ``id``; what an item does not name stays."""
    actor = actor_in(request)
    return _answer(body, lambda item: alter_person(actor, item.id, item.changes(), item.revision))


@router.post("/devices/batch/", response=dict[str, Any], summary="Add many devices")
def post_devices(request: HttpRequest, body: NewDevices) -> HttpResponse:
    """By hand; inventories add devices by themselves."""
    actor = actor_in(request)
    return _answer(body, lambda item: make_device(actor, item))


@router.patch("/devices/batch/", response=dict[str, Any], summary="Change many devices")
def patch_devices(request: HttpRequest, body: Devices) -> HttpResponse:
    """Each by its ``id``; what an item does not name stays."""
    actor = actor_in(request)
    return _answer(body, lambda item: alter_device(actor, item.id, item.changes(), item.revision))


@router.post("/products/batch/", response=dict[str, Any], summary="Add many products of a company's own")
def post_products(request: HttpRequest, body: NewProducts) -> HttpResponse:
    """409 ``ProductExists`` where the publisher has one of that name."""
    actor = actor_in(request)
    return _answer(body, lambda item: make_product(actor, item))


@router.patch("/products/batch/", response=dict[str, Any], summary="Change many products of one's own")
def patch_products(request: HttpRequest, body: Products) -> HttpResponse:
    """Holders outside a new asset class stay and become findings."""
    actor = actor_in(request)

    def alter(item: ProductItem) -> int:
        changes = {name: value for name, value in item.named().items() if name != "id"}
        return change_product(actor=actor, product_id=item.id, changes=changes, at=timezone.now()).pk

    return _answer(body, alter)


def _correct(actor: Actor, item: LineItem) -> int:
    given = item.model_dump(exclude_unset=True)
    changes: dict[str, Any] = {"valid_from": item.valid_from} if item.valid_from is not None else {}
    if "valid_to" in given:
        changes["valid_until"] = None if item.valid_to is None else item.valid_to + timedelta(days=1)
    return correct_purchase(
        actor=actor, licence_id=item.licence, purchase_id=item.id, changes=changes, revision=item.revision,
        at=timezone.now(), on=timezone.localdate(),
    ).pk  # fmt: skip


def _answer(body: Batch[Item], act: Callable[[Item], int]) -> HttpResponse:
    """The result of each item, counted from 1; in the mode ``all`` a refusal where one of them was."""
    results, is_stored = carry_out_each(items=body.items, act=act, mode=Mode(body.mode))
    rows = [_row(number, result) for number, result in enumerate(results, 1)]
    refused = sum(result.problem is not None for result in results)
    if refused and not is_stored and body.mode == "all":
        raise NotAllDone(
            _("%(refused)s of %(n)s items cannot be carried out, so none was. Correct them, or ask for the rest with "
              "the mode fill.")
            % {"refused": refused, "n": len(results)},
            items=rows,
        )  # fmt: skip
    return json_answer({"done": len(results) - refused, "refused": refused, "items": rows})


def _row(number: int, result: Result[Any]) -> dict[str, Any]:
    if result.problem is None:
        return {"item": number, "outcome": "done", "id": result.id}
    return {"item": number, "outcome": "refused", "problem": problem_as_json(result.problem)}
