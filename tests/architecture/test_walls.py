"""The walls between companies stand in the database: no row can refer to a row of another company (R-001)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.architecture.house import expect_none
from trueup.tenancy.models import Record

pytestmark = pytest.mark.django_db

COMPOSITE_KEYS = """
    SELECT held.relname, own.attname, target.relname
    FROM pg_constraint c
    JOIN pg_class held ON held.oid = c.conrelid
    JOIN pg_class target ON target.oid = c.confrelid
    JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[2]
    JOIN pg_attribute company ON company.attrelid = c.conrelid AND company.attnum = c.conkey[1]
    JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attnum = c.confkey[1]
    JOIN pg_attribute id ON id.attrelid = c.confrelid AND id.attnum = c.confkey[2]
    WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 2
      AND company.attname = 'company_id' AND theirs.attname = 'company_id' AND id.attname = 'id'
      AND c.convalidated
"""


def keys_between_companies_things() -> Iterator[tuple[str, str, str]]:
    """(table, column, target) of every foreign key from a company's row to a company's row."""
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        fields: list[Any] = [
            field for field in model._meta.get_fields() if field.many_to_one and field.concrete
        ]
        for field in fields:
            if issubclass(field.related_model, Record):
                yield model._meta.db_table, field.column, field.related_model._meta.db_table


def test_every_key_between_a_companys_things_has_its_wall():
    with connection.cursor() as cursor:
        cursor.execute(COMPOSITE_KEYS)
        walls = set(cursor.fetchall())
    wanted = set(keys_between_companies_things())

    assert wanted
    assert wanted - walls == set(), "add tenancy.walls.wall(table, column, target) to the room's migrations"


def test_no_companys_thing_is_joined_by_a_table_nobody_sees():
    """A hidden many-to-many table has no company, and so no wall."""
    hidden = [
        str(field)
        for model in apps.get_models()
        if issubclass(model, Record)
        for field in model._meta.many_to_many
    ]
    expect_none(hidden)


def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
