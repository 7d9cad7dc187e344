"""By which words people are found: name, login, e-mail, employee number, department."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.people.models import Person
from trueup.tenancy.searching import DEPARTMENT_WORDS

NAME_WORDS = Index(Person)
"""A person's own words, without those of the department: for whatever belongs to a person."""
PERSON_WORDS = Index(Person, (Through("department_id", DEPARTMENT_WORDS),))
