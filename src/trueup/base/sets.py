"""Whether a value is one of many, asked by a single parameter or a subquery that runs once, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, QuerySet, Value

IDS = ArrayField(BigIntegerField())


class OneOf(Func):
    """``path = ANY (array)``. With ten thousand ids ``IN`` takes longer to write down than to answer."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, path: str, ids: Iterable[int] | QuerySet[Any]) -> None:
        many = ArraySubquery(ids) if isinstance(ids, QuerySet) else Value(list(ids), output_field=IDS)
        super().__init__(path, many)
