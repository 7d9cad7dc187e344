"""The API's own description made whole: what every operation can refuse, and what every list can be asked.

Lists take their parameters from the register, so the description cannot promise a filter that is refused, nor hide one.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from trueup.base.listing import MOST_ROWS
from trueup.base.registers import LOOKUPS, Column, Kind, Register

PROBLEM = {
    "type": "object",
    "description": "Why something was refused (RFC 9457). Nothing was stored.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "/problems/ and the problem's name"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "The value, the rule and the way out"},
        "instance": {"type": "string"},
        "name": {"type": "string", "description": "Stable: NotEnoughUnits, RegionMismatch …"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
READS = {
    401: _("Not signed in"),
    404: _("Nothing there that the token may see"),
    422: _("An unknown parameter or a wrong value"),
    429: _("Too many requests"),
}
WRITES = {
    400: _("A body that is not JSON"),
    403: _("The permission is lacking"),
    409: _("The state of things forbids it"),
    412: _("Changed by somebody else since"),
    413: _("Too large"),
}
SAMPLES: dict[Kind, dict[str, Any]] = {
    Kind.NUMBER: {"type": "integer"},
    Kind.MONEY: {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,4})?$"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.FLAG: {"type": "boolean"},
}


class DescribedAPI(NinjaAPI):
    """An API whose OpenAPI document names every refusal."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The document, completed."""
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        document["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        for operations in document["paths"].values():
            for verb, operation in operations.items():
                _name_refusals(operation, verb)
        return document


def _name_refusals(operation: dict[str, Any], verb: str) -> None:
    refusals = READS | (WRITES if verb != "get" else {})
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in refusals.items():
        operation["responses"].setdefault(status, {"description": str(words), "content": content})


def list_parameters(register: Register, *others: str) -> dict[str, Any]:
    """What a list can be asked, for ``openapi_extra``; ``others`` are parameters of its own, such as ``on``."""
    sorts = ["id", *(column.key for column in register.columns if column.sortable)]
    own = [_parameter(name, {"type": "string", "format": "date"}) for name in others]
    return {
        "parameters": [
            _parameter("q", {"type": "string"}, "Words, in any order"),
            _parameter("sort", {"type": "string", "enum": [s for key in sorts for s in (key, f"-{key}")]}),
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
            _parameter("cursor", {"type": "string"}, "From “next” of the page before"),
            _parameter("view", {"type": "integer"}, "A saved view; other parameters lie on top of it"),
            _parameter("fields", {"type": "string"}, "Columns to answer with, parted by commas"),
            *own,
            *(
                _parameter(name, schema)
                for column in register.columns
                if column.filterable
                for name, schema in _filters(column)
            ),
        ]
    }


def file_of(content_type: str) -> dict[str, Any]:
    """An answer that is a file of that kind, for ``openapi_extra``."""
    schema = {"type": "string", "format": "binary"}
    return {"responses": {200: {"content": {content_type: {"schema": schema}}}}}


def _filters(column: Column) -> list[tuple[str, dict[str, Any]]]:
    """Every comparison a column can be filtered by."""
    found = []
    for lookup in LOOKUPS[column.kind]:
        name = f"{column.key}__{lookup}" if lookup else column.key
        if lookup == "isnull":
            schema: dict[str, Any] = {"type": "boolean"}
        elif lookup in {"in", "contains"}:
            schema = {"type": "string"}
        elif column.kind is Kind.CHOICE and column.choices:
            schema = {"type": "string", "enum": [str(key) for key, _label in column.choices]}
        else:
            schema = SAMPLES.get(column.kind, {"type": "string"})
        found.append((name, schema))
    return found


def _parameter(name: str, schema: dict[str, Any], words: str = "") -> dict[str, Any]:
    described = {"description": words} if words else {}
    return {"in": "query", "name": name, "required": False, "schema": schema, **described}
