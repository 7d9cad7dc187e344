"""Files of other products, and our own, recognised by their headers: they need no matching.

Each export says which columns mark it, where its columns go, and what its values mean where a value alone
could not tell (Ralph's price is for the whole row, GLPI's -1 is no limit).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from trueup.connectors.spreadsheet.targets import LEAVE_OUT, NOTE
from trueup.connectors.spreadsheet.values.labels import PriceBasis
from trueup.connectors.spreadsheet.words import normal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Export:
    """A known export: every column of one of `marks` must be there; `columns` says where each goes.

    `source` names the other system, so that a second file of the same system updates the first.
    """

    source: str
    title: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    price_basis: PriceBasis | None = None
    others: str = NOTE
    remarks: tuple[_StrOrPromise, ...] = field(default=())


def columns(**fields: str) -> dict[str, str]:
    """Comparable header to field, from field to headers between commas."""
    return {normal(header): name for name, headers in fields.items() for header in headers.split(",")}


def marks(*headers: str) -> tuple[frozenset[str], ...]:
    """One set of marking headers for each argument."""
    return tuple(frozenset(normal(header) for header in each.split(",")) for each in headers)


OWN = Export(
    source="trueup",
    title="Trueup",
    marks=marks(
        "product,purchased,free,state", "licence,purchased,free,state", "id,product,purchased", "id,licence,purchased"
    ),
    columns=columns(
        external_id="id", product="product,licence", publisher="publisher", edition="edition", version="version",
        metric="metric", units="purchased", valid_from="valid_from", valid_until="valid_to", owner="owner",
        company="company", region="region", inventory_number="inventory_number", tags="tags",
    ),
    others=LEAVE_OUT,
)  # fmt: skip

SNIPE_IT_EXPORT = Export(
    source="snipe-it",
    title="Snipe-IT (licence export)",
    marks=marks("id,name,serial number,seats,licenses available,min qty", "id,name,seats,licenses available,maintained"),
    columns=columns(
        external_id="id", company="company", product="name", key="serial number", invoice_date="purchase date",
        price="purchase cost", order_number="order number", units="seats", supplier="supplier",
        valid_until="expiration date", publisher="manufacturer", tags="category", remarks="notes",
    ) | columns(**{LEAVE_OUT: "licenses available,created by,depreciation,updated at,deleted at,email,fully depreciated,"
                              "created at"}),
)  # fmt: skip

SNIPE_IT_IMPORT = Export(
    source="snipe-it",
    title="Snipe-IT (import sheet)",
    marks=marks("item name,seats,reassignable,maintained", "item name,serial number,seats,licensed to name"),
    columns=columns(
        holder_person="email", holder_device="asset tag", product="item name", key="serial number", tags="category",
        publisher="manufacturer", invoice_date="purchase date", price="purchase cost", order_number="order number",
        valid_until="expiration date", units="seats", company="company", supplier="supplier", remarks="notes",
    ) | columns(**{LEAVE_OUT: "checkout type"}),
)  # fmt: skip

RALPH = Export(
    source="ralph",
    title="Ralph",
    marks=marks("software_str,number_bought,niw", "software_str,licence_type_str,number_bought"),
    columns=columns(
        external_id="id", product="software_str", publisher="manufacturer_str", metric="licence_type_str",
        region="region_str", company="property_of_str", units="number_bought", key="sn", inventory_number="niw",
        invoice_date="invoice_date", valid_until="valid_thru", order_number="order_no", price="price",
        currency="price_currency", supplier="provider", invoice_number="invoice_no", remarks="remarks",
        cost_centre="budget_info_str", valid_from="start_usage", tags="tags_str", holder_person="users_str",
        holder_device="base_objects_str",
    ) | columns(**{NOTE: "license_details,accounting_id,service_env_str,service_uid,office_infrastructure_str"}),
    price_basis=PriceBasis.TOTAL,
    others=LEAVE_OUT,
    remarks=(gettext_lazy("Ralph's CSV does not say how many units each holder has. Each is read as one; its API "
"knows better."),),
)  # fmt: skip

GLPI = Export(
    source="glpi",
    title="GLPI",
    marks=marks(
        "name,software,number,entity", "name,software,number,expiration", "name,software,number,affected items",
        "name,software,anzahl,einheit", "nom,logiciel,nombre,entité", "nom,logiciel,nombre,expiration",
    ),
    columns=columns(
        external_id="id", name="name,nom", units="number,anzahl,nombre", metric="type,typ",
        version="purchase version,gekaufte version,version d'achat", valid_until="expiration,ablaufdatum",
        product="software,logiciel", key="serial number,seriennummer,numéro de série",
        remarks="comments,kommentare,commentaires", holder_person="user,benutzer,utilisateur",
        company="entity,einheit,entité", inventory_number="inventory number,inventarnummer,numéro d'inventaire",
        publisher="publisher,manufacturer,hersteller,éditeur,fabricant",
    ) | columns(**{LEAVE_OUT: "valid,gültig,valide,number of installations,anzahl installationen,nombre d'installations"}),
)  # fmt: skip

EXPORTS = (OWN, SNIPE_IT_EXPORT, SNIPE_IT_IMPORT, RALPH, GLPI)


def recognised(header: Sequence[str]) -> Export | None:
    """The export a header belongs to, or None for a sheet somebody made."""
    present = {normal(name) for name in header}
    return next((export for export in EXPORTS if any(mark <= present for mark in export.marks)), None)
