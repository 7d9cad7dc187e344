"""Every list of the product by its name: the registers that rooms declare in their ``columns``, found by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from django.apps import apps
from django.utils.translation import gettext as _

from trueup.assets.columns import LIST_NAME, list_name_of, register_of
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.base.registers import Register
from trueup.fields.queries import type_for, types_visible_to

MOST_DIGITS = 18


@cache
def registers() -> Mapping[str, Register]:
    """The registers of all rooms, so that a new list needs no entry anywhere else."""
    found: dict[str, Register] = {}
    for room in apps.get_app_configs():
        if room.name.startswith("trueup.") and find_spec(f"{room.name}.columns"):
            columns = vars(import_module(f"{room.name}.columns")).values()
            found |= {register.name: register for register in columns if isinstance(register, Register)}
    return MappingProxyType(found)


def register_named(name: str, *, actor: Actor | None = None) -> Register:
    """One list; names the known ones where there is none of that name. With an actor also the list of a type they may see."""
    number = name.removeprefix(f"{LIST_NAME}-")
    if (
        actor is not None
        and number != name
        and number.isascii()
        and number.isdigit()
        and len(number) <= MOST_DIGITS
    ):
        return register_of(type_for(actor=actor, type_id=int(number)))
    found = registers().get(name)
    if found is None:
        raise InvalidValue.of(
            "list",
            _("“%(name)s” is no list. Known: %(known)s.")
            % {"name": name, "known": ", ".join(sorted(registers()))},
        )
    return found


def registers_for(actor: Actor) -> list[Register]:
    """Every list there is for the actor, those of types as their names and rights only: what views stand under."""
    base = registers()[LIST_NAME]
    own = [
        replace(base, name=list_name_of(one.pk), title=one.name, columns=())
        for one in types_visible_to(actor=actor)
    ]
    return [*registers().values(), *own]
