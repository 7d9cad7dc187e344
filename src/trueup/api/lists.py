"""Registers as JSON: one function for every list of the API, straight from ``values()`` to bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from trueup.api.requests import actor_in
from trueup.base.listing import parse_kindly, parse_listing, read_page
from trueup.base.problems import UnknownParameter
from trueup.base.registers import Column, Kind, Register
from trueup.reports.render.table import cents
from trueup.saved_views.keeping import parameters_of
from trueup.saved_views.queries import view_for

JSON = "application/json"
MOST_DIGITS = 18


class ListAnswer(Schema):
    """A page of a list; ``next`` is the address of the following one. ``results`` have the register's columns.

    ``left_out`` is there with ``view=`` only, where the view keeps a column or filter that the list no longer has;
    ``count_is_at_least`` only where there are more rows than were counted.
    """

    results: list[dict[str, Any]]
    next: str | None
    count: int
    left_out: list[dict[str, str]] | None = None
    count_is_at_least: bool | None = None


def list_answer(request: HttpRequest, register: Register, **rows_arguments: Any) -> HttpResponse:
    """One page of a register as JSON: ``{"results": […], "next": …, "count": …}``."""
    actor = actor_in(request)
    seen = register.seen_by(actor)
    given = {name: str(value) for name, value in request.GET.items()}
    query, left_out = _on_view(request, seen, given)
    page = read_page(seen, actor=actor, listing=parse_listing(seen, query), **rows_arguments)
    columns = _wanted(seen, query.get("fields", ""))
    body = {
        "results": [row_as_json(row, columns) for row in page.rows],
        "next": _address(request, given, page.next) if page.next else None,
        "count": page.count,
        **({"left_out": left_out} if left_out else {}),
        **({} if page.is_counted else {"count_is_at_least": True}),
    }
    return json_answer(body)


def _on_view(
    request: HttpRequest, register: Register, given: dict[str, str]
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The parameters with those of ``view=`` beneath them, and what of the view the list no longer knows."""
    if "view" not in given:
        return given, []
    wanted = given["view"]
    view_id = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= MOST_DIGITS else 0
    view = view_for(actor=actor_in(request), register=register, view_id=view_id)
    kept = parameters_of(view.query)
    keys = [key for key in kept.pop("columns", "").split(",") if key]
    _listing, faults = parse_kindly(register, kept)
    lost = {fault.name for fault in faults}
    fields = ",".join(key for key in keys if register.column(key))
    query = {name: value for name, value in kept.items() if name not in lost} | (
        {"fields": fields} if fields else {}
    )
    left_out = [{"name": fault.name, "value": fault.value, "detail": fault.detail} for fault in faults]
    left_out += [
        {"name": "columns", "value": key, "detail": _("The list has no column “%(name)s”.") % {"name": key}}
        for key in keys
        if not register.column(key)
    ]
    return query | {name: value for name, value in given.items() if name != "view"}, left_out


def _wanted(register: Register, fields: str) -> tuple[Column, ...]:
    if not fields:
        return register.columns
    found = [register.column(key) for key in fields.split(",")]
    if None in found:
        known = ", ".join(column.key for column in register.columns)
        raise UnknownParameter(
            _("“%(fields)s” names a field %(name)s does not have. Known: %(known)s.")
            % {"fields": fields, "name": register.name, "known": known}
        )
    return tuple(column for column in found if column is not None)


def _address(request: HttpRequest, query: dict[str, str], cursor: str) -> str:
    kept = {name: value for name, value in query.items() if name not in {"cursor", "after", "before"}}
    return f"{request.path}?{urlencode({**kept, 'cursor': cursor})}"


def row_as_json(row: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    """A row with the columns' keys: references as id and name, money as amount and currency."""
    return {"id": row["id"], **{column.key: _value(row, column) for column in columns}}


def _value(row: dict[str, Any], column: Column) -> Any:
    value = row[column.source]
    if column.kind == Kind.REFERENCE:
        identity = row[column.id_path]
        return None if identity is None else {"id": identity, "name": value}
    if column.kind == Kind.MONEY:
        return money_as_json(value, row[column.currency_path])
    return value


def money_as_json(amount: Decimal | None, currency: str | None) -> dict[str, str] | None:
    """An amount as text with two digits at least, and its currency; never a float."""
    if amount is None:
        return None
    return {"amount": f"{cents(amount):f}", "currency": currency or ""}


def json_answer(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """Bytes of JSON: moments in ISO 8601, days plain, decimals as text."""
    return HttpResponse(
        msgspec.json.encode(body, enc_hook=str), status=status, content_type=JSON, headers=headers
    )
