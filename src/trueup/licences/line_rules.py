"""The rules of a purchase line: what is missing is worked out, every wrong value is named, and odd ones are remarked on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from trueup.base.problems import FieldError, InvalidValue
from trueup.licences.lines import LineTerms
from trueup.licences.models import WITHOUT_UNITS, Basis, PurchaseKind
from trueup.licences.prices import FINE, HUNDRED, net_of

MOST_UNITS = 2**53
MOST_PRICE = Decimal(10) ** 12
MOST_TOTAL = Decimal(10) ** 15
LETTERS = 3  # of a currency, ISO 4217


def check_line(line: LineTerms) -> LineTerms:
    """The line with units and net price worked out; refuse one that breaks a rule, naming every wrong value at once."""
    full = settled(line)
    errors = [
        *_units(full),
        *_packs(full),
        *_cover(full),
        *_period(full),
        *_money(full),
        *_net(full),
        *_shares(full),
    ]
    if errors:
        raise InvalidValue(" ".join(error.detail for error in errors), errors=tuple(errors))
    return full


def settled(line: LineTerms) -> LineTerms:
    """The line with its units out of the packs, and its price out of list price and discount, where they are not given."""
    if line.packs is not None and line.pack_size is not None and not line.units:
        line = replace(line, units=line.packs * line.pack_size)
    if line.price is None and line.list_price is not None and _is_money(line.list_price):
        line = replace(line, price=net_of(line.list_price, _within(line.discount_percent)))
    return line


def _is_money(price: Decimal) -> bool:
    return 0 <= price < MOST_PRICE and price == price.quantize(FINE)


def _within(percent: Decimal | None) -> Decimal:
    """The discount if it can be one; another is named by its own rule."""
    return percent if percent is not None and 0 <= percent <= HUNDRED else Decimal(0)


def remarks_on(line: LineTerms) -> list[str]:
    """What is allowed and odd enough to be said (D-006)."""
    if line.invoice_on is not None and line.valid_until is not None and line.valid_until <= line.invoice_on:
        return [_("The line ends before the day of its invoice.")]
    return []


def _units(line: LineTerms) -> list[FieldError]:
    if line.kind not in PurchaseKind.values:
        known = ", ".join(PurchaseKind.values)
        words = _("“%(kind)s” is no kind of line: %(known)s is.") % {"kind": line.kind, "known": known}
        return [FieldError("kind", words)]
    if abs(line.units) > MOST_UNITS:
        words = _("%(units)s units are beyond %(most)s. Mark the line as unlimited instead.")
        return [FieldError("units", words % {"units": line.units, "most": MOST_UNITS})]
    if line.kind == PurchaseKind.TRANSFER:
        return _transfer(line)
    if line.kind == PurchaseKind.REDUCTION:
        words = _("A reduction takes units away: give a negative number.")
        return [] if line.units < 0 and not line.is_unlimited else [FieldError("units", words)]
    if line.units < 0:
        words = _("%(units)s units cannot be bought: a whole number from 0 on, or unlimited.")
        return [FieldError("units", words % {"units": line.units})]
    return []


def _transfer(line: LineTerms) -> list[FieldError]:
    if line.transfer is None:
        words = _("A transfer has two lines, one in each company: use the licence's “Transfer” instead.")
        return [FieldError("kind", words)]
    return (
        [] if line.units and not line.is_unlimited else [FieldError("units", _("Say how many units move."))]
    )


def _packs(line: LineTerms) -> list[FieldError]:
    if line.packs is None and line.pack_size is None:
        words = _("A price per pack needs packs and the units in each.")
        return [FieldError("packs", words)] if line.basis == Basis.PACK else []
    if line.packs is None or line.pack_size is None:
        words = _("Give both: how many packs, and how many units are in each.")
        return [FieldError("packs" if line.packs is None else "pack_size", words)]
    if not 0 <= line.packs <= MOST_UNITS or not 1 <= line.pack_size <= MOST_UNITS:
        return [FieldError("packs", _("Packs are counted from 0, and a pack holds 1 unit or more."))]
    if abs(line.units) != line.packs * line.pack_size:
        words = _("%(packs)s packs of %(size)s are %(product)s units, and %(units)s are given.")
        facts = {
            "packs": line.packs,
            "size": line.pack_size,
            "product": line.packs * line.pack_size,
            "units": line.units,
        }
        return [FieldError("units", words % facts)]
    return []


def _cover(line: LineTerms) -> list[FieldError]:
    if line.kind in WITHOUT_UNITS:
        if line.is_unlimited:
            return [FieldError("is_unlimited", _("Maintenance and upgrades bring no units of their own."))]
        words = _("Say which line it covers: maintenance and upgrades bring no units of their own.")
        return [] if line.covers_id else [FieldError("covers", words)]
    words = _("Only maintenance and upgrades cover another line.")
    return [FieldError("covers", words)] if line.covers_id else []


def _period(line: LineTerms) -> list[FieldError]:
    errors = []
    if line.valid_until is not None and line.valid_until <= line.valid_from:
        words = _("The last covered day lies before the first. Correct one of the two.")
        errors.append(FieldError("valid_to", words))
    if line.notice_days is not None and line.notice_days < 0:
        words = _("%(days)s days of notice are negative.") % {"days": line.notice_days}
        errors.append(FieldError("notice_days", words))
    return errors


def _money(line: LineTerms) -> list[FieldError]:
    errors = []
    for name, value in (("price", line.price), ("list_price", line.list_price)):
        if value is not None and not _is_money(value):
            words = _(
                "A price of %(price)s is negative, too large, or finer than four digits after the point. "
                "A credit is a line of its own."
            )
            errors.append(FieldError(name, words % {"price": value}))
    if line.price is not None and not (len(line.currency) == LETTERS and line.currency.isalpha()):
        words = _("A price needs a currency: three letters, such as EUR.")
        errors.append(FieldError("currency", words))
    if line.basis not in Basis.values:
        words = _("“%(basis)s” is no basis of a price: unit, pack or total is.") % {"basis": line.basis}
        errors.append(FieldError("basis", words))
    if not errors and line.price is not None and line.price * _quantity(line) >= MOST_TOTAL:
        errors.append(FieldError("price", _("The line would cost more than can be kept. Split it.")))
    return errors


def _quantity(line: LineTerms) -> int:
    """How often the price is paid."""
    if line.basis == Basis.PACK:
        return line.packs or 1
    return abs(line.units) if line.basis == Basis.UNIT else 1


def _net(line: LineTerms) -> list[FieldError]:
    """List price, discount and net price have to fit together (R-023)."""
    if line.discount_percent is None:
        return []
    if not 0 <= line.discount_percent <= HUNDRED or not _is_money(line.discount_percent):
        words = _("A discount of %(percent)s percent lies outside 0 to 100, or is finer than four digits.")
        return [FieldError("discount_percent", words % {"percent": line.discount_percent})]
    if line.price is not None and line.list_price is not None and not _is_money(line.list_price):
        return []
    if line.list_price is None or line.price is None:
        return [FieldError("list_price", _("A discount needs the list price it is taken off."))]
    net = net_of(line.list_price, line.discount_percent)
    if abs(net - line.price) >= FINE:
        words = _("List price less discount is %(net)s, and %(price)s is given. Leave one of the three out.")
        return [FieldError("price", words % {"net": net, "price": line.price})]
    return []


def _shares(line: LineTerms) -> list[FieldError]:
    """Cost centres that share a line pay 100 % of it together (R-081)."""
    if not line.shares:
        return []
    percents = [percent for _id, percent in line.shares]
    if line.cost_centre_id is not None:
        return [FieldError("shares", _("Give one cost centre, or several with their shares: not both."))]
    if len({pk for pk, _percent in line.shares}) != len(line.shares):
        return [FieldError("shares", _("A cost centre stands in the shares twice."))]
    if any(not 0 < percent <= HUNDRED or percent != percent.quantize(FINE) for percent in percents):
        return [FieldError("shares", _("A share is more than 0, with four digits after the point at most."))]
    if sum(percents) != HUNDRED:
        words = _("The shares add up to %(sum)s percent. They have to make 100.")
        return [FieldError("shares", words % {"sum": sum(percents)})]
    return []
