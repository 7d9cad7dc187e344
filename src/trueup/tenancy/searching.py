"""By which words departments are found, on their own and as the department of a person."""

from __future__ import annotations

from trueup.base.searching import Index
from trueup.tenancy.models import Department

DEPARTMENT_WORDS = Index(Department)
