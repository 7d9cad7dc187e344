"""How lists of findings look, and the devices and people behind one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.compliance.queries import names_behind
from trueup.web.kit.list_cells import Look, Special, View, address_of
from trueup.web.kit.tables import Column, Table

if TYPE_CHECKING:
    from trueup.base.actor import Actor
    from trueup.compliance.finding_tables import Finding

NONE = gettext_lazy("none")
MISSING = {
    "owner": gettext_lazy("nobody"),
    "money": gettext_lazy("not known"),
    "saving": NONE,
    "reducible_on": NONE,
    "units": gettext_lazy("not known"),
    "short": gettext_lazy("not known"),
    "region": NONE,
    "licence": NONE,
    "edition": NONE,
    "metric": gettext_lazy("not known"),
    "snoozed_until": gettext_lazy("no"),
}


def _product(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["product__name"],
        "meta": row.get("edition__name") or "",
        "url": address_of("finding", row["id"]),
        "of": row["product__name"],
    }


def _look(title: Any, text: Any, *, views: tuple[View, ...] = ()) -> Look:
    return Look(
        noun=gettext_lazy("findings"),
        icon="flag",
        placeholder=gettext_lazy("Product or what it says"),
        nothing_title=title,
        nothing_text=text,
        missing=MISSING,
        special={"product": Special("who", _product)},
        views=views,
    )


FINDINGS = _look(
    gettext_lazy("Nothing to settle"),
    gettext_lazy("What a run finds short, spare, held in vain or in the wrong region stands here with its money."),
    views=(
        View(gettext_lazy("All")),
        View(gettext_lazy("Short"), "kind__in=short,unlicensed"),
        View(gettext_lazy("Too much"), "kind__in=over_licensed,not_deployed"),
        View(gettext_lazy("Held in vain"), "kind__in=idle,leavers,decommissioned,expired,over_held"),
        View(gettext_lazy("Wrong region"), "kind=wrong_region"),
        View(gettext_lazy("Not assessed"), "kind=not_assessed"),
    ),
)  # fmt: skip
OVER = _look(
    gettext_lazy("Nothing is over-licensed"),
    gettext_lazy("Licences of which less is in use than the share the company set stand here, 70 % unless set."),
)  # fmt: skip
UNDER = _look(
    gettext_lazy("Nothing is under-licensed"),
    gettext_lazy("Products of which more is required than owned stand here, with units, money and since when."),
)  # fmt: skip


def _muted(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["product__name"],
        "meta": row.get("edition__name") or "",
        "url": "",
        "of": row["product__name"],
    }


MUTES = Look(
    noun=gettext_lazy("mutes"),
    icon="eye-off",
    placeholder=gettext_lazy("Product or reason"),
    nothing_title=gettext_lazy("Nothing is muted"),
    nothing_text=gettext_lazy("A finding that is known to be fine can be muted until a day, with its reason."),
    missing={"kind": gettext_lazy("all kinds"), "licence": gettext_lazy("all"), "region": gettext_lazy("all")},
    special={"product": Special("who", _muted)},
)  # fmt: skip


def records_table(actor: Actor, finding: Finding) -> Table:
    """The devices and people behind, by the names they have today."""
    names = names_behind(actor=actor, finding=finding)
    columns = [Column("name", _("Device or person"), "who")]
    if any("title" in one for one in finding.records):
        columns.append(Column("title", _("Title")))
    else:
        columns.append(Column("units", _("Units"), "number"))
    rows = [
        {
            "id": f"{one['kind']}-{one['id']}",
            "name": {
                "name": names.get((one["kind"], one["id"]), _("no longer known")),
                "url": address_of(one["kind"], one["id"]) if (one["kind"], one["id"]) in names else "",
                "kind": "avatar" if one["kind"] == "person" else "tile",
            },
            "title": one.get("title"),
            "units": one.get("units"),
        }
        for one in finding.records
    ]
    return Table(_("Behind it"), columns, rows=rows, id="records")
