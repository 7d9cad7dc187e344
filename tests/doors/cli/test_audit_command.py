"""`trueup audit verify` says where a chain was broken; `trueup user password` leaves an entry."""

import json

import pytest
from click.testing import CliRunner
from django.db import connection

from tests.cast import set_stage
from trueup.audit.models import Entry
from trueup.cli.audit import audit
from trueup.cli.user import user
from trueup.tenancy.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def say(command, *words, code=0, **given):
    answer = CliRunner().invoke(command, words, catch_exceptions=False, **given)
    assert answer.exit_code == code, answer.output
    return answer.output


def test_verify_names_the_broken_link():
    stage = set_stage()
    assert "Acme: 3 entries, unbroken." in say(audit, "verify")
    assert "whole installation: 3 entries, unbroken." in say(audit, "verify")

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_written_once")
        cursor.execute(
            "UPDATE audit_entry SET actor = 'x' WHERE position = 2 AND company_id = %s", [stage.acme.pk]
        )
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_written_once")

    assert "Acme: broken at entry 2" in say(audit, "verify", code=1)
    assert "unbroken" in say(audit, "verify", "--company", "Globex")
    found = json.loads(say(audit, "verify", "--company", "Acme", "--json", code=1))
    assert found == [{"company": "Acme", "entries": 3, "broken_at": 2}]


def test_a_lost_password_is_replaced_and_written_down():
    set_stage()
    say(user, "password", "bob", "--password-file", "-", input="a better horse battery\n")

    assert User.objects.get(username="bob").check_password("a better horse battery")
    entry = Entry.objects.get(event="tenancy.password_set")
    assert (entry.company_id, entry.actor, entry.via, entry.subject) == (
        None,
        "command line",
        "command",
        "bob",
    )
    assert "horse" not in json.dumps(entry.details)
