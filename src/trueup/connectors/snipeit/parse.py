"""What Snipe-IT's API says about licences and their seats, as arrivals. Nothing here asks the network.

Its text is escaped for HTML and is unescaped once; what its formatted values say is never read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from trueup.licences.arrivals import (
    ArrivingDevice,
    ArrivingHolding,
    ArrivingLicence,
    ArrivingPerson,
    LeftBehind,
)

ONE_DAY = timedelta(days=1)
MASK = frozenset("-*•")

Json = Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """One licence while it is read, with what of it is left behind."""

    number: int
    left_behind: list[LeftBehind] = field(default_factory=list)

    def leave(self, column: str, value: object, rule: str, way_out: str, *, keeps: bool = True) -> None:
        """Note what cannot be carried."""
        self.left_behind.append(LeftBehind(self.number, column, str(value), rule, way_out, keeps))

    def day(self, record: Json, column: str) -> date | None:
        """A date of the record, as it stands beside its formatted one."""
        value = (record.get(column) or {}).get("date") if isinstance(record.get(column), Mapping) else None
        try:
            return date.fromisoformat(str(value)) if value else None
        except ValueError:
            self.leave(column, value, "unclear date", _("Write it down by hand; it is left out."))
            return None

    def price(self, record: Json) -> Decimal | None:
        """What was paid, of which Snipe-IT does not say whether for one seat or for all."""
        value = record.get("purchase_cost_numeric")
        if value in (None, ""):
            return None
        try:
            price = Decimal(str(value))
        except InvalidOperation:
            price = Decimal("NaN")
        if not price.is_finite() or price < 0:
            self.leave("purchase_cost", value, "unclear number", _("Write the price down by hand."))
            return None
        return price or None


def parse_licence(
    record: Any, *, place: int, seats: Sequence[Json], assets: Mapping[int, Json]
) -> tuple[ArrivingLicence | None, Sequence[LeftBehind]]:
    """One licence with its seats, or None, and what is left behind; `assets` are devices by their ids."""
    number = record.get("id") if isinstance(record, Mapping) else None
    reading = Reading(number if isinstance(number, int) else place)
    if not isinstance(number, int):
        reading.leave("id", "", "no record", _("It has no id. Look at it in Snipe-IT."), keeps=False)
        return None, reading.left_behind
    product, units = text(record, "name"), record.get("seats")
    if not product:
        reading.leave("name", "", "missing product", _("Name it in Snipe-IT."), keeps=False)
    if not isinstance(units, int) or isinstance(units, bool) or units < 1:
        reading.leave("seats", units, "no units", _("A licence has 1 seat or more."), keeps=False)
    if reading.left_behind:
        return None, reading.left_behind
    last = reading.day(record, "expiration_date")
    day = reading.day(record, "purchase_date")
    licence = ArrivingLicence(
        number=number,
        product=product,
        units=units or 0,
        publisher=named(record, "manufacturer"),
        company=named(record, "company"),
        price=reading.price(record),
        order_number=text(record, "purchase_order") or text(record, "order_number"),
        invoice_date=day,
        valid_from=day,
        valid_until=last + ONE_DAY if last and (day is None or last >= day) else None,
        supplier=named(record, "supplier"),
        remarks=remarks_of(record),
        tags=tuple(filter(None, [named(record, "category")])),
        key=key_of(record, reading),
        holdings=holdings_of(seats, assets, reading),
    )
    return licence, reading.left_behind


def key_of(record: Json, reading: Reading) -> str | None:
    """The key, unless the token may not see keys: then Snipe-IT shows dashes."""
    key = text(record, "product_key")
    if key and set(key) <= MASK:
        way_out = _("The token may not see keys. Give it the right to, and move in again.")
        reading.leave("product_key", "", "masked key", way_out)
        return None
    return key or None


def remarks_of(record: Json) -> str:
    """Notes, with a line for each thing that has no field of its own here."""
    ends = record.get("termination_date")
    lines = {
        "order_number": text(record, "order_number") if text(record, "purchase_order") else "",
        "license_name": text(record, "license_name"),
        "license_email": text(record, "license_email"),
        "termination_date": str(ends.get("date") or "") if isinstance(ends, Mapping) else "",
        "maintained": "yes" if record.get("maintained") is True else "",
        "reassignable": "no" if record.get("reassignable") is False else "",
    }
    notes = [f"{name}: {value}" for name, value in lines.items() if value]
    return "\n".join(filter(None, (text(record, "notes"), *notes)))


def holdings_of(
    seats: Sequence[Json], assets: Mapping[int, Json], reading: Reading
) -> tuple[ArrivingHolding, ...]:
    """Who holds seats, each as many as it has; where both are named the asset is the holder."""
    units: dict[ArrivingPerson | ArrivingDevice, int] = {}
    for seat in seats:
        asset, user = seat.get("assigned_asset"), seat.get("assigned_user")
        if isinstance(asset, Mapping):
            holder = asset_of(asset, assets)
            found: ArrivingPerson | ArrivingDevice = holder
            if not holder.hostname:
                reading.leave("assigned_asset", asset.get("id"), "unknown device", _("It has no name."))
                continue
        elif isinstance(user, Mapping):
            found = user_of(user)
        else:
            continue
        units[found] = units.get(found, 0) + 1
    return tuple(ArrivingHolding(holder, count) for holder, count in units.items())


def asset_of(asset: Json, assets: Mapping[int, Json]) -> ArrivingDevice:
    """A device, by what its own record says where that can be seen."""
    whole = assets.get(asset.get("id") or 0, {})
    name = text(whole, "name") or text(asset, "name") or text(whole, "asset_tag")
    return ArrivingDevice(hostname=name, serial=text(whole, "serial"), barcode=text(whole, "asset_tag"))


def user_of(user: Json) -> ArrivingPerson:
    """A person; a seat names no login."""
    department = user.get("department")
    return ArrivingPerson(
        login=text(user, "username"),
        email=text(user, "email"),
        name=text(user, "name"),
        department=text(department, "name") if isinstance(department, Mapping) else "",
        external_id=text(user, "id"),
    )


def text(record: Json, column: str) -> str:
    """Words of the record, unescaped once."""
    value = record.get(column)
    return "" if value is None else unescape(str(value)).strip()


def named(record: Json, column: str) -> str:
    """The name of what the record refers to."""
    value = record.get(column)
    return text(value, "name") if isinstance(value, Mapping) else ""
