"""The page of every operation of the API, with what it may refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

from trueup.cli.reference.markdown import Sheet, code, prose, sheet, table
from trueup.cli.reference.problems import all_problems
from trueup.cli.reference.raising import problems_raised

if TYPE_CHECKING:
    from ninja import NinjaAPI

INTRODUCTION = """\
JSON under `/api/`, described for machines at `/api/openapi.json`. Sign in with a token: `Authorization: Bearer tru_…`; cookies are not taken.

* Every operation may answer [NotSignedIn](problems.md) (401), NotAllowed (403), NotFound (404) and InvalidValue or UnknownField (422). The column *may also answer* lists what else its code can refuse.
* Unknown fields and parameters are refused, never ignored.
* Changes take `If-Match` with the `ETag` of the last answer and refuse with Stale (412) when somebody else was faster.
* `?on=2026-06-30` asks about a day; without it, today is meant. Money is text with its currency, never a float."""
EVERYWHERE = frozenset(
    {"NotSignedIn", "NotAllowed", "NotFound", "Invalid", "InvalidValue", "UnknownField", "UnknownParameter"}
)


def api_sheet() -> Sheet:
    """Operations in the order of the API, grouped by what they are about."""
    api: NinjaAPI = import_string("trueup.api.urls.api")
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    raised = problems_raised({problem.__name__ for problem in all_problems()})
    views = {operation.operation_id or api.get_openapi_operation_id(operation): operation.view_func
             for _, router in api._routers for path in router.path_operations.values() for operation in path.operations}  # fmt: skip  # noqa: SLF001 - ninja has no public walk
    groups: dict[str, list[tuple[object, ...]]] = {}
    gaps = []
    for path, methods in paths.items():
        for method, operation in methods.items():
            view = views[operation["operationId"]]
            more = raised.get((view.__module__, view.__name__), frozenset()) - EVERYWHERE
            row = (
                code(f"{method.upper()} {path}"),
                operation["summary"],
                prose(operation.get("description")),
                ", ".join(sorted(more)),
            )
            groups.setdefault((operation.get("tags") or ["rest"])[0], []).append(row)
            if not operation.get("description"):
                gaps.append(f"operation {method.upper()} {path} is not described")
    blocks = [INTRODUCTION]
    for name, rows in groups.items():
        blocks += [
            f"## {name.capitalize()}",
            table(("operation", "does", "details", "may also answer"), rows),
        ]
    return sheet("reference/api.md", "API", blocks, gaps)
