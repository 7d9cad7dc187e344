"""The five key figures above the page, each a link to the records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trueup.reports.overview.portfolio import QUARTER_DAYS, Amount, Totals
from trueup.reports.overview.savings import Saving, reclaimable
from trueup.web.kit.charts.sparkline import sparkline
from trueup.web.kit.figures import money, money_short, units
from trueup.web.overview.sentences import OPEN_TITLES

if TYPE_CHECKING:
    from trueup.reports.overview.commitments import Commitments
    from trueup.reports.overview.confidence import Confidence


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: short in sight, exact in the tip."""

    label: str
    value: str
    url: str
    unit: str = ""
    exact: str = ""
    note: str = ""
    badge: str = ""
    tone: str = ""
    icon: str = ""
    spark: SafeString | str = ""


def amount_in(amounts: Sequence[Amount], nothing: str) -> dict[str, str]:
    """The largest amount as the figure; those in other currencies follow in the tip, never added to it."""
    if not amounts:
        return {"value": nothing}
    exact = " · ".join(money((round(amount), currency)) for amount, currency in amounts)
    return {"value": money_short(amounts[0]), "exact": exact}


def others(amounts: Sequence[Amount]) -> str:
    """That there is money in other currencies too."""
    if len(amounts) < 2:  # noqa: PLR2004 - the figure itself and one more
        return ""
    return _("and %(amounts)s") % {"amounts": ", ".join(money_short(one) for one in amounts[1:])}


def commitment(totals: Totals, costs: Sequence[Commitments], *, by_money: bool) -> Figure:
    """What dated licences cost a year, with the way the months went."""
    amounts = totals.costs
    same = next((one for one in costs if amounts and one.currency == amounts[0][1]), None)
    past = [float(total) for total in same.totals[: same.now + 1]] if same else []
    return Figure(
        label=_("Annual commitment"),
        url=_listing("licences", sort="-annual_cost" if by_money else ""),
        note=others(amounts) or _("of dated licences"),
        spark=sparkline(past, tone="c1") if len(past) > 1 else "",
        **amount_in(amounts, _("not known")),
    )


def licences(totals: Totals) -> Figure:
    """How many there are, for those who see no prices."""
    return Figure(_("Licences"), units(totals.licences), _listing("licences"), note=_("in use"))


def exposure(headline: dict[str, Any], *, sees_prices: bool) -> Figure:
    """What the short positions would cost; how many they are where prices are not for the reader."""
    short = headline["counts"]["short"]
    url = _listing("positions", state="short")
    if not sees_prices:
        return Figure(_("Short positions"), units(short), url, note=_("in the latest run"))
    badge = ngettext("%(n)s short", "%(n)s short", short) % {"n": units(short)}
    return Figure(
        label=_("Exposure"),
        url=url,
        note=others(headline["exposure"]),
        badge=badge if short else "",
        tone="bad",
        icon="circle-alert",
        **amount_in(headline["exposure"], _("none")),
    )


def savings(found: Sequence[Saving], *, sees_prices: bool) -> Figure:
    """What units beyond need and units of leavers cost a year."""
    amounts = reclaimable(found)
    url = _listing("licences", free__gt="0")
    if not sees_prices:
        return Figure(_("Licences with units to reclaim"), units(len(found)), url)
    note = ngettext("on %(n)s licence", "on %(n)s licences", len(found)) % {"n": units(len(found))}
    return Figure(
        label=_("Reclaimable a year"), url=url, note=others(amounts) or note, **amount_in(amounts, _("none"))
    )


def renewals(totals: Totals, on: date, *, sees_prices: bool) -> Figure:
    """What a year of the licences that end within ninety days costs."""
    ending, soon = totals.renewing, totals.due_soon
    last = on + timedelta(days=QUARTER_DAYS)
    note = ngettext("of %(n)s licence", "of %(n)s licences", ending) % {"n": units(ending)}
    shown = (
        amount_in(totals.renewing_costs, _("none") if not ending else _("not known"))
        if sees_prices
        else {"value": units(ending)}
    )
    return Figure(
        label=_("Renewing in 90 days"),
        url=_listing(
            "licences", valid_to__gte=on.isoformat(), valid_to__lte=last.isoformat(), sort="decide_by"
        ),
        note=note if sees_prices else "",
        badge=_("%(n)s due soon") % {"n": units(soon)} if soon else "",
        tone="warn",
        icon="clock",
        **shown,
    )


def confidence(found: Confidence, unmatched: int) -> Figure:
    """The share of installations that are recognised and fresh."""
    tip = _(
        "%(sure)s of %(all)s installations are recognised or need no licence, and were seen in the last 30 days"
    )
    note = ngettext("%(n)s title unmatched", "%(n)s titles unmatched", unmatched) % {"n": units(unmatched)}
    share = found.share
    return Figure(
        label=_("Confidence in the data"),
        value=_("not known") if share is None else units(int(share * 100)),
        unit="" if share is None else "%",
        exact=tip % {"sure": units(found.sure), "all": units(found.installations)},
        url=_listing("titles", status=OPEN_TITLES),
        note=note if unmatched else _("every title is matched"),
    )


def over_allocated(totals: Totals) -> Figure:
    """Licences of which more is held than was purchased, for those who see no inventory."""
    return Figure(
        _("Over-allocated"),
        units(totals.over),
        _listing("licences", state="over"),
        note=_("more held than purchased"),
    )


def _listing(name: str, **filters: str) -> str:
    query = urlencode({key: value for key, value in filters.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)
