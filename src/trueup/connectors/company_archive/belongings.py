"""What does not come in as it was written: keys, which the vault seals anew; files, which are scanned anew; makers of
views, who are accounts of here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.connectors.company_archive.numbering import Numbering, Row
from trueup.connectors.company_archive.opening import ArchiveRefused
from trueup.documents.arriving import Arrivals
from trueup.documents.models import ScanState
from trueup.documents.queries import HANDED_OUT
from trueup.licences.keys.reading import KIND
from trueup.reports.moving_out import KEYS
from trueup.tenancy.models import User
from trueup.vault.actions import Sealing, seal_secrets
from trueup.vault.envelope import Place
from trueup.vault.plain import Plain
from trueup.vault.travelling import TravelSeal, travel_seal

ROWS = 500


@dataclass(slots=True)
class Keyring:
    """The keys of the archive, sealed in the vault of here under records of here."""

    actor: Actor
    company_id: int
    numbering: Numbering
    at: datetime
    sealed: dict[tuple[uuid.UUID, str], tuple[uuid.UUID, int]] | None = None

    def bring_in(self, passphrase: Plain | None) -> None:
        """Seal every key that travelled; none without the passphrase."""
        told = self.numbering.archive.manifest.get("keys")
        if passphrase is None:
            return
        if not isinstance(told, dict):
            raise InvalidValue.of("passphrase", _("The archive holds no keys, so no passphrase opens any."))
        self.sealed, waiting = {}, list[tuple[tuple[uuid.UUID, str], Sealing]]()
        for name, plain in self._opened(travel_seal(passphrase, salt=_bytes(told, "salt"))):
            place = Place(self.company_id, KIND, uuid.uuid4(), name[1])
            waiting.append((name, Sealing(place, plain)))
            if len(waiting) == ROWS:
                self._seal(waiting)
        self._seal(waiting)

    def _opened(self, seal: TravelSeal) -> Iterator[tuple[tuple[uuid.UUID, str], Plain]]:
        for line in self.numbering.archive.lines(KEYS):
            try:
                name = (uuid.UUID(line["record"]), str(line["name"]))
            except (KeyError, TypeError, ValueError, AttributeError) as wrong:
                raise ArchiveRefused(_("A key of the archive does not say which it is.")) from wrong
            nonce, sealed = _bytes(line, "nonce"), _bytes(line, "sealed")
            yield name, seal.open(nonce, sealed, record_id=name[0], name=name[1])

    def _seal(self, waiting: list[tuple[tuple[uuid.UUID, str], Sealing]]) -> None:
        sealings = [sealing for _name, sealing in waiting]
        made = seal_secrets(
            actor=self.actor, permission=Permission.COMPANIES_MANAGE, sealings=sealings, at=self.at
        )
        assert self.sealed is not None  # noqa: S101 - filled by whoever calls this
        self.sealed |= {
            name: (secret.record, secret.pk) for (name, _sealing), secret in zip(waiting, made, strict=True)
        }
        waiting.clear()

    def key(self, row: Row) -> Row | None:
        """A key as it is stored here; none where its text did not come along."""
        if self.sealed is None:
            return None
        found = self.sealed.get((row["record"], row["kind"]))
        if found is None:
            raise ArchiveRefused(_("Key %(id)s of the archive has no text in it.") % {"id": row["id"]})
        return row | {"record": found[0], "secret_id": found[1]}


def _bytes(told: dict[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(told[name])
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArchiveRefused(_("“%(name)s” of the keys cannot be read.") % {"name": name}) from wrong


@dataclass(slots=True)
class Papers:
    """The documents of the archive with their bytes, as the scanner of here sees them."""

    numbering: Numbering
    files: Arrivals
    missing: int = 0

    def bring_in(self) -> None:
        """Put the bytes of every document aside. Bytes that no document names are refused."""
        named = {path for path in self.numbering.archive.zip.NameToInfo if path.startswith("files/")}
        for row in self.numbering.rows("documents"):
            path = f"files/{row['sha256']}"
            if path in named:
                named.discard(path)
                self._take(row, path)
        if named:
            raise ArchiveRefused(_("“%(path)s” is of no document.") % {"path": min(named)})

    def _take(self, row: Row, path: str) -> None:
        content = self.numbering.archive.content(path) or b""
        if not self.files.take(content, name=row["name"], media_type=row["media_type"]):
            raise ArchiveRefused(
                _("“%(name)s” is not the type of file it is said to be, or too large.")
                % {"name": row["name"]}
            )

    def document(self, row: Row) -> Row:
        """A document as it is stored here. What no scanner here was asked about stays what it was."""
        state = self.files.state_of(row["sha256"])
        if state is None:
            self.missing += row["removed_at"] is None and row["scan"] in HANDED_OUT
            return row
        if state == ScanState.UNSCANNED and row["scan"] in HANDED_OUT:
            return row
        return row | {"scan": state}


@dataclass(slots=True)
class Makers:
    """Who made the shared views: accounts of the same name here, else whoever owns the company here."""

    numbering: Numbering
    owner: User | None
    left_out: int = 0
    known: dict[str, int] = field(default_factory=dict)

    def find(self) -> None:
        """Look the accounts up."""
        names = {str(row["made_by"]) for row in self.numbering.rows("saved_views")}
        self.known = dict(User.objects.filter(username__in=names).values_list("username", "pk"))

    def view(self, row: Row) -> Row | None:
        """A view as it is stored here; none where nobody here can be its maker."""
        maker = self.known.get(str(row["made_by"]), self.owner and self.owner.pk)
        if maker is None:
            self.left_out += 1
            return None
        return row | {"maker_id": maker}
