"""What Ralph's API says about licences and their holders, as arrivals. Nothing here asks the network.

A record that cannot be read is left behind and named; it never stops the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
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
NO_NUMBER = frozenset({"", "n/a", "na", "-"})
UNKNOWN_CURRENCY = "XXX"
KINDS = {
    "backofficeasset": ("other", "back_office"),
    "datacenterasset": ("server", "data_centre"),
    "virtualserver": ("virtual", "data_centre"),
    "cloudhost": ("virtual", "data_centre"),
    "cluster": ("cluster", "data_centre"),
}

Json = Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """One record while it is read, with what of it is left behind."""

    number: int
    left_behind: list[LeftBehind] = field(default_factory=list)

    def leave(self, column: str, value: Any, rule: str, way_out: str, *, keeps: bool = True) -> None:
        """Note what cannot be carried."""
        self.left_behind.append(LeftBehind(self.number, column, str(value), rule, way_out, keeps))

    def day(self, record: Json, column: str) -> date | None:
        """A date of the record."""
        value = record.get(column)
        try:
            return date.fromisoformat(str(value)[:10]) if value else None
        except ValueError:
            self.leave(column, value, "unclear date", _("Write it down by hand; it is left out."))
            return None

    def amount(self, record: Json, column: str) -> Decimal | None:
        """A number with decimals of the record; nothing where it is not positive."""
        value = record.get(column)
        if value in (None, ""):
            return None
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.leave(column, value, "unclear number", _("Correct it in Ralph, or write it down by hand."))
            return None
        return amount


def base_object_number(address: object) -> int | None:
    """The id at the end of a base object's address.

    >>> base_object_number("https://ralph.example/api/base-objects/1105/")
    1105
    """
    last = str(address).rstrip("/").rpartition("/")[2]
    return int(last) if last.isdecimal() else None


def parse_licence(
    record: Any, *, place: int, devices: Mapping[int, Any]
) -> tuple[ArrivingLicence | None, Sequence[LeftBehind]]:
    """One licence, or None, and what is left behind. `place` names a record without an id; `devices` by their ids."""
    number = record.get("id") if isinstance(record, Mapping) else None
    reading = Reading(number if isinstance(number, int) else place)
    if not isinstance(number, int):
        reading.leave("id", "", "no record", _("It has no id. Look at it in Ralph."), keeps=False)
        return None, reading.left_behind
    product, units = named(record, "software"), record.get("number_bought")
    if not product:
        reading.leave("software", "", "missing product", _("Name its software in Ralph."), keeps=False)
    if not isinstance(units, int) or isinstance(units, bool) or units < 0:
        reading.leave(
            "number_bought",
            units,
            "negative number",
            _("Write how many were bought, 0 or more."),
            keeps=False,
        )
    if reading.left_behind:
        return None, reading.left_behind
    return licence_of(record, reading, product, units or 0, devices), reading.left_behind


def licence_of(
    record: Json, reading: Reading, product: str, units: int, devices: Mapping[int, Any]
) -> ArrivingLicence:
    """A licence whose product and units are known."""
    inventory_number = text(record, "niw")
    last = reading.day(record, "valid_thru")
    price, currency = price_of(record, reading)
    invoice_date = reading.day(record, "invoice_date")
    return ArrivingLicence(
        number=reading.number,
        product=product,
        units=units,
        publisher=named(record, "manufacturer"),
        label=named(record, "licence_type"),
        region=named(record, "region"),
        inventory_number="" if inventory_number.lower() in NO_NUMBER else inventory_number,
        price=price,
        currency=currency,
        basis="total",
        order_number=text(record, "order_no"),
        invoice_number=text(record, "invoice_no"),
        invoice_date=invoice_date,
        supplier=text(record, "provider"),
        cost_centre=named(record, "budget_info"),
        valid_from=reading.day(record, "start_usage") or invoice_date or reading.day(record, "created"),
        valid_until=last + ONE_DAY if last else None,
        accounting_id=text(record, "accounting_id"),
        property_of=named(record, "property_of"),
        depreciation_percent=reading.amount(record, "depreciation_rate"),
        remarks=remarks_of(record),
        tags=tuple(str(tag) for tag in record.get("tags") or ()),
        key=text(record, "sn") or None,
        holdings=(*people_of(record, reading), *devices_of(record, reading, devices)),
    )


def price_of(record: Json, reading: Reading) -> tuple[Decimal | None, str]:
    """What all units cost together. Ralph writes 0 where nobody knows, and XXX for an unknown currency."""
    price, currency = reading.amount(record, "price"), text(record, "price_currency")
    if not price:
        return None, ""
    return price, "" if currency == UNKNOWN_CURRENCY else currency


def remarks_of(record: Json) -> str:
    """Remarks, with a line for each thing that has no field of its own here."""
    service = record.get("service_env") or {}
    where = " ".join(filter(None, (text(service, "service"), text(service, "environment"))))
    lines = {
        "license_details": text(record, "license_details"),
        "service_env": where,
        "office_infrastructure": named(record, "office_infrastructure"),
        **{str(name): str(value) for name, value in (record.get("custom_fields") or {}).items()},
    }
    notes = [f"{name}: {value}" for name, value in lines.items() if value]
    return "\n".join(filter(None, (text(record, "remarks"), *notes)))


def people_of(record: Json, reading: Reading) -> list[ArrivingHolding]:
    """Units that people hold."""
    found = []
    for one in record.get("users") or ():
        user = one.get("user") or {}
        login = text(user, "username")
        units = quantity(one, reading, "users", login)
        if not units:
            continue
        name = " ".join(filter(None, (text(user, "first_name"), text(user, "last_name"))))
        person = ArrivingPerson(login, text(user, "email"), name, text(user, "department"), text(user, "id"))
        found.append(ArrivingHolding(person, units))
    return found


def devices_of(record: Json, reading: Reading, devices: Mapping[int, Any]) -> list[ArrivingHolding]:
    """Units that devices hold; what is no device is named and left behind."""
    found = []
    for one in record.get("base_objects") or ():
        address = one.get("base_object")
        known = devices.get(base_object_number(address) or 0)
        units = quantity(one, reading, "base_objects", address)
        if not units:
            continue
        if known is None:
            reading.leave(
                "base_objects", address, "unknown device", _("Ralph does not show it. Add it by hand.")
            )
        elif (device := parse_device(known)) is None:
            reading.leave(
                "base_objects",
                f"{known.get('object_type')} {address}",
                "not a device",
                _("Servers, computers, virtual machines and clusters hold units. Assign them by hand."),
            )
        else:
            found.append(ArrivingHolding(device, units))
    return found


def quantity(one: Json, reading: Reading, column: str, who: object) -> int:
    """How many units a holder has; none where Ralph says less than one."""
    units = one.get("quantity")
    if isinstance(units, int) and units > 0:
        return units
    reading.leave(column, f"{who}: {units}", "no units", _("A holder holds 1 or more. Correct it in Ralph."))
    return 0


def parse_device(record: Json) -> ArrivingDevice | None:
    """A base object as a device; None if it is of another kind."""
    kind = text(record, "object_type").lower().replace("_", "").replace(" ", "").replace("-", "")
    if kind not in KINDS:
        return None
    what, environment = KINDS[kind]
    return ArrivingDevice(
        hostname=text(record, "hostname") or text(record, "name"),
        serial=text(record, "sn"),
        barcode=text(record, "barcode"),
        kind=what,
        environment=environment,
        region=named(record, "region"),
    )


def text(record: Json, column: str) -> str:
    """Words of the record, empty for none."""
    value = record.get(column)
    return "" if value is None else str(value).strip()


def named(record: Json, column: str) -> str:
    """The name of what the record refers to."""
    value = record.get(column)
    return text(value, "name") if isinstance(value, Mapping) else ""
