"""The systems that can be read by schedule, each a suitcase in a folder of its own.

Adding one is its folder with ``suitcase.py`` and a name in the line below.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.sources.findings import Suitcase

SUITCASES = (
    "adobe",
    "datto",
    "fleet",
    "google",
    "graph",
    "intune",
    "jamf",
    "ldap",
    "ninjaone",
    "pax8",
    "table",
    "tacticalrmm",
    "wazuh",
)


@cache
def suitcases() -> dict[str, Suitcase]:
    """All of them by name, in the order of their titles."""
    found = [import_module(f"trueup.connectors.{name}.suitcase").SUITCASE for name in SUITCASES]
    return {one.name: one for one in sorted(found, key=lambda one: str(one.title).casefold())}


def suitcase_named(name: str) -> Suitcase:
    """One of them. Raises InvalidValue."""
    if name not in suitcases():
        raise InvalidValue.of(
            "kind",
            _("There is no source of kind “%(name)s”. There are %(names)s.")
            % {"name": name, "names": ", ".join(suitcases())},
        )
    return suitcases()[name]
