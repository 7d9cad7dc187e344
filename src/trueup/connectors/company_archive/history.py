"""The audit history of a company that comes back: its chain is followed before it is believed, and goes on here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from trueup.assignments.undoing import KINDS
from trueup.audit.links import SEALED_IDS, Placing, link_of_row
from trueup.connectors.company_archive.numbering import Numbering, Row
from trueup.connectors.company_archive.opening import ArchiveRefused

SUBJECTS = {
    "company": "company",
    "licence": "licences",
    "contract": "contracts",
    "person": "people",
    "device": "devices",
    "product": "products",
    "publisher": "publishers",
    "region": "regions",
    "title": "titles",
    "view": "saved_views",
}
"""Kinds of subjects that come along. Others (accounts, tokens, runs) are named in the entry and are nobody's here."""


@dataclass(slots=True)
class History:
    """Follows the chain entry by entry while it is stored."""

    numbering: Numbering
    length: int = 0
    last_hash: str = ""
    placing: Placing = field(default_factory=Placing)

    def entry(self, row: Row) -> Row:
        """An entry as it is stored here; raises ArchiveRefused where the chain does not hold."""
        origin = _origin(row)
        self.length += 1
        if (
            row["position"] != self.length
            or link_of_row({**row, "origin": origin}, self.last_hash) != row["hash"]
        ):
            raise ArchiveRefused(
                _("The audit log was rewritten: its chain breaks at entry %(position)s.")
                % {"position": self.length}
            )
        self.last_hash = row["hash"]
        kind, subject_id = row["subject_kind"], row["subject_id"]
        subject = self.numbering.ids.get(SUBJECTS.get(kind, ""), {}).get(subject_id)
        batch = self.numbering.id_here("batches", row["batch_id"], where=f"Entry {self.length}")
        self.placing.add(self.length, subject, batch)
        return row | {"user_id": None, "subject_id": subject, "origin": origin}

    def refuse_other_end(self, manifest: Mapping[str, Any]) -> None:
        """Refuse a chain that ends before, or after, the end the manifest tells."""
        if manifest.get("audit_chain") != {"length": self.length, "last_hash": self.last_hash}:
            raise ArchiveRefused(_("The audit log does not end where the manifest says it does."))


def _origin(row: Row) -> dict[str, int | None]:
    origin = row["origin"]
    if origin is None:
        return {name: row[name] for name in SEALED_IDS}
    is_known = isinstance(origin, dict) and origin.keys() == set(SEALED_IDS)
    if not is_known or any(type(one) not in {int, type(None)} for one in origin.values()):
        raise ArchiveRefused(_("An entry of the audit log does not say where it is from."))
    return dict(origin)


def batch_here(numbering: Numbering, row: Row) -> Row:
    """A batch as it is stored here: one of assignments can still be taken back, others cannot.

    What a job or an import did stands in tables that do not come along, or is told by ids of elsewhere.
    """
    if row["kind"] not in KINDS:
        return row | {"user_id": None, "undo": {}}
    where = f"Batch {row['id']}"
    try:
        licence = numbering.id_here("licences", row["undo"]["licence"], where=where)
        held = [numbering.id_here("assignments", one, where=where) for one in row["undo"]["assignments"]]
        rows = [_summed_up(numbering, one) for one in row["summary"].get("rows", ())]
        summary = row["summary"] | {"licence": licence} | ({"rows": rows} if rows else {})
    except (AttributeError, KeyError, TypeError) as wrong:
        raise ArchiveRefused(_("%(where)s does not say what it did.") % {"where": where}) from wrong
    return row | {"user_id": None, "undo": {"licence": licence, "assignments": held}, "summary": summary}


def _summed_up(numbering: Numbering, row: Row) -> Row:
    """One row of what a batch did, with the ids of here."""
    held, holder = numbering.ids["assignments"].get(row["assignment"]), row["holder"]
    if holder is not None:
        table = "people" if holder["kind"] == "person" else "devices"
        holder = holder | {"id": numbering.ids[table].get(holder["id"])}
    return row | {"assignment": held, "holder": holder}
