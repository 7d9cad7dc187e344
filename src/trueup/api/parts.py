"""The parts of companies: regions, locations and departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from pydantic import Field, StrictBool, StrictInt

from trueup.api.description import list_parameters
from trueup.api.lists import ListAnswer, json_answer, list_answer
from trueup.api.requests import Body, actor_in
from trueup.base.access import Permission
from trueup.tenancy.actions import add_region
from trueup.tenancy.columns import DEPARTMENTS, LOCATIONS, REGIONS
from trueup.tenancy.parts import add_part, change_part, delete_part, part_for, reinstate_part, retire_part
from trueup.tenancy.queries import company_for

router = Router(tags=["companies"])
NAMES = {"region": "region_id", "parent": "parent_id", "cost_centre": "cost_centre_id"}


class RegionBody(Body):
    """A new region of a company."""

    name: str = Field(max_length=100)


class LocationBody(Body):
    """A new location of a company; without a region it lies in the default one."""

    name: str = Field(max_length=100)
    region: StrictInt | None = None


class DepartmentBody(Body):
    """A new department of a company."""

    name: str = Field(max_length=100)
    parent: StrictInt | None = None
    cost_centre: StrictInt | None = None


class RegionChange(Body):
    """Another name, or whether it is retired; what is not named stays."""

    name: str = Field("", max_length=100)
    retired: StrictBool = False


class LocationChange(RegionChange):
    """The same of a location, and the region it lies in."""

    region: StrictInt | None = None


class DepartmentChange(RegionChange):
    """The same of a department, and what it belongs to."""

    parent: StrictInt | None = None
    cost_centre: StrictInt | None = None


@router.get(
    "/regions/",
    response=ListAnswer,
    openapi_extra=list_parameters(REGIONS),
    summary="Regions of one's companies",
)
def list_regions(request: HttpRequest) -> HttpResponse:
    """Every licence has one."""
    return list_answer(request, REGIONS)


@router.get(
    "/locations/",
    response=ListAnswer,
    openapi_extra=list_parameters(LOCATIONS),
    summary="Locations of one's companies",
)
def list_locations(request: HttpRequest) -> HttpResponse:
    """Retired ones are left out."""
    return list_answer(request, LOCATIONS)


@router.get(
    "/departments/",
    response=ListAnswer,
    openapi_extra=list_parameters(DEPARTMENTS),
    summary="Departments of one's companies",
)
def list_departments(request: HttpRequest) -> HttpResponse:
    """Retired ones are left out."""
    return list_answer(request, DEPARTMENTS)


@router.post("/companies/{int:company_id}/regions/", response={201: dict[str, Any]}, summary="Add a region")
def post_region(request: HttpRequest, company_id: int, body: RegionBody) -> HttpResponse:
    """409 ``NameTaken`` where the company has one of that name."""
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id, permission=Permission.COMPANIES_MANAGE)
    region = add_region(actor=actor, company=company, name=body.name, at=timezone.now())
    return json_answer({"id": region.pk, "name": region.name, "company": company.pk}, 201)


@router.post(
    "/companies/{int:company_id}/locations/", response={201: dict[str, Any]}, summary="Add a location"
)
def post_location(request: HttpRequest, company_id: int, body: LocationBody) -> HttpResponse:
    """409 ``NameTaken`` where the company has one of that name."""
    return _add(request, company_id, "location", body.named())


@router.post(
    "/companies/{int:company_id}/departments/", response={201: dict[str, Any]}, summary="Add a department"
)
def post_department(request: HttpRequest, company_id: int, body: DepartmentBody) -> HttpResponse:
    """409 ``NameTaken`` where the company has one of that name."""
    return _add(request, company_id, "department", body.named())


@router.patch("/regions/{int:region_id}/", response=dict[str, Any], summary="Rename or retire a region")
def patch_region(request: HttpRequest, region_id: int, body: RegionChange) -> HttpResponse:
    """``retired`` true takes it off every list to choose from, false puts it back. The default region stays."""
    return _change(request, "region", region_id, body.named())


@router.patch("/locations/{int:location_id}/", response=dict[str, Any], summary="Change or retire a location")
def patch_location(request: HttpRequest, location_id: int, body: LocationChange) -> HttpResponse:
    """``retired`` true takes it off every list to choose from, false puts it back."""
    return _change(request, "location", location_id, body.named())


@router.patch(
    "/departments/{int:department_id}/", response=dict[str, Any], summary="Change or retire a department"
)
def patch_department(request: HttpRequest, department_id: int, body: DepartmentChange) -> HttpResponse:
    """``retired`` true takes it off every list to choose from, false puts it back."""
    return _change(request, "department", department_id, body.named())


@router.api_operation(
    ["DELETE"], "/regions/{int:region_id}/", response={204: None}, summary="Delete a region nothing uses"
)
def delete_region(request: HttpRequest, region_id: int) -> HttpResponse:
    """409 ``PartInUse`` names who uses it, with numbers in ``uses``."""
    return _delete(request, "region", region_id)


@router.api_operation(
    ["DELETE"],
    "/locations/{int:location_id}/",
    response={204: None},
    summary="Delete a location nothing uses",
)
def delete_location(request: HttpRequest, location_id: int) -> HttpResponse:
    """409 ``PartInUse`` names who uses it, with numbers in ``uses``."""
    return _delete(request, "location", location_id)


@router.api_operation(
    ["DELETE"],
    "/departments/{int:department_id}/",
    response={204: None},
    summary="Delete a department nothing uses",
)
def delete_department(request: HttpRequest, department_id: int) -> HttpResponse:
    """409 ``PartInUse`` names who uses it, with numbers in ``uses``."""
    return _delete(request, "department", department_id)


def _add(request: HttpRequest, company_id: int, kind: str, named: Mapping[str, Any]) -> HttpResponse:
    actor = actor_in(request)
    company = company_for(actor=actor, company_id=company_id, permission=Permission.COMPANIES_MANAGE)
    values = {NAMES.get(name, name): value for name, value in named.items()}
    part = add_part(actor=actor, company=company, kind=kind, values=values, at=timezone.now())
    return json_answer({"id": part.pk, "name": part.name, "company": company.pk}, 201)


def _change(request: HttpRequest, kind: str, part_id: int, named: Mapping[str, Any]) -> HttpResponse:
    actor, at = actor_in(request), timezone.now()
    changes = {NAMES.get(name, name): value for name, value in named.items() if name != "retired"}
    if changes:
        change_part(actor=actor, kind=kind, part_id=part_id, changes=changes, at=at)
    if "retired" in named:
        end = retire_part if named["retired"] else reinstate_part
        end(actor=actor, kind=kind, part_id=part_id, at=at)
    part = part_for(actor=actor, kind=kind, part_id=part_id)
    body = {
        "id": part.pk,
        "name": part.name,
        "company": part.company_id,
        "retired": part.retired_at is not None,
    }
    return json_answer(body)


def _delete(request: HttpRequest, kind: str, part_id: int) -> HttpResponse:
    delete_part(actor=actor_in(request), kind=kind, part_id=part_id, at=timezone.now())
    return HttpResponse(status=204)
