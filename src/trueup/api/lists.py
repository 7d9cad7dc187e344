"""Registers as JSON: one function for every list of the API, straight from ``values()`` to bytes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from trueup.api.requests import actor_in
from trueup.base.listing import parse_listing, read_page
from trueup.base.problems import UnknownParameter
from trueup.base.registers import Column, Kind, Register

JSON = "application/json"


class ListAnswer(Schema):
    """A page of a list; ``next`` is the address of the following one. ``results`` have the register's columns."""

    results: list[dict[str, Any]]
    next: str | None
    count: int


def list_answer(request: HttpRequest, register: Register, **rows_arguments: Any) -> HttpResponse:
    """One page of a register as JSON: ``{"results": […], "next": …, "count": …}``."""
    actor = actor_in(request)
    seen = register.seen_by(actor)
    query = {name: str(value) for name, value in request.GET.items()}
    page = read_page(seen, actor=actor, listing=parse_listing(seen, query), **rows_arguments)
    columns = _wanted(seen, query.get("fields", ""))
    body = {
        "results": [row_as_json(row, columns) for row in page.rows],
        "next": _address(request, query, page.next) if page.next else None,
        "count": page.count,
    }
    return json_answer(body)


def _wanted(register: Register, fields: str) -> tuple[Column, ...]:
    if not fields:
        return register.columns
    found = [register.column(key) for key in fields.split(",")]
    if None in found:
        known = ", ".join(column.key for column in register.columns)
        raise UnknownParameter(f"“{fields}” names a field {register.name} does not have. Known: {known}.")
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
    cents = (
        amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount.normalize()
    )
    return {"amount": f"{cents:f}", "currency": currency or ""}


def json_answer(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """Bytes of JSON: moments in ISO 8601, days plain, decimals as text."""
    return HttpResponse(
        msgspec.json.encode(body, enc_hook=str), status=status, content_type=JSON, headers=headers
    )
