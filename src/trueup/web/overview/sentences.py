"""Decisions in words: a sentence with its figures, the reason, the money, and one verb that leads to where it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trueup.licences.metrics import noun
from trueup.reports.overview.decisions import Decision, Kind
from trueup.web.kit.figures import day, money, units

OPEN_TITLES: Final = "unrecognised|unsure"


@dataclass(frozen=True, slots=True)
class Line:
    """What the page's decision row takes."""

    title: str
    reason: str
    tone: str
    icon: str
    verb: str | Promise
    url: str
    amount: str = ""
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind of decision looks, and what its money is."""

    tone: str
    icon: str
    verb: str | Promise
    note: str | Promise
    title: Callable[[Decision], str]
    reason: Callable[[Decision], str]


def line_of(one: Decision, *, with_company: bool) -> Line:
    """One decision as a row; the company is named where more than one is in view."""
    manner = MANNERS[one.kind]
    reason = manner.reason(one)
    if with_company and one.company:
        reason = _("%(company)s · %(reason)s") % {"company": one.company, "reason": reason}
    amount, note = _amount(one, manner)
    return Line(
        title=manner.title(one),
        reason=reason,
        tone=manner.tone,
        icon=manner.icon,
        verb=manner.verb,
        url=_address(one),
        amount=amount,
        note=note,
    )


def _amount(one: Decision, manner: Manner) -> tuple[str, str | Promise]:
    """The money; without it the number that says how large it is."""
    if one.money is not None:
        return money((round(one.money[0]), one.money[1])), manner.note
    if one.kind is Kind.UNMATCHED:
        return units(one.devices), ngettext("device", "devices", one.devices)
    return "", ""


def _address(one: Decision) -> str:
    if one.kind in {Kind.SHORT, Kind.UNLICENSED}:
        return reverse("position", args=[one.record_id])
    if one.kind in {Kind.NOTICE, Kind.ENDING, Kind.EXPIRED}:
        return reverse("licence", args=[one.record_id])
    targets: Mapping[Kind, tuple[str, dict[str, object]]] = {
        Kind.LEAVERS: ("people", {"is_active": "false", "company__in": one.company_id, "sort": "-left_on"}),
        Kind.UNMATCHED: ("titles", {"status": OPEN_TITLES}),
        Kind.NOT_ASSESSED: ("positions", {"state": "not_assessed"}),
    }
    name, query = targets[one.kind]
    return f"{reverse(name)}?{urlencode(query)}"


def _counted(number: Decimal, metric: str) -> str:
    return f"{units(number)} {noun(metric, int(number))}"


def _short(one: Decision) -> str:
    return _("%(name)s is %(units)s short") % {
        "name": one.name,
        "units": _counted(one.units, one.metric),
    }


def _unlicensed(one: Decision) -> str:
    return _("%(name)s is installed without any licence") % {"name": one.name}


def _notice(one: Decision) -> str:
    if not one.days:
        return _("%(name)s: notice ends today") % {"name": one.name}
    words = ngettext("%(name)s: notice ends in %(n)s day", "%(name)s: notice ends in %(n)s days", one.days)
    return words % {"name": one.name, "n": one.days}


def _ending(one: Decision) -> str:
    if not one.days:
        return _("%(name)s ends today") % {"name": one.name}
    words = ngettext("%(name)s ends in %(n)s day", "%(name)s ends in %(n)s days", one.days)
    return words % {"name": one.name, "n": one.days}


def _use(one: Decision) -> str:
    """“41 of 148 seats free, to decide by 30 Nov 2026.”"""
    facts = {
        "free": units(one.units),
        "all": units(one.of_units),
        "noun": noun(one.metric, one.of_units),
        "day": day(one.last_on),
        "over": units(-one.units),
    }
    if not one.of_units:
        return _("Unlimited; to decide by %(day)s.") % facts
    if one.units < 0:
        return _("%(over)s more held than the %(all)s %(noun)s purchased; to decide by %(day)s.") % facts
    return _("%(free)s of %(all)s %(noun)s free; to decide by %(day)s.") % facts


def _expired(one: Decision) -> str:
    return _("%(name)s has ended, %(units)s still held") % {
        "name": one.name,
        "units": _counted(one.units, one.metric),
    }


def _ended(one: Decision) -> str:
    return _("Valid to %(day)s. Renew it, or take the units back.") % {"day": day(one.last_on)}


def _leavers(one: Decision) -> str:
    held = ngettext("%(n)s unit", "%(n)s units", int(one.units)) % {"n": units(one.units)}
    words = ngettext(
        "%(n)s person has left but holds %(held)s", "%(n)s people have left but hold %(held)s", one.number
    )
    return words % {"n": units(one.number), "held": held}


def _left(one: Decision) -> str:
    if one.first_on == one.last_on:
        return _("Last day %(day)s.") % {"day": day(one.last_on)}
    return _("Last days between %(first)s and %(last)s.") % {
        "first": day(one.first_on),
        "last": day(one.last_on),
    }


def _unmatched(one: Decision) -> str:
    words = ngettext(
        "%(n)s discovered title matches no product", "%(n)s discovered titles match no product", one.number
    )
    return words % {"n": units(one.number)}


def _commercial(one: Decision) -> str:
    if not one.units:
        return _("None is of a publisher known to sell licences.")
    words = ngettext(
        "%(n)s looks commercial, on %(devices)s devices: %(names)s.",
        "%(n)s look commercial, on %(devices)s devices: %(names)s.",
        int(one.units),
    )
    return words % {"n": units(one.units), "devices": units(one.of_units), "names": one.name}


def _not_assessed(one: Decision) -> str:
    words = ngettext("%(n)s position is not assessed", "%(n)s positions are not assessed", one.number)
    return words % {"n": units(one.number)}


def _missing(one: Decision) -> str:
    return _("%(names)s: what is missing stands with each.") % {"names": one.name}


def _says(one: Decision) -> str:
    return one.says


REVIEW, PLAN = gettext_lazy("Review"), gettext_lazy("Plan")
A_YEAR = gettext_lazy("a year")
MANNERS: Final[Mapping[Kind, Manner]] = {
    Kind.SHORT: Manner("bad", "circle-alert", REVIEW, gettext_lazy("exposure"), _short, _says),
    Kind.UNLICENSED: Manner("bad", "key-round", REVIEW, gettext_lazy("exposure"), _unlicensed, _says),
    Kind.NOTICE: Manner("warn", "clock", PLAN, A_YEAR, _notice, _use),
    Kind.ENDING: Manner("warn", "clock", PLAN, A_YEAR, _ending, _use),
    Kind.EXPIRED: Manner("bad", "calendar-clock", REVIEW, A_YEAR, _expired, _ended),
    Kind.LEAVERS: Manner(
        "info", "user-x", gettext_lazy("Reclaim"), gettext_lazy("saved a year"), _leavers, _left
    ),
    Kind.UNMATCHED: Manner("mute", "radar", gettext_lazy("Match"), "", _unmatched, _commercial),
    Kind.NOT_ASSESSED: Manner("mute", "circle-question-mark", REVIEW, "", _not_assessed, _missing),
}
