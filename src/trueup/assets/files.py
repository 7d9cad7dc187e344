"""Files in fields of assets: brought, taken off, and read by whoever sees the field (C-016).

The bytes lie in the store of documents, received and scanned as documents are. What a value holds are handles, so that a
revision brings its files back; a file that is taken off stays where it is.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from trueup.assets.actions import CHANGE, require_edit
from trueup.assets.figures import values_on
from trueup.assets.models import Asset, AssetFile
from trueup.assets.queries import asset_for
from trueup.assets.seeing import may_see
from trueup.assets.storing import Scene, difference, locked_asset, note_asset, settle
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, InvalidValue, NotFound
from trueup.documents.models import ScanState
from trueup.documents.queries import HANDED_OUT, InQuarantine
from trueup.documents.receiving import NewFile, receiving
from trueup.documents.store import document_store
from trueup.fields.queries import fields_of
from trueup.fields.terms import FieldTerms

MOST_FILES = 50


class FileThereAlready(Conflict):
    """The field has this very file."""


def attach_file(*, actor: Actor, asset_id: int, key: str, file: NewFile, at: datetime) -> AssetFile:
    """Add a file to a field of an asset; it is a revision like any other change."""
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    fields = fields_of(seen.type)
    field = _field(fields, key)
    require_edit(actor=actor, company_id=seen.company_id, fields=fields, keys=[key])
    with receiving(file) as received, transaction.atomic():
        asset = locked_asset(seen, None)
        handles = list(asset.values.get(key) or [])
        held = AssetFile.objects.filter(pk__in=[one["file"] for one in handles], sha256=received.sha256)
        if held.exists():
            raise FileThereAlready(_("“%(name)s” is there already, byte by byte.") % {"name": received.name})
        if len(handles) >= MOST_FILES:
            raise InvalidValue.of(key, _("A field holds at most %(most)s files.") % {"most": MOST_FILES})
        kept: AssetFile = AssetFile.objects.create(
            company_id=asset.company_id, asset=asset, field=field.key, name=received.name,
            media_type=received.media_type.name, size_bytes=received.size_bytes, sha256=received.sha256,
            scan=received.scan, added_at=at, added_by=actor.name,
        )  # fmt: skip
        _save(Scene(actor, at, fields), asset, key, [*handles, {"file": kept.pk, "name": kept.name}])
    return kept


def detach_file(*, actor: Actor, asset_id: int, key: str, file_id: int, at: datetime) -> None:
    """Take a file off a field; a revision before still has it."""
    seen = asset_for(actor=actor, asset_id=asset_id, permission=CHANGE)
    fields = fields_of(seen.type)
    _field(fields, key)
    require_edit(actor=actor, company_id=seen.company_id, fields=fields, keys=[key])
    with transaction.atomic():
        asset = locked_asset(seen, None)
        handles = list(asset.values.get(key) or [])
        left = [one for one in handles if one["file"] != file_id]
        if left == handles:
            raise NotFound(_("There is no file %(id)s in this field.") % {"id": file_id})
        _save(Scene(actor, at, fields), asset, key, left)


def _save(scene: Scene, asset: Asset, key: str, handles: list[dict[str, object]]) -> None:
    before = values_on(asset=asset, fields=scene.fields, on=timezone.localdate(scene.at))
    rest = {name: value for name, value in before.items() if name != key}
    asset.values = rest | ({key: handles} if handles else {})
    asset.revision += 1
    settle(scene, asset)
    note_asset(scene.actor, asset, "assets.changed", scene.at, difference(scene.fields, before, asset.values))


def _field(fields: tuple[FieldTerms, ...], key: str) -> FieldTerms:
    found = next((one for one in fields if one.key == key and one.kind == "attachment"), None)
    if found is None:
        raise NotFound(_("The asset has no field “%(key)s” for files.") % {"key": key[:60]})
    return found


def file_for(*, actor: Actor, asset_id: int, file_id: int) -> AssetFile:
    """A file of an asset, for whoever sees the field it is in."""
    asset = asset_for(actor=actor, asset_id=asset_id)
    found: AssetFile | None = AssetFile.objects.filter(asset=asset, pk=file_id).first()
    if found is not None:
        field = next((one for one in fields_of(asset.type) if one.key == found.field), None)
        if field is not None and may_see(actor=actor, company_id=asset.company_id, field=field):
            return found
    raise NotFound(_("There is no file %(id)s in this asset.") % {"id": file_id})


def bytes_of(*, file: AssetFile) -> bytes:
    """The bytes of a file that :func:`file_for` gave out: checked against their hash, never from quarantine."""
    if file.scan not in HANDED_OUT:
        raise InQuarantine(
            _("“%(name)s” is %(state)s: it is handed out once a scanner has called it clean.")
            % {"name": file.name, "state": ScanState(file.scan).label.lower()}
        )
    return document_store().read(file.sha256)
