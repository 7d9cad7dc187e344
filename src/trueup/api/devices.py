"""Devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in, revision_in
from trueup.api.settling import CrossingBody
from trueup.assignments.crossing import move_device_to_company
from trueup.assignments.regions import change_device_holding
from trueup.assignments.returning import check_in_device
from trueup.devices.actions import DeviceTerms, add_device
from trueup.devices.columns import DEVICES
from trueup.devices.queries import device_for

if TYPE_CHECKING:
    from trueup.base.actor import Actor

router = Router(tags=["devices"])
NAMES = {
    "asset_class": "environment",
    "region": "region_id",
    "location": "location_id",
    "department": "department_id",
    "owner": "owner_id",
    "user": "user_id",
    "host": "host_id",
    "cluster": "cluster_id",
}


class DeviceFields(Body):
    """A device's fields; empty counts are unknown, never 0."""

    kind: str = "other"
    asset_class: str = "back_office"
    status: str = "deployed"
    barcode: str = Field("", max_length=100)
    serial: str = Field("", max_length=150)
    inventory_number: str = Field("", max_length=100)
    manufacturer: str = Field("", max_length=150)
    model: str = Field("", max_length=200)
    region: StrictInt | None = None
    location: StrictInt | None = None
    department: StrictInt | None = None
    owner: StrictInt | None = None
    user: StrictInt | None = None
    processors: StrictInt | None = None
    cores_per_processor: StrictInt | None = None
    threads_per_core: StrictInt | None = None
    cores: StrictInt | None = None
    is_virtual: StrictBool = False
    host: StrictInt | None = None
    cluster: StrictInt | None = None
    operating_system: str = Field("", max_length=200)


class DeviceBody(DeviceFields):
    """A new device."""

    company: StrictInt
    hostname: str = Field(max_length=200)


class DeviceChange(DeviceFields):
    """Fields to change; what is not named stays."""

    hostname: str = Field("", max_length=200)


@router.get("/", response=ListAnswer, openapi_extra=list_parameters(DEVICES), summary="Devices one may see")
def list_devices(request: HttpRequest) -> HttpResponse:
    """``asset_class=data_centre`` narrows to where they stand (R-016)."""
    return list_answer(request, DEVICES)


@router.post("/", response={201: dict[str, Any]}, summary="Add a device")
def post_device(request: HttpRequest, body: DeviceBody) -> HttpResponse:
    """By hand; inventories add devices by themselves."""
    return _answer(request, make_device(actor_in(request), body), 201)


def make_device(actor: Actor, body: DeviceBody) -> int:
    """Add the device of a body; its id."""
    values = {NAMES.get(name, name): value for name, value in body.model_dump(exclude={"company"}).items()}
    return add_device(actor=actor, company_id=body.company, terms=DeviceTerms(**values), at=timezone.now()).pk


@router.get("/{int:device_id}/", response=dict[str, Any], summary="One device")
def get_device(request: HttpRequest, device_id: int) -> HttpResponse:
    """What the device holds is at ``/api/assignments/?device=``."""
    return _answer(request, device_id)


@router.patch("/{int:device_id}/", response=dict[str, Any], summary="Change named fields of a device")
def patch_device(request: HttpRequest, device_id: int, body: DeviceChange) -> HttpResponse:
    """``If-Match`` refuses to overwrite somebody else's change (412)."""
    alter_device(actor_in(request), device_id, body.named(), revision_in(request))
    return _answer(request, device_id)


def alter_device(actor: Actor, device_id: int, named: dict[str, Any], revision: int | None) -> int:
    """Change what a body named; the id."""
    changes = {NAMES.get(name, name): value for name, value in named.items()}
    change_device_holding(
        actor=actor, device_id=device_id, changes=changes, revision=revision, at=timezone.now()
    )
    return device_id


class CheckInBody(Body):
    """Whether units that the device holds are released, or stay with it; not to be said where it holds none."""

    release: StrictBool | None = None
    reason: str = Field("", max_length=500)
    deactivated: StrictBool | None = None


@router.post("/{int:device_id}/check-in/", response=dict[str, Any], summary="Take a device back into stock")
def post_check_in(request: HttpRequest, device_id: int, body: CheckInBody) -> HttpResponse:
    """It is nobody's to use from then on. 409 ``HoldingsUnsettled`` with ``holdings`` where it holds units and ``release``
    is not said.
    """
    check_in_device(
        actor=actor_in(request),
        device_id=device_id,
        release=body.release,
        reason=body.reason,
        is_deactivated=body.deactivated,
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, device_id)


@router.post(
    "/{int:device_id}/company/",
    response={201: dict[str, Any]},
    summary="Let a device go on in another company",
)
def post_company(request: HttpRequest, device_id: int, body: CrossingBody) -> HttpResponse:
    """Answers with the device of the new company; the old one is decommissioned and keeps its history. 409
    ``HoldingsUnsettled`` with ``holdings`` where ``settle`` does not name each.
    """
    made = move_device_to_company(
        actor=actor_in(request),
        device_id=device_id,
        crossing=body.crossing(),
        at=timezone.now(),
        on=timezone.localdate(),
    )
    return _answer(request, made.pk, 201)


def _answer(request: HttpRequest, device_id: int, status: int = 200) -> HttpResponse:
    device = device_for(actor=actor_in(request), device_id=device_id)
    plain = (
        "hostname", "kind", "status", "barcode", "serial", "inventory_number", "manufacturer", "model", "processors",
        "cores_per_processor", "threads_per_core", "cores", "is_virtual", "operating_system", "last_seen_at", "revision",
    )  # fmt: skip
    neighbours = {
        "location": device.location, "department": device.department, "owner": device.owner, "user": device.user, "host": device.host, "cluster": device.cluster,
    }  # fmt: skip
    body = {
        "id": device.pk,
        "company": {"id": device.company_id, "name": device.company.name},
        "region": {"id": device.region_id, "name": device.region.name},
        "asset_class": device.environment,
        **{name: getattr(device, name) for name in plain},
        **{name: _reference(thing) for name, thing in neighbours.items()},
    }
    return json_answer(body, status, ETag=f'"r{device.revision}"')


def _reference(thing: Any) -> dict[str, Any] | None:
    if thing is None:
        return None
    return {"id": thing.pk, "name": getattr(thing, "hostname", None) or thing.name}
