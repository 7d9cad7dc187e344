"""Keeps the findings and remedies of a run: opens what is new, refreshes what stands, closes what is settled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from trueup.base.actor import system
from trueup.compliance.finding_tables import USUAL_SHARE, Finding, FindingPolicy
from trueup.compliance.holdings import Holdings
from trueup.compliance.noticing import Pair, Seen, by_licence, noticed
from trueup.compliance.pricing import priced_licences
from trueup.compliance.remedying import add_remedies
from trueup.inventory.models import Title

if TYPE_CHECKING:
    from trueup.compliance.counting import Result

BATCH = 1000
REFRESHED = (
    "position", "owner", "says", "units", "of_units", "money", "saving", "currency", "reducible_on", "records",
)  # fmt: skip


def keep_findings(
    *, pairs: Sequence[Pair], holdings: Holdings, company_ids: Collection[int], on: date, at: datetime
) -> None:
    """Store what the newest run of some companies gives reason to settle, and what can be done about its positions.

    Whoever snoozed or muted stays heard.
    """
    latest = [pair for pair in pairs if pair[0].company_id in company_ids]
    asked = {
        one for _position, result in latest if _is_of_licences(result) for one in result.entitled.by_licence
    }
    asked |= set(holdings.held)
    priced = priced_licences(actor=system("counting"), licence_ids=asked, on=on)
    add_remedies(pairs=latest, priced=priced, on=on)
    seen = Seen(
        pairs=latest,
        holdings=holdings,
        priced=priced,
        share_of=_shares(company_ids),
        at=at,
        on=on,
        by_licence=by_licence(latest),
    )
    found = {_same(finding): finding for finding in noticed(seen) if finding.company_id in company_ids}
    _name_titles(list(found.values()))
    _store(found, company_ids, at)


def _is_of_licences(result: Result) -> bool:
    """Whether a finding may name one of its licences."""
    return bool(result.weighed.short or result.weighed.spare or result.weighed.reason)


def _shares(company_ids: Collection[int]) -> dict[int, int]:
    said = dict(
        FindingPolicy.objects.filter(company_id__in=company_ids).values_list(
            "company_id", "over_licensed_percent"
        )
    )
    return {company_id: said.get(company_id, USUAL_SHARE) for company_id in company_ids}


def _name_titles(findings: Sequence[Finding]) -> None:
    """Say what the titles behind are called: their numbers alone mean nothing to people."""
    ids = {record["title"] for one in findings for record in one.records if record.get("title")}
    names = dict(Title.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for finding in findings:
        for record in finding.records:
            if "title" in record:
                record["title"] = names.get(record["title"], "")


def _store(
    found: dict[tuple[object, ...], Finding], company_ids: Collection[int], at: datetime
) -> None:  # fmt: skip
    open_ones = Finding.objects.filter(company_id__in=company_ids, closed_at=None)
    standing = {_same(finding): finding for finding in open_ones}
    for same, finding in found.items():
        if same in standing:
            finding.pk, finding.opened_at = standing[same].pk, standing[same].opened_at
    new = [finding for same, finding in found.items() if same not in standing]
    known = [finding for same, finding in found.items() if same in standing]
    Finding.objects.bulk_create(new, batch_size=BATCH)
    Finding.objects.bulk_update(known, REFRESHED, batch_size=BATCH)
    settled = [finding.pk for same, finding in standing.items() if same not in found]
    Finding.objects.filter(pk__in=settled).update(closed_at=at)


def _same(one: Finding) -> tuple[object, ...]:
    """What makes it the same finding in another run."""
    return (
        one.company_id, one.kind, one.product_id, one.edition_id, one.metric, one.licence_id, one.region_id,
    )  # fmt: skip
