"""Takes an import back as a whole, as long as nothing else depends on what it made."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from trueup.assignments.actions import release_many
from trueup.assignments.models import Assignment
from trueup.audit.actions import mark_undone
from trueup.audit.models import Batch
from trueup.audit.queries import batch_for, batches_visible_to
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import Conflict, NotFound
from trueup.connectors.spreadsheet.applying import KIND, turn_of
from trueup.connectors.spreadsheet.lines import terms_of
from trueup.licences.bulk import Scene, change_licences, change_lines, lock_licences, withdraw_licences
from trueup.licences.keys.sealing import retract_keys
from trueup.licences.models import Licence, Purchase

NAMED_AT_MOST = 5


class ImportUndoneError(Conflict):
    """The import was taken back before."""


class ChangedSinceError(Conflict):
    """Somebody has built on what the import made."""


def imports_visible_to(*, actor: Actor) -> list[Batch]:
    """The latest imports of the companies in which the actor may import."""
    return list(batches_visible_to(actor=actor, permission=Permission.IMPORTS_RUN, kind=KIND)[:50])


def import_for(*, actor: Actor, batch_id: int) -> Batch:
    """One import, for whoever may import into its company."""
    batch = batch_for(actor=actor, batch_id=batch_id, permission=Permission.IMPORTS_RUN)
    if batch.kind != KIND:
        raise NotFound(gettext("There is no import %(batch_id)s.") % {"batch_id": batch_id})
    return batch


def undo_import(*, actor: Actor, batch_id: int, at: datetime, on: date) -> Batch:
    """Withdraw what the import made, restore what it changed, release what it assigned: all or nothing.

    Products and cost centres stay in the catalogue. Raises ChangedSinceError, StillHolds or ImportUndoneError.
    """
    batch = import_for(actor=actor, batch_id=batch_id)
    scene = Scene(actor=actor, company_id=batch.company_id, batch_id=batch.pk, at=at, on=on)
    recipe: Mapping[str, Any] = batch.undo
    if not recipe:
        raise ImportUndoneError(
            gettext("Import %(batch_id)s was made in another installation: it cannot be taken back here.")
            % {"batch_id": batch_id}
        )
    with turn_of(batch.company_id), transaction.atomic():
        lock_licences(scene=scene, licence_ids=[*recipe["created"], *map(int, recipe["before"])])
        if not mark_undone(batch_id=batch.pk, at=at):
            raise ImportUndoneError(
                gettext("Import %(batch_id)s was taken back already.") % {"batch_id": batch_id}
            )
        refuse_if_built_on(batch, recipe)
        release(scene, recipe["assigned"])
        retract_keys(scene=scene, key_ids=recipe.get("keys", []))
        restored = [
            (line.licence_id, terms_of(line)) for line in Purchase.objects.filter(pk__in=recipe["voided"])
        ]
        if restored or recipe["added"]:
            change_lines(scene=scene, added=restored, voided=recipe["added"], reason="import taken back")
        before = {
            int(pk): {name: old for name, (old, _) in fields.items()}
            for pk, fields in recipe["before"].items()
        }
        if before:
            change_licences(scene=scene, changes=before)
        if recipe["created"]:
            withdraw_licences(scene=scene, licence_ids=recipe["created"])
    return import_for(actor=actor, batch_id=batch_id)


def refuse_if_built_on(batch: Batch, recipe: Mapping[str, Any]) -> None:
    """Refuse when lines were added to, or fields changed of, what the import made or changed."""
    created = Licence.objects.filter(pk__in=recipe["created"])
    later = Purchase.objects.filter(licence__in=created, created_at__gt=batch.started_at, voided_at=None)
    voided = Purchase.objects.filter(licence__in=created, voided_at__isnull=False)
    touched = set(
        created.filter(
            Q(revision__gt=1) | Q(retired_at__isnull=False) | Q(withdrawn_at__isnull=False)
        ).values_list("pk", flat=True)
    )
    touched |= set(later.values_list("licence_id", flat=True)) | set(
        voided.values_list("licence_id", flat=True)
    )
    touched |= differing(recipe["before"])
    if touched:
        refuse(touched)


def differing(before: Mapping[str, Mapping[str, tuple[Any, Any]]]) -> set[int]:
    """Licences that no longer say what the import wrote."""
    rows = Licence.objects.in_bulk([int(pk) for pk in before])
    return {
        int(pk)
        for pk, fields in before.items()
        if any(getattr(rows[int(pk)], name) != new for name, (_, new) in fields.items())
    }


def refuse(touched: Iterable[int]) -> None:
    """Say which licences stand in the way."""
    named = Licence.objects.filter(pk__in=touched).select_related("product").order_by("pk")
    listed = ", ".join(f"{row.product.name} (licence {row.pk})" for row in named[:NAMED_AT_MOST])
    raise ChangedSinceError(
        gettext(
            "%(named)s of the licences were changed since the import: %(listed)s. Take those changes "
            "back first, or correct the licences one by one."
        )
        % {"named": named.count(), "listed": listed}
    )


def release(scene: Scene, assignment_ids: Iterable[int]) -> None:
    """End the assignments the import made, where they still stand."""
    rows = Assignment.objects.filter(pk__in=assignment_ids, released_at=None).select_related("licence")
    by_licence: dict[int, list[Assignment]] = {}
    for row in rows:
        by_licence.setdefault(row.licence_id, []).append(row)
    for held in by_licence.values():
        release_many(
            actor=scene.actor,
            licence=held[0].licence,
            assignment_ids=[row.pk for row in held],
            at=scene.at,
            on=scene.on,
            reason="import taken back",
            batch_id=scene.batch_id,
        )
