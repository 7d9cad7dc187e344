"""Saying what titles are: by the library's rules, or by a person whose word stands above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from recognition import Match, RawTitle, recognise
from trueup.audit.actions import Happening, record
from trueup.base.access import Permission
from trueup.base.actor import Actor
from trueup.base.problems import InvalidValue
from trueup.catalogue.actions import load_library
from trueup.catalogue.queries import choice_in, product_for
from trueup.inventory.company_rules import RULE_NAME, about, rules_by_what_they_are_about
from trueup.inventory.library import current_library
from trueup.inventory.models import LoadedLibrary, Recognition, Title, TitleRule
from trueup.inventory.queries import CatalogueIds, catalogue_ids, library_in_use, title_for

OUTCOME = (
    "status", "product_id", "edition_id", "product_version_id", "klass", "strength", "reason", "rule", "candidates",
    "library_hash",
)  # fmt: skip
BATCH = 2000
RECOGNISE = "inventory.recognise"
"""The background task that judges titles again."""


def put_outcomes(titles: Iterable[Title]) -> None:
    """Set on each unsaved or loaded title what its company's rules, or else the library, say it is."""
    library = current_library()
    titles = list(titles)
    rules = rules_by_what_they_are_about(company_ids={title.company_id for title in titles})
    matches = [(title, recognise(_raw(title), library)) for title in titles]
    ids = _ids({match.product for _, match in matches if match.product})
    for title, match in matches:
        rule = (
            rules.get((title.company_id, about(name=title.name, publisher=title.publisher)))
            if rules
            else None
        )
        for name, value in (_ruled(rule) if rule else _outcome(match, ids)).items():
            setattr(title, name, value)
        title.library_hash = library.version_hash


def _raw(title: Title) -> RawTitle:
    return RawTitle(
        name=title.name,
        publisher=title.publisher or None,
        version=title.version or None,
        arch=title.arch or None,
        origin=title.origin or None,
        is_system=title.is_system,
        identifier=title.identifier or None,
    )


def _ids(keys: set[str]) -> CatalogueIds:
    """Catalogue rows behind the keys; a catalogue older than the library is brought up to it first."""
    found = catalogue_ids(product_keys=keys)
    if keys - found.products.keys():
        load_library(library=current_library())
        found = catalogue_ids(product_keys=keys)
    return found


def _outcome(match: Match, ids: CatalogueIds) -> Mapping[str, Any]:
    product = match.product or ""
    return {
        "status": match.status,
        "product_id": ids.products.get(product),
        "edition_id": ids.editions.get((product, match.edition or "")),
        "product_version_id": ids.versions.get((product, match.version or "")),
        "klass": match.klass or "",
        "strength": match.strength,
        "reason": match.reason,
        "rule": match.rule or "",
        "candidates": list(match.candidates),
    }


def _ruled(rule: TitleRule) -> Mapping[str, Any]:
    """What a company's own rule says."""
    return {
        "status": Recognition.RECOGNISED if rule.product_id else Recognition.NOT_LICENSABLE,
        "product_id": rule.product_id,
        "edition_id": None,
        "product_version_id": None,
        "klass": "",
        "strength": 100,
        "reason": rule.reason or f"a rule made by {rule.made_by}",
        "rule": f"{RULE_NAME}{rule.pk}",
        "candidates": [],
    }


def bring_library(*, actor: Actor, at: datetime) -> Mapping[str, int] | None:
    """Bring the catalogue to the shipped library, and ask for titles to be judged again; None when it is there."""
    actor.require_everywhere(Permission.CATALOGUE_CHANGE)
    library = current_library()
    if library_in_use() == library.version_hash:
        return None
    with transaction.atomic():
        counts = load_library(library=library)
        LoadedLibrary.objects.create(version_hash=library.version_hash, loaded_at=at)
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(RECOGNISE).defer()
    return counts


def recognise_titles(*, actor: Actor, company_id: int, at: datetime) -> int:
    """Ask the library again about every title another version of it judged; how many came out differently.

    What a person decided stays. Running it twice changes nothing (U-042).
    """
    actor.require(Permission.RECOGNITION_DECIDE, company_id)
    changed = 0
    with transaction.atomic():
        older = Title.objects.filter(company_id=company_id, decided_at=None)
        titles = older.exclude(library_hash=current_library().version_hash).order_by("pk")
        for batch in _batches(list(titles.values_list("pk", flat=True))):
            changed += judge_again(list(Title.objects.filter(pk__in=batch)))
        if changed:
            happening = Happening("inventory.titles_recognised", "company", company_id, f"{changed} titles")
            record(actor=actor, company_id=company_id, at=at, happening=happening)
    return changed


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def judge_again(titles: list[Title]) -> int:
    """Ask rules and library about loaded titles, and store what they say; how many came out differently."""
    before = [[getattr(title, name) for name in OUTCOME[:-1]] for title in titles]
    put_outcomes(titles)
    Title.objects.bulk_update(titles, [name.removesuffix("_id") for name in OUTCOME])
    after = [[getattr(title, name) for name in OUTCOME[:-1]] for title in titles]
    return sum(old != new for old, new in zip(before, after, strict=True))


def decide_title(
    *,
    actor: Actor,
    title_id: int,
    at: datetime,
    product_id: int | None = None,
    edition_id: int | None = None,
    version_id: int | None = None,
    reason: str = "",
) -> Title:
    """Say what a title is; without a product: that nobody licenses it. The rules no longer touch it."""
    title = title_for(actor=actor, title_id=title_id, permission=Permission.RECOGNITION_DECIDE)
    if product_id is None and (edition_id or version_id):
        raise InvalidValue.of(
            "product_id", gettext("An edition or a version needs the product it belongs to.")
        )
    values: dict[str, Any] = {"status": Recognition.NOT_LICENSABLE, "product_id": None}
    if product_id is not None:
        product = product_for(actor=actor, product_id=product_id, company_id=title.company_id)
        values = {"status": Recognition.RECOGNISED, "product_id": product.pk}
        values["edition_id"] = choice_in(product=product, kind="edition", choice_id=edition_id)
        values["product_version_id"] = choice_in(product=product, kind="version", choice_id=version_id)
    decision = {"klass": "", "rule": "", "strength": 100, "reason": reason or f"decided by {actor.name}"}
    nothing = {"edition_id": None, "product_version_id": None}
    with transaction.atomic():
        decided = {**nothing, **values, **decision, "decided_by": actor.name[:200], "decided_at": at}
        Title.objects.filter(pk=title.pk).update(**decided)
        happening = Happening(
            "inventory.title_decided", "title", title.pk, title.name, {**values, "reason": reason}
        )
        record(actor=actor, company_id=title.company_id, at=at, happening=happening)
    return title_for(actor=actor, title_id=title.pk)
