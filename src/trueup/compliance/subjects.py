"""Shapes of the estate as the rules see them: the facts a metric reads, and words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estate import Shape
from licensing.ranges import Interval, OneOf

MAYBE_ONE_MORE = Interval(0, 1)
"""A device nobody is known to use: its user may be one that is counted already, or one more."""


def facts_of(shape: Shape) -> Mapping[str, Any]:
    """The facts of one subject, by the names metrics read; None is unknown."""
    seen = dict(shape.columns)
    if shape.family == "users":
        return {"installs": _installs_of_user(seen)}
    if shape.family == "devices":
        return {"installs": seen["installs"]}
    if shape.family == "vcores":
        return {"virtual": True, "vcores": seen["cores"], "hosted": seen["host_counted"] is True}
    return {
        "virtual": False if seen["layer"] == "physical" else OneOf((False, True)),
        "sockets": seen["processors"],
        "cores_per_socket": seen["cores_per_processor"],
        "cores_total": seen["cores"],
        "os_instances": seen["os_instances"],
        "vcores": seen["cores"],
        "hosted": False,
    }


def _installs_of_user(seen: Mapping[str, Any]) -> Any:
    if not seen["user_known"]:
        return MAYBE_ONE_MORE
    return max(1, seen["installs"]) if seen["holds_units"] else seen["installs"]


def unknown_in(shape: Shape) -> str:
    """What is not known of the subjects, in words; empty when nothing is missing that shapes look at."""
    seen = dict(shape.columns)
    if shape.family == "users":
        return "" if seen["user_known"] else "the user is not known"
    if shape.family == "vcores":
        return "the virtual cores are not known" if seen["cores"] is None else ""
    if shape.family in {"cores", "hosts"} and None in {seen["processors"], seen["cores_per_processor"]}:
        return "processors or cores are not known"
    return ""


def label_of(shape: Shape, versions: Mapping[int, str] | None = None) -> str:
    """A shape in words, one for each key; versions go by their names.

    >>> label_of(Shape(1, "devices", "installs=2", (("installs", 2),), 3, 6))
    'devices with 2 installations'
    """
    seen = dict(shape.columns)
    words = {"devices": _device, "users": _user, "vcores": _vm, "cores": _machine, "hosts": _host}
    version = seen.get("version")
    told = "" if not isinstance(version, int) else f", version {(versions or {}).get(version, version)}"
    return words[shape.family](seen) + told


def _device(seen: Mapping[str, Any]) -> str:
    kinds = {"vm": "virtual machines", "physical": "physical devices"}
    copy = ", the second copy of their user" if seen.get("second_copy") else ""
    return f"{kinds.get(seen.get('layer') or '', 'devices')} with {_installations(seen['installs'])}{copy}"


def _user(seen: Mapping[str, Any]) -> str:
    if not seen["user_known"]:
        return f"devices without a known user, {_installations(seen['installs'])}"
    who = {True: "people", False: "people who left", None: "people not in the directory"}[seen["is_active"]]
    holding = ", holding units" if seen["holds_units"] else ""
    return f"{who} with {_installations(seen['installs'])}{holding}"


def _vm(seen: Mapping[str, Any]) -> str:
    host = {True: "on a counted host", False: "on a host without the product", None: "on an unknown host"}
    sure = ", count uncertain" if seen["core_count_uncertain"] else ""
    return f"virtual machines with {_count(seen['cores'], 'core')}{sure}, {host[seen['host_counted']]}"


def _machine(seen: Mapping[str, Any]) -> str:
    kind = "physical machines" if seen["layer"] == "physical" else "machines not known to be physical"
    threads = seen["threads_per_core"]
    with_threads = "" if threads is None else f", {_count(threads, 'thread')} a core"
    return f"{kind}: {_processors(seen)}{with_threads}, {_count(seen['os_instances'], 'instance')}"


def _host(seen: Mapping[str, Any]) -> str:
    kind = "hosts" if seen["layer"] == "physical" else "hosts not in the inventory"
    own = "its own and " if seen["on_host"] else ""
    return f"{kind}: {_processors(seen)}, {own}{_count(seen['vms'], 'virtual instance')}"


def _processors(seen: Mapping[str, Any]) -> str:
    sockets, each = seen["processors"], seen["cores_per_processor"]
    sure = ", count uncertain" if seen["core_count_uncertain"] else ""
    total = (
        ""
        if None not in {sockets, each} and seen["cores"] == sockets * each
        else f", {_count(seen['cores'], 'core')}"
    )
    return f"{_count(sockets, 'processor')} × {_count(each, 'core')}{total}{sure}"


def _installations(number: int) -> str:
    return _count(number, "installation")


def _count(number: int | None, noun: str) -> str:
    if number is None:
        return f"unknown {noun}s"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
