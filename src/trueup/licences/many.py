"""Changing the same thing of many licences: owner, tags, policy; taking many out of use, and bringing them back.

Each is a deed of a job. A licence that says so already is left alone; an undo restores only what nobody changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from trueup.base.access import Permission
from trueup.base.problems import InvalidValue
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged
from trueup.licences.bulk import Scene as Stage
from trueup.licences.models import Licence
from trueup.licences.reserving import end_all_reservations
from trueup.people.queries import people_visible_to, person_for
from trueup.tenancy.models import Policy

LONGEST_TAG = 60
ROWS = 1000
Change = Callable[[Licence, Mapping[str, Any]], dict[str, Any]]


def lock_many(scene: Scene, ids: Iterable[int | None]) -> dict[int, Licence]:
    """The licences of the scene's company, locked in the order of their ids."""
    return {row.pk: row for row in _found(scene, ids).select_for_update(of=("self",), no_key=True)}


def see_many(scene: Scene, ids: Iterable[int | None]) -> dict[int, Licence]:
    """The same to look at only."""
    return {row.pk: row for row in _found(scene, ids)}


def _found(scene: Scene, ids: Iterable[int | None]) -> Any:
    rows = Licence.objects.visible_to(scene.actor, Permission.LICENCES_VIEW)
    rows = rows.filter(pk__in=list(ids), company_id=scene.company_id, withdrawn_at=None)
    return rows.select_related("product").order_by("pk")


def gone() -> Told:
    """A row whose thing is not there for the actor."""
    return refused("", _("Not there any more."))


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to change licences: what is new for one, what must hold beforehand, and how a value is told."""

    change: Change
    check: Callable[[Scene], None]
    shown: Callable[[Scene, Any], str]

    def look(self, scene: Scene, rows: Sequence[Row]) -> Answers:
        """What would change."""
        self.check(scene)
        return self._told(scene, rows, see_many(scene, (row.subject_id for row in rows)))

    def carry_out(self, scene: Scene, rows: Sequence[Row]) -> Answers:
        """Change it."""
        self.check(scene)
        licences = lock_many(scene, (row.subject_id for row in rows))
        told = self._told(scene, rows, licences)
        wanted = {
            row.subject_id or 0: told[row.position].facts["after"] for row in rows if told[row.position].facts
        }
        _store(scene, licences, wanted)
        return told

    def take_back(self, scene: Scene, rows: Sequence[Row]) -> Answers:
        """Restore old values where the new ones still stand."""
        licences = lock_many(scene, (row.subject_id for row in rows))
        told: dict[int, Told] = {}
        wanted: dict[int, Mapping[str, Any]] = {}
        for row in rows:
            licence = licences.get(row.subject_id or 0)
            if licence is None:
                told[row.position] = gone()
            elif any(getattr(licence, name) != value for name, value in row.given["after"].items()):
                told[row.position] = refused(licence.product.name, _("Changed since: left as it is."))
            else:
                wanted[licence.pk] = row.given["before"]
                told[row.position] = done(licence.product.name)
        _store(scene, licences, wanted)
        return told

    def _told(self, scene: Scene, rows: Sequence[Row], licences: Mapping[int, Licence]) -> dict[int, Told]:
        return {
            row.position: self._told_of(scene, licence)
            if (licence := licences.get(row.subject_id or 0))
            else gone()
            for row in rows
        }

    def _told_of(self, scene: Scene, licence: Licence) -> Told:
        name = str(licence.product.name)
        after = self.change(licence, scene.given)
        before = {field: getattr(licence, field) for field in after}
        if before == after:
            return unchanged(name, _("Says so already."))
        [was], [now] = before.values(), after.values()
        words = _("%(was)s → %(now)s") % {"was": self.shown(scene, was), "now": self.shown(scene, now)}
        return done(name, words, before=before, after=after)


def _store(scene: Scene, licences: Mapping[int, Licence], wanted: Mapping[int, Mapping[str, Any]]) -> None:
    """Write the new values, a revision more, and what happened."""
    if not wanted:
        return
    details = {}
    for pk, new in wanted.items():
        licence = licences[pk]
        details[pk] = {name: [getattr(licence, name), value] for name, value in new.items()}
        for name, value in new.items():
            setattr(licence, name, value)
        licence.revision += 1
    fields = sorted({name for new in wanted.values() for name in new})
    changed = [licences[pk] for pk in wanted]
    Licence.objects.bulk_update(changed, [*fields, "revision"], batch_size=ROWS)
    stage_of(scene).record("licences.changed", changed, details)


def stage_of(scene: Scene) -> Stage:
    """The scene as the bulk actions of this room take it."""
    return Stage(scene.actor, scene.company_id, scene.batch_id, scene.at, scene.on)


def retire_licences(*, scene: Scene, licences: Sequence[Licence]) -> None:
    """Take locked licences out of use that nobody holds any more."""
    ids = [one.pk for one in licences]
    end_all_reservations(licence_ids=ids, actor=scene.actor, on=scene.on, at=scene.at)
    Licence.objects.filter(pk__in=ids, held=F("burnt")).update(retired_at=scene.at)
    stage_of(scene).record("licences.retired", licences, {})


def bring_back_licences(*, scene: Scene, licences: Sequence[Licence]) -> None:
    """Take retired licences into use again: a retirement taken back."""
    Licence.objects.filter(pk__in=[one.pk for one in licences]).update(retired_at=None)
    stage_of(scene).record("licences.brought_back", licences, {})


def _owner(_licence: Licence, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"owner_id": given["owner_id"]}


def _check_owner(scene: Scene) -> None:
    if scene.given["owner_id"] is not None:
        person_for(actor=scene.actor, person_id=scene.given["owner_id"], company_id=scene.company_id)


def _shown_owner(scene: Scene, owner_id: int | None) -> str:
    if owner_id is None:
        return _("nobody")
    names = people_visible_to(actor=scene.actor).filter(pk=owner_id).values_list("name", flat=True)
    return names.first() or _("somebody")


def _more_tags(licence: Licence, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"tags": sorted({*licence.tags, *given["tags"]})}


def _fewer_tags(licence: Licence, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"tags": [tag for tag in licence.tags if tag not in given["tags"]]}


def _check_tags(scene: Scene) -> None:
    tags = scene.given["tags"]
    if not tags:
        raise InvalidValue.of("tags", _("Name at least one tag."))
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            raise InvalidValue.of(
                "tags",
                _("“%(tag)s” is longer than %(most)s letters. Choose a shorter tag.")
                % {"tag": tag, "most": LONGEST_TAG},
            )


def _shown_tags(_scene: Scene, tags: Sequence[str]) -> str:
    return ", ".join(tags) or _("none")


def _policy(_licence: Licence, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"policy": given["policy"]}


def _check_policy(scene: Scene) -> None:
    if scene.given["policy"] not in Policy.values:
        raise InvalidValue.of(
            "policy",
            _("“%(given)s” is no policy: block, warn or allow is.") % {"given": scene.given["policy"]},
        )


def _shown_policy(_scene: Scene, policy: str) -> str:
    return str(dict(Policy.choices)[policy])


def _deed(kind: str, edit: Edit) -> Deed:
    return Deed(kind, Permission.LICENCES_CHANGE, edit.look, edit.carry_out, edit.take_back)


SET_OWNER = _deed("licences.set_owner", Edit(_owner, _check_owner, _shown_owner))
ADD_TAGS = _deed("licences.add_tags", Edit(_more_tags, _check_tags, _shown_tags))
REMOVE_TAGS = _deed("licences.remove_tags", Edit(_fewer_tags, _check_tags, _shown_tags))
SET_POLICY = _deed("licences.set_policy", Edit(_policy, _check_policy, _shown_policy))
