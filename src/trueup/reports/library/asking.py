"""What a report is asked: day or period, software, regions, companies. What it does not know is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.days import day_in_words
from trueup.base.problems import InvalidValue, UnknownParameter
from trueup.catalogue.queries import products_visible_to
from trueup.tenancy.queries import companies_visible_to, regions_visible_to

if TYPE_CHECKING:
    from trueup.reports.library.report import Report

OF_EVERY = frozenset({"product", "region", "company", "on", "from", "to"})
"""What every report can be asked (R-096 to R-098)."""
OF_THE_FILE = frozenset({"format", "bom"})
MOST_IDS, MOST_DAYS, MOST_DIGITS = 200, 3660, 18


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for what. ``on`` is the day whose facts count, the period is from ``first`` to ``last``, both included.

    The actor sees only the companies asked for; ``products`` and ``regions`` empty mean all; ``more`` are the parameters
    of this report alone.
    """

    actor: Actor
    today: date
    on: date
    first: date
    last: date
    products: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def moment(self) -> datetime:
        """The end of the day."""
        return timezone.make_aware(datetime.combine(self.on + timedelta(days=1), time.min))

    @property
    def is_past(self) -> bool:
        """Whether facts of an earlier day are asked for."""
        return self.on < self.today

    @property
    def sees_prices(self) -> bool:
        """Whether prices may be shown: in every company whose licences are."""
        allowed = self.actor.companies(Permission.PRICES_VIEW)
        listed = self.actor.companies(Permission.LICENCES_VIEW)
        return allowed is None or (listed is not None and listed <= allowed)

    def narrowing(self, licence: str = "") -> dict[str, Any]:
        """The filters on rows whose path to the licence is this, such as ``licence__``."""
        found: dict[str, Any] = {}
        if self.products:
            found[f"{licence}product_id__in"] = self.products
        if self.regions:
            found[f"{licence}region_id__in"] = self.regions
        return found


def ask_of(report: Report, *, actor: Actor, query: Mapping[str, str], today: date) -> Ask:
    """Read the parameters of an address; an unknown one, and an id nobody of that name has for this actor, are refused."""
    given = {name: value for name, value in query.items() if value and name not in OF_THE_FILE}
    known = OF_EVERY | report.parameters
    for name in given:
        if name not in known and not report.takes_columns:
            raise UnknownParameter(
                _("“%(name)s” is nothing this report can be asked. Known: %(known)s.")
                % {"name": name, "known": ", ".join(sorted(known))}
            )
    companies = _ids(given, "company")
    narrowed = actor.within(frozenset(companies)) if companies else actor
    spoken = [
        *_named(_("Company"), "company", companies, companies_visible_to(actor=actor)),
        *_named(_("Software"), "product", products := _ids(given, "product"), products_visible_to(actor=narrowed)),
        *_named(_("Region"), "region", regions := _ids(given, "region"), regions_visible_to(actor=narrowed)),
    ]  # fmt: skip
    on = _past_day(given, today)
    first, last = _period(given, report, on)
    if report.asks_period:
        spoken += [(_("From"), day_in_words(first)), (_("To"), day_in_words(last))]
    else:
        spoken.append((_("Day"), day_in_words(on)))
    more = {name: value for name, value in given.items() if name not in OF_EVERY}
    return Ask(narrowed, today, on, first, last, tuple(products), tuple(regions), more, tuple(spoken))


def _ids(given: Mapping[str, str], name: str) -> list[int]:
    parts = [part.strip() for part in given.get(name, "").split(",") if part.strip()]
    for part in parts:
        if not part.isascii() or not part.isdigit() or len(part) > MOST_DIGITS:
            raise InvalidValue.of(name, _("“%(given)s” is no id: ids are whole numbers, several separated by commas.") % {"given": part})  # fmt: skip
    if len(parts) > MOST_IDS:
        raise InvalidValue.of(name, _("At most %(most)s ids can be asked for at once.") % {"most": MOST_IDS})
    return [int(part) for part in dict.fromkeys(parts)]


def _named(label: str, name: str, ids: Iterable[int], rows: Any) -> list[tuple[str, str]]:
    """The filter as it is printed; an id that is not there for this actor is refused, not left out."""
    wanted = list(ids)
    if not wanted:
        return []
    names = dict(rows.filter(pk__in=wanted).order_by().values_list("pk", "name"))
    for one in wanted:
        if one not in names:
            raise InvalidValue.of(
                name, _("There is no %(name)s with the id %(id)s.") % {"name": name, "id": one}
            )
    return [(label, ", ".join(names[one] for one in wanted))]


def day_of(given: Mapping[str, str], name: str, otherwise: Callable[[], date]) -> date:
    """A day of the address."""
    if name not in given:
        return otherwise()
    try:
        return date.fromisoformat(given[name])
    except ValueError as wrong:
        raise InvalidValue.of(name, _("“%(text)s” is no day: write it as 2026-06-30.") % {"text": given[name]}) from wrong  # fmt: skip


def _past_day(given: Mapping[str, str], today: date) -> date:
    on = day_of(given, "on", lambda: today)
    if on > today:
        raise InvalidValue.of("on", _("%(day)s lies ahead: facts are known up to today.") % {"day": on})
    return on


def _period(given: Mapping[str, str], report: Report, on: date) -> tuple[date, date]:
    """The days asked for, both included; else those the report takes by itself around its day."""
    usual_first, usual_last = report.usual_period(on)
    first = day_of(given, "from", lambda: min(usual_first, day_of(given, "to", lambda: usual_first)))
    last = day_of(given, "to", lambda: max(usual_last, first))
    if last < first or (last - first).days > MOST_DAYS:
        raise InvalidValue.of("to", _("The last day lies before the first, or more than ten years after it."))
    return first, last
