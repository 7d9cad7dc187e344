"""What a directory is asked for, brings, and cannot know."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from trueup.connectors.ldap.client import NAMES, STATES, read_ldap
from trueup.connectors.ldap.parse import parse_ldap
from trueup.sources.findings import Ask, Suitcase
from trueup.sources.knowing import NO_SEATS

SUITCASE = Suitcase(
    name="ldap",
    title="LDAP",
    url="",
    asks=(
        Ask("base", _("Where people are"), hint=_("For example: ou=people,dc=example,dc=com")),
        Ask(
            "user",
            _("Sign in as"),
            hint=_("The full name of an entry that may read; empty for nobody"),
            is_needed=False,
        ),
        Ask("password", _("Password"), is_secret=True, is_needed=False),
        Ask(
            "filter",
            _("Who is a person"),
            hint=_("Active Directory: (&(objectCategory=person)(objectClass=user))"),
            is_needed=False,
            usual="(objectClass=inetOrgPerson)",
        ),
        Ask(
            "id_attribute",
            _("Attribute of the lasting id"),
            hint="objectGUID",
            is_needed=False,
            usual="entryUUID",
        ),
        Ask(
            "login_attribute",
            _("Attribute of the login"),
            hint="sAMAccountName",
            is_needed=False,
            usual="uid",
        ),
        Ask("name_attribute", _("Attribute of the name"), hint="displayName", is_needed=False, usual="cn"),
        Ask("mail_attribute", _("Attribute of the e-mail address"), is_needed=False, usual="mail"),
        Ask(
            "employee_attribute",
            _("Attribute of the employee number"),
            is_needed=False,
            usual="employeeNumber",
        ),
        Ask(
            "department_attribute",
            _("Attribute of the department"),
            hint="department",
            is_needed=False,
            usual="ou",
        ),
        Ask("manager_attribute", _("Attribute of the manager"), is_needed=False, usual="manager"),
        Ask(
            "start_tls",
            _("StartTLS"),
            hint=_("“no” only within a network of your own"),
            is_needed=False,
            usual="yes",
        ),
    ),
    brings=(_("Who works here, in which department, and for whom"), _("Who came and who left")),
    cannot_know=(NO_SEATS, _("When somebody who is gone left: it is the day the directory was read")),
    keeps={"people": frozenset({"dn", *NAMES, *STATES})},
    read=read_ldap,
    parse=parse_ldap,
    schemes=("ldaps", "ldap"),
)
