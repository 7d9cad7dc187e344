"""Two answers: the process lives; the database answers and has this version's form."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

PLAIN = "text/plain; charset=utf-8"


@require_safe
def live(_: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("live\n", content_type=PLAIN)


@require_safe
def ready(_: HttpRequest) -> HttpResponse:
    """The database answers, and no migration is pending."""
    try:
        executor = MigrationExecutor(connection)
        pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type=PLAIN)
    if pending:
        return HttpResponse("migrations are pending: run `trueup migrate`\n", status=503, content_type=PLAIN)
    return HttpResponse("ready\n", content_type=PLAIN)
