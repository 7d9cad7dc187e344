"""The licences a company has that the rows of a file may be about, with their lines and holders."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trueup.assignments.models import Assignment
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.connectors.spreadsheet.names import Names
from trueup.connectors.spreadsheet.values.refused import RefusedValueError
from trueup.licences.keys.reading import keys_visible_to
from trueup.licences.models import Licence, Purchase
from trueup.licences.queries import licences_visible_to

if TYPE_CHECKING:
    from trueup.connectors.spreadsheet.plan import PlannedLicence

OWN = "trueup"
OUR_ID = re.compile(r"[0-9]{1,18}")
OnDay = tuple[int | None, int, date | None]
Particulars = tuple[int | None, int | None, int | None, str, int, str]


@dataclass(frozen=True, slots=True)
class Existing:
    """What is there, by everything a row may be recognised by."""

    source: str
    names: Names
    by_external_id: Mapping[str, Licence]
    by_number: Mapping[str, Licence]
    by_particulars: Mapping[Particulars, Sequence[Licence]]
    by_id: Mapping[str, Licence]
    figures: Mapping[int, OnDay]
    lines: Mapping[int, Sequence[Purchase]]
    held: Mapping[int, frozenset[tuple[str, int]]]
    keyed: frozenset[int] = frozenset()

    def match(self, draft: PlannedLicence) -> Licence | None:
        """The licence a draft is about: by our id, by the id of its source, by what it is."""
        head = draft.pool.head
        if self.source == OWN and head.external_id:
            return self.by_id.get(head.external_id)
        if head.external_id:
            return living(self.by_external_id.get(head.external_id))
        if head.inventory_number in self.by_number:
            return living(self.by_number[head.inventory_number])
        found = self.by_particulars.get(particulars_of(draft, self.names), ())
        if len(found) > 1:
            raise RefusedValueError(
                "several licences",
                _("%(found)s licences are like this row. Add an inventory number or an id.")
                % {"found": len(found)},
            )
        return found[0] if found else None

    def is_taken(self, number: str, draft: PlannedLicence) -> bool:
        """Whether the inventory number is that of a licence other than the draft's."""
        if number not in self.by_number or not draft.pool.head.external_id:
            return False
        mine = self.by_id if self.source == OWN else self.by_external_id
        licence = mine.get(draft.pool.head.external_id)
        return licence is None or licence.pk != self.by_number[number].pk

    def check_own(self, draft: PlannedLicence, licence: Licence | None, *, has_ids: bool) -> None:
        """Refuse a row of our own list whose units or days were changed: those change by purchase lines."""
        head = draft.pool.head
        if licence is None and not has_ids:
            raise RefusedValueError(
                "no id", _("The list was exported without its ids. Export it again with them.")
            )
        if licence is None and not head.external_id:
            return
        if licence is None:
            raise RefusedValueError(
                "unknown licence", _("The company has no licence of this id. Empty the cell to make one.")
            )
        units, purchased, last = self.figures[licence.pk]
        if head.units not in {units, purchased}:
            raise RefusedValueError(
                "units changed", _("Units change by a purchase line. Add one to the licence instead.")
            )
        if head.valid_until and head.valid_until != last:
            raise RefusedValueError(
                "end changed", _("The end changes by a purchase line. Add one to the licence instead.")
            )


def living(licence: Licence | None) -> Licence | None:
    """The licence, unless it is retired: then nothing may happen to it."""
    if licence is not None and licence.retired_at:
        raise RefusedValueError("licence is retired", _("Leave the row out, or give it an id of its own."))
    return licence


def particulars_of(draft: PlannedLicence, names: Names) -> Particulars:
    """What a licence is, in ids; an edition or version that is not there yet is a negative one."""
    head, product = draft.pool.head, names.products.get(draft.product)
    edition = choice(names.editions, product, head.edition)
    version = choice(names.versions, product, head.version)
    return (product, edition, version, draft.metric, draft.region_id, head.inventory_number)


def choice(known: Mapping[tuple[int, str], int], product: int | None, name: str) -> int | None:
    """An edition's or version's id, None for none, −1 for one that is not in the catalogue."""
    return known.get((product or 0, name.lower()), -1) if name else None


def find_existing(
    *, actor: Actor, company_id: int, source: str, drafts: Sequence[PlannedLicence], names: Names, on: date
) -> Existing:
    """Everything the drafts may be about, in a few queries."""
    base: QuerySet[Licence] = Licence.objects.visible_to(actor, Permission.LICENCES_VIEW)
    base = base.filter(company_id=company_id, withdrawn_at=None)
    heads = [draft.pool.head for draft in drafts]
    ids = [head.external_id for head in heads if head.external_id]
    numbers = [head.inventory_number for head in heads if head.inventory_number]
    products = {pk for draft in drafts if (pk := names.products.get(draft.product))}
    own = base.filter(pk__in=[int(i) for i in ids if OUR_ID.fullmatch(i)]) if source == OWN else []
    by_id = {str(licence.pk): licence for licence in own}
    plain = products if any(not head.external_id for head in heads) else set()
    near = list(
        base.filter(
            Q(source=source, external_id__in=ids) | Q(inventory_number__in=numbers) | Q(product__in=plain)
        )
    )
    wanted = {licence.pk for licence in (*near, *by_id.values())}
    return Existing(
        source=source,
        names=names,
        by_external_id={row.external_id: row for row in near if row.source == source and row.external_id},
        by_number={row.inventory_number: row for row in near if row.inventory_number},
        by_particulars=grouped_by_particulars(near),
        by_id=by_id,
        figures=figures_of(actor, wanted, on) if source == OWN else {},
        lines=lines_of(wanted),
        held=holdings_of(wanted)
        if any(draft.people or draft.devices for draft in drafts)
        else defaultdict(frozenset),
        keyed=keyed_of(actor, wanted) if any(draft.pool.keys for draft in drafts) else frozenset(),
    )


def keyed_of(actor: Actor, licence_ids: set[int]) -> frozenset[int]:
    """Which of the licences have a key that is neither burnt nor superseded."""
    current = keys_visible_to(actor=actor).filter(licence__in=licence_ids, state__in=("free", "taken"))
    return frozenset(current.values_list("licence_id", flat=True))


def figures_of(actor: Actor, licence_ids: set[int], on: date) -> dict[int, OnDay]:
    """Units (None is unlimited), purchased and end of the licences, as their list shows them on the day."""
    rows = licences_visible_to(actor=actor, on=on).filter(pk__in=licence_ids)
    return {row.pk: (None if row.unlimited else row.purchased, row.purchased, row.ends_on) for row in rows}


def grouped_by_particulars(licences: Iterable[Licence]) -> dict[Particulars, list[Licence]]:
    """Living licences by what they are."""
    found: dict[Particulars, list[Licence]] = defaultdict(list)
    for row in licences:
        if row.retired_at is None:
            key = (
                row.product_id,
                row.edition_id,
                row.version_id,
                row.metric,
                row.region_id,
                row.inventory_number,
            )
            found[key].append(row)
            if row.inventory_number:
                found[*key[:-1], ""].append(row)
    return dict(found)


def lines_of(licence_ids: set[int]) -> dict[int, list[Purchase]]:
    """The lines that stand, by licence, oldest first."""
    found: dict[int, list[Purchase]] = defaultdict(list)
    for line in Purchase.objects.filter(licence__in=licence_ids, voided_at=None).order_by("valid_from", "pk"):
        found[line.licence_id].append(line)
    return found


def holdings_of(licence_ids: set[int]) -> dict[int, frozenset[tuple[str, int]]]:
    """Who holds units of each licence now."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    rows = Assignment.objects.filter(licence__in=licence_ids, released_at=None)
    for licence_id, person, device in rows.values_list("licence_id", "person_id", "device_id"):
        found[licence_id].add(("person", person) if person else ("device", device))
    return defaultdict(frozenset, {pk: frozenset(holders) for pk, holders in found.items()})
