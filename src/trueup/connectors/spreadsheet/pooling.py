"""Which rows are one licence, and which of its rows are one line: the sum of equal rows, never a row each.

With an id in the file, an id is a licence. Without, a licence is what it is everywhere in Trueup: the pool of
one product, edition and version under one metric in one region; its rows are its purchase lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from trueup.connectors.spreadsheet.keys import keys_in
from trueup.connectors.spreadsheet.licence_row import LicenceRow
from trueup.connectors.spreadsheet.values.labels import PriceBasis
from trueup.connectors.spreadsheet.words import normal
from trueup.vault.plain import Plain

Identity = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The rows that are one licence: the first gives its particulars, all give its lines."""

    head: LicenceRow
    rows: tuple[int, ...]
    lines: tuple[LicenceRow, ...]
    keys: tuple[Plain, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_merged(self) -> bool:
        """Whether several rows became one licence."""
        return len(self.rows) > 1

    @property
    def units(self) -> int | None:
        """The sum of the lines; None is unlimited."""
        counts = [line.units for line in self.lines]
        return None if None in counts else sum(count for count in counts if count is not None)


def pools(rows: Iterable[LicenceRow]) -> list[Pool]:
    """Rows gathered into licences, in the order of their first rows."""
    groups: dict[Identity, list[LicenceRow]] = {}
    for row in rows:
        groups.setdefault(identity(row), []).append(row)
    return [pool_of(group) for group in groups.values()]


def identity(row: LicenceRow) -> Identity:
    """What makes rows the same licence."""
    if row.external_id:
        return ("id", row.external_id)
    words = (
        row.publisher,
        row.product,
        row.edition,
        row.version,
        row.metric or "",
        row.region,
        row.inventory_number,
    )
    return ("pool", *map(normal, words))


def pool_of(group: Sequence[LicenceRow]) -> Pool:
    """One licence of its rows; tags and holders of all of them come together."""
    head = group[0]
    if len(group) > 1:
        head = replace(
            head,
            tags=tuple(dict.fromkeys(tag for row in group for tag in row.tags)),
            owner=next((row.owner for row in group if row.owner), ""),
            remarks="\n\n".join(dict.fromkeys(row.remarks for row in group if row.remarks)),
            holder_people=tuple(dict.fromkeys(name for row in group for name in row.holder_people)),
            holder_devices=tuple(dict.fromkeys(name for row in group for name in row.holder_devices)),
        )
    lines: dict[tuple[object, ...], LicenceRow] = {}
    for row in group:
        same = same_line(row)
        lines[same] = added(lines[same], row) if same in lines else row
    return Pool(head, tuple(row.row for row in group), tuple(lines.values()), keys_in(group))


def same_line(row: LicenceRow) -> tuple[object, ...]:
    """What makes two rows of a licence the same purchase: everything but how many and how much."""
    return (
        row.order_number, row.invoice_number, row.invoice_date, row.valid_from, row.valid_until, row.currency,
        row.price is None, row.supplier, row.cost_centre, row.auto_renew, row.notice_days,
    )  # fmt: skip


def added(one: LicenceRow, other: LicenceRow) -> LicenceRow:
    """Two rows of one purchase as one: units and money summed, exactly."""
    if one.units is None or other.units is None:
        return one if one.units is None else other
    units = one.units + other.units
    if one.price is None or other.price is None:
        return replace(one, units=units)
    if (one.price, one.price_basis) == (
        other.price,
        other.price_basis,
    ) and one.price_basis is PriceBasis.UNIT:
        return replace(one, units=units)
    return replace(one, units=units, price=total(one) + total(other), price_basis=PriceBasis.TOTAL)


def total(row: LicenceRow) -> Decimal:
    """What the whole row costs."""
    price = row.price or Decimal(0)
    return price * (row.units or 1) if row.price_basis is PriceBasis.UNIT else price
