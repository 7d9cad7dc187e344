"""Keeping an asset and the licence it stands for in step: what is changed on the asset is changed on the licence by its own
actions, in the same transaction; what the lines of the licence come to, the day on which the asset expires follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trueup.assets.counting import Said, at_their_fields, said_in
from trueup.assets.figures import as_values, with_figures
from trueup.assets.models import Asset, AssetLicence
from trueup.assets.standing import roles_of
from trueup.assets.storing import Scene, days_of
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, FieldError
from trueup.fields.queries import fields_of
from trueup.fields.values import PREFIX
from trueup.inventory.naming import product_meant
from trueup.licences.actions import add_purchase, change_licence, retire_licence, void_purchase
from trueup.licences.correcting import reinstate_licence
from trueup.licences.models import Purchase

AT_ONCE = 1000


class LinesOfItsOwn(Conflict):
    """The licence has more lines than the one the asset speaks of, so units, days and money are changed there."""

    title = gettext_lazy("The licence has lines of its own")


class AnotherProduct(Conflict):
    """The asset would name another product than its licence is of."""

    title = gettext_lazy("Another product")


def follow_change(scene: Scene, asset: Asset, before: Mapping[str, Any]) -> None:
    """Change the licence as its asset was changed: its one line is written anew, and the old one taken back."""
    link = _link_of(asset)
    if link is None or before == asset.values:
        return
    on = timezone.localdate(scene.at)
    old, new = said_in(scene.fields, before, on=on), said_in(scene.fields, asset.values, on=on)
    with at_their_fields(scene.fields):
        _refuse_another_product(scene, asset, link, old, new)
        if old.form != new.form:
            change_licence(
                actor=scene.actor, licence_id=link.licence_id, changes={"licence_type": new.form}, revision=None,
                at=scene.at, on=on,
            )  # fmt: skip
        if old.line != new.line:
            _write_line_anew(scene, link, new)
    _bring_up(AssetLicence.objects.filter(pk=link.pk), on)


def _link_of(asset: Asset) -> AssetLicence | None:
    found: AssetLicence | None = (
        AssetLicence.objects.select_for_update(of=("self",))
        .select_related("licence__product")
        .filter(asset=asset)
        .first()
    )
    return found


def _refuse_another_product(scene: Scene, asset: Asset, link: AssetLicence, old: Said, new: Said) -> None:
    """A name that means nothing, or the same, may be written as anybody likes; a licence keeps its product."""
    if (old.product, old.publisher) == (new.product, new.publisher):
        return
    meant = product_meant(
        actor=scene.actor, company_id=asset.company_id, name=new.product, publisher=new.publisher
    )
    if meant is not None and meant.pk != link.licence.product_id:
        detail = _(
            "This counts as a licence of %(old)s, and “%(new)s” is another product. Archive it, and make one of that product."
        ) % {"old": link.licence.product.name, "new": new.product}
        field = roles_of(scene.fields)["product"]
        raise AnotherProduct(detail, errors=(FieldError(PREFIX + field.key, detail),))


def _write_line_anew(scene: Scene, link: AssetLicence, new: Said) -> None:
    on = timezone.localdate(scene.at)
    lines = Purchase.objects.filter(licence_id=link.licence_id, voided_at=None)
    if list(lines.values_list("pk", flat=True)) != [link.line_id]:
        raise LinesOfItsOwn(
            _("Its licence has purchase lines of its own by now. Write units, days and money down there: /licences/%(id)s/purchases/.")
            % {"id": link.licence_id}
        )  # fmt: skip
    old_line = link.line_id
    made = add_purchase(actor=scene.actor, licence_id=link.licence_id, line=new.line, at=scene.at, on=on)
    AssetLicence.objects.filter(pk=link.pk).update(line=made)
    void_purchase(
        actor=scene.actor, licence_id=link.licence_id, purchase_id=old_line,
        reason=scene.reason or str(_("Put right on the asset")), at=scene.at, on=on,
    )  # fmt: skip


def follow_archiving(scene: Scene, asset: Asset) -> None:
    """An asset that leaves takes its licence out of use, which is refused while somebody holds it."""
    if (link := _link_of(asset)) is not None and link.licence.retired_at is None:
        retire_licence(
            actor=scene.actor, licence_id=link.licence_id, at=scene.at, on=timezone.localdate(scene.at)
        )


def follow_restoring(scene: Scene, asset: Asset) -> None:
    """An asset that comes back brings its licence with it."""
    if (link := _link_of(asset)) is not None and link.licence.retired_at is not None:
        reinstate_licence(
            actor=scene.actor, licence_id=link.licence_id, at=scene.at, on=timezone.localdate(scene.at)
        )


def follow_licences(*, actor: Actor, at: datetime) -> int:
    """Bring up the days on which assets expire to what the lines of their licences say; how many changed.

    Lists and pages read the licence itself and are right without; this is for what is found by the day over all types.
    """
    actor.require_everywhere(Permission.ASSETS_CHANGE)
    return _bring_up(AssetLicence.objects.filter(asset__archived_at=None), timezone.localdate(at))


def _bring_up(links: Any, on: date) -> int:
    """Write down anew when assets expire, by the last covered day of their licences, where it differs."""
    changed, fields_by_type = [], {}
    for link in with_figures(links, on).select_related("asset__type").iterator(AT_ONCE):
        asset = link.asset
        if asset.type_id not in fields_by_type:
            fields_by_type[asset.type_id] = fields_of(asset.type)
        fields = fields_by_type[asset.type_id]
        days = days_of(fields, as_values(fields, asset.values, link))
        if days != (asset.expires_on, asset.remind_on):
            asset.expires_on, asset.remind_on = days
            changed.append(asset)
    Asset.objects.bulk_update(changed, ["expires_on", "remind_on"], batch_size=AT_ONCE)
    return len(changed)
