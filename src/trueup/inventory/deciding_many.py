"""Saying of many titles at once what they are, or that nobody licenses them; and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from trueup.audit.actions import Happening, record_many
from trueup.base.access import Permission
from trueup.catalogue.queries import product_for
from trueup.inventory.models import Recognition, Title
from trueup.inventory.queries import titles_visible_to
from trueup.jobs.deeds import Answers, Deed, Row, Scene, Told, done, refused, unchanged

DECIDE = Permission.RECOGNITION_DECIDE
FIELDS = (
    "status", "product_id", "edition_id", "product_version_id", "klass", "strength", "reason", "rule", "decided_by",
    "decided_at",
)  # fmt: skip


def _found(scene: Scene, ids: Iterable[int | None]) -> Any:
    seen = titles_visible_to(actor=scene.actor).filter(company_id=scene.company_id, pk__in=list(ids))
    return Title.objects.filter(pk__in=list(seen.values_list("pk", flat=True))).order_by("pk")


def _wanted(scene: Scene) -> dict[str, Any]:
    """Status and product as they will stand; the product must be one the company may use."""
    product_id = scene.given.get("product_id")
    if product_id is None:
        return {"status": Recognition.NOT_LICENSABLE, "product_id": None}
    product = product_for(actor=scene.actor, product_id=product_id, company_id=scene.company_id)
    return {"status": Recognition.RECOGNISED, "product_id": product.pk}


def _told(rows: Sequence[Row], titles: dict[int, Title], wanted: dict[str, Any]) -> dict[int, Told]:
    return {row.position: _told_of(titles.get(row.subject_id or 0), wanted) for row in rows}


def _told_of(title: Title | None, wanted: dict[str, Any]) -> Told:
    if title is None:
        return refused("", _("Not there any more."))
    if title.decided_at and all(getattr(title, name) == value for name, value in wanted.items()):
        return unchanged(title.name, _("Decided so already."))
    before = {name: _plain(getattr(title, name)) for name in FIELDS}
    return done(title.name, title.get_status_display(), before=before)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _look(scene: Scene, rows: Sequence[Row]) -> Answers:
    titles = {one.pk: one for one in _found(scene, (row.subject_id for row in rows))}
    return _told(rows, titles, _wanted(scene))


def _decide(scene: Scene, rows: Sequence[Row]) -> Answers:
    wanted = _wanted(scene)
    titles = {one.pk: one for one in _found(scene, (row.subject_id for row in rows)).select_for_update()}
    told = _told(rows, titles, wanted)
    reason = scene.given.get("reason") or _("decided by %(name)s") % {"name": scene.actor.name}
    new = {
        **wanted, "edition_id": None, "product_version_id": None, "klass": "", "rule": "", "strength": 100,
        "reason": reason, "decided_by": scene.actor.name[:200], "decided_at": scene.at,
    }  # fmt: skip
    changed = [titles[row.subject_id or 0] for row in rows if told[row.position].facts]
    Title.objects.filter(pk__in=[one.pk for one in changed]).update(**new)
    _write(scene, changed, {**wanted, "reason": reason})
    return {
        at: Told(one.outcome, one.name, one.detail, {**one.facts, "decided_at": scene.at.isoformat()} if one.facts else {})
        for at, one in told.items()
    }  # fmt: skip


def _write(scene: Scene, titles: Sequence[Title], details: dict[str, Any]) -> None:
    happenings = [Happening("inventory.title_decided", "title", one.pk, one.name, details) for one in titles]
    if happenings:
        record_many(
            actor=scene.actor,
            company_id=scene.company_id,
            at=scene.at,
            happenings=happenings,
            batch_id=scene.batch_id,
        )


def _undecide(scene: Scene, rows: Sequence[Row]) -> Answers:
    """What was known before, where nobody decided anew since."""
    titles = {one.pk: one for one in _found(scene, (row.subject_id for row in rows)).select_for_update()}
    told: dict[int, Told] = {}
    back = []
    for row in rows:
        title = titles.get(row.subject_id or 0)
        if title is None or _plain(title.decided_at) != row.given["decided_at"]:
            told[row.position] = refused(title.name if title else "", _("Decided anew since: left as it is."))
            continue
        for name, value in row.given["before"].items():
            setattr(title, name, parse_datetime(value) if name == "decided_at" and value else value)
        back.append(title)
        told[row.position] = done(title.name)
    Title.objects.bulk_update(back, [name.removesuffix("_id") for name in FIELDS], batch_size=1000)
    _write(scene, back, {"reason": _("taken back")})
    return told


MATCH_TITLES = Deed("inventory.match_titles", DECIDE, _look, _decide, _undecide)
IGNORE_TITLES = Deed("inventory.ignore_titles", DECIDE, _look, _decide, _undecide)
