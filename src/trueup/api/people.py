"""People of the directory."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, revision_in
from trueup.api.settling import CrossingBody
from trueup.assignments.crossing import move_person_to_company
from trueup.assignments.queries import assignments_visible_to
from trueup.assignments.regions import change_person_holding
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.devices.queries import devices_of_person
from trueup.people.actions import PersonTerms, add_person, mark_left
from trueup.people.columns import PEOPLE
from trueup.people.queries import person_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor

router = Router(tags=["people"])
NAMED_AT_MOST = 200


class PersonBody(Body):
    """A new person."""

    company: StrictInt
    username: str = Field(max_length=150)
    name: str = Field(max_length=200)
    email: str = Field("", max_length=254)
    employee_number: str = Field("", max_length=60)
    department: str = Field("", max_length=200)
    location: str = Field("", max_length=200)
    region: StrictInt | None = None


class PersonChange(Body):
    """Fields to change; what is not named stays."""

    name: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=254)
    employee_number: str | None = Field(None, max_length=60)
    department: StrictInt | None = None
    location: StrictInt | None = None
    region: StrictInt | None = None
    manager: StrictInt | None = None


class LeftBody(Body):
    """The last working day."""

    left_on: date


@router.get("/", response=ListAnswer, openapi_extra=list_parameters(PEOPLE), summary="People one may see")
def list_people(request: HttpRequest) -> HttpResponse:
    """``q=`` finds by name, login, e-mail or employee number."""
    return list_answer(request, PEOPLE)


@router.post("/", response={201: dict[str, Any]}, summary="Add a person")
def post_person(request: HttpRequest, body: PersonBody) -> HttpResponse:
    """409 ``PersonExists`` where the login or employee number is taken in the company."""
    return _answer(request, make_person(actor_in(request), body), 201)


def make_person(actor: Actor, body: PersonBody) -> int:
    """Add the person of a body; its id."""
    terms = PersonTerms(
        username=body.username, name=body.name, email=body.email, employee_number=body.employee_number,
        department=body.department, location=body.location, region_id=body.region,
    )  # fmt: skip
    return add_person(actor=actor, company_id=body.company, terms=terms, at=timezone.now()).pk


@router.get("/{int:person_id}/", response=dict[str, Any], summary="One person")
def get_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """With the licences they hold and the devices they use and own, the first 200 of each; all of the first are at
    ``/api/assignments/?person=``.
    """
    return _answer(request, person_id)


@router.patch("/{int:person_id}/", response=dict[str, Any], summary="Change named fields of a person")
def patch_person(request: HttpRequest, person_id: int, body: PersonChange) -> HttpResponse:
    """``If-Match`` refuses to overwrite somebody else's change (412)."""
    alter_person(actor_in(request), person_id, body.named(), revision_in(request))
    return _answer(request, person_id)


def alter_person(actor: Actor, person_id: int, named: dict[str, Any], revision: int | None) -> int:
    """Change what a body named; the id."""
    names = {
        "region": "region_id",
        "manager": "manager_id",
        "department": "department_id",
        "location": "location_id",
    }
    changes = {names.get(name, name): value for name, value in named.items()}
    change_person_holding(
        actor=actor, person_id=person_id, changes=changes, revision=revision, at=timezone.now()
    )
    return person_id


@router.post("/{int:person_id}/left/", response=dict[str, Any], summary="Note that a person has left")
def post_left(request: HttpRequest, person_id: int, body: LeftBody) -> HttpResponse:
    """What they hold stays theirs until it is released."""
    mark_left(actor=actor_in(request), person_id=person_id, left_on=body.left_on, at=timezone.now())
    return _answer(request, person_id)


@router.post(
    "/{int:person_id}/company/",
    response={201: dict[str, Any]},
    summary="Let a person go on in another company",
)
def post_company(request: HttpRequest, person_id: int, body: CrossingBody) -> HttpResponse:
    """Answers with the person of the new company; in the old one they have left. 409 ``HoldingsUnsettled`` with
    ``holdings`` where ``settle`` does not name each.
    """
    made = move_person_to_company(
        actor=actor_in(request),
        person_id=person_id,
        crossing=body.crossing(),
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, made.pk, 201)


def _answer(request: HttpRequest, person_id: int, status: int = 200) -> HttpResponse:
    actor = actor_in(request)
    person = person_for(actor=actor, person_id=person_id)
    body = {
        "id": person.pk,
        "company": {"id": person.company_id, "name": person.company.name},
        "username": person.username,
        "name": person.name,
        "email": person.email,
        "employee_number": person.employee_number,
        "department": None
        if person.department is None
        else {"id": person.department_id, "name": person.department.name},
        "location": None
        if person.location is None
        else {"id": person.location_id, "name": person.location.name},
        "region": {"id": person.region_id, "name": person.region.name},
        "manager": None if person.manager is None else {"id": person.manager_id, "name": person.manager.name},
        "is_active": person.is_active,
        "left_on": person.left_on,
        "revision": person.revision,
        **_holdings(actor, person_id),
    }
    return json_answer(body, status, ETag=f'"r{person.revision}"')


def _holdings(actor: Actor, person_id: int) -> dict[str, Any]:
    """What the person holds, uses and owns, as far as the actor may see it."""
    held = (
        assignments_visible_to(actor=actor)
        .filter(person_id=person_id)
        .order_by("licence__product__name", "pk")
        .values_list("pk", "licence_id", "licence__product__name", "units")
    )
    devices = (
        list(devices_of_person(actor=actor, person_id=person_id)[:NAMED_AT_MOST])
        if actor.may_somewhere(Permission.DEVICES_VIEW)
        else []
    )
    named = [(one, {"id": one.pk, "name": one.hostname}) for one in devices]
    return {
        "licences": [
            {"assignment": pk, "licence": {"id": licence_id, "name": name}, "units": units}
            for pk, licence_id, name, units in held[:NAMED_AT_MOST]
        ],
        "devices_used": [words for one, words in named if one.user_id == person_id],
        "devices_owned": [words for one, words in named if one.owner_id == person_id],
    }
