"""Every list of the product by its name: the registers that rooms declare in their ``columns``, found by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from django.apps import apps
from django.utils.translation import gettext as _

from trueup.base.problems import InvalidValue
from trueup.base.registers import Register


@cache
def registers() -> Mapping[str, Register]:
    """The registers of all rooms, so that a new list needs no entry anywhere else."""
    found: dict[str, Register] = {}
    for room in apps.get_app_configs():
        if room.name.startswith("trueup.") and find_spec(f"{room.name}.columns"):
            columns = vars(import_module(f"{room.name}.columns")).values()
            found |= {register.name: register for register in columns if isinstance(register, Register)}
    return MappingProxyType(found)


def register_named(name: str) -> Register:
    """One list; names the known ones where there is none of that name."""
    found = registers().get(name)
    if found is None:
        raise InvalidValue.of(
            "list",
            _("“%(name)s” is no list. Known: %(known)s.")
            % {"name": name, "known": ", ".join(sorted(registers()))},
        )
    return found
