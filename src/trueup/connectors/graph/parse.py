"""Makes subscriptions and seats of Microsoft Graph's answers.

Purchased is what is enabled; what is in its grace time or suspended stands apart. Where one offer has several
subscriptions, each is a row with its own date, and what is assigned, which Graph tells by offer, is a row beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from trueup.connectors.graph.names import FREE, NAMES
from trueup.sources.cells import day, flag, moment, units, words
from trueup.sources.findings import Findings, Page, Rejected, SeatFacts, SubscriptionFacts

PUBLISHER = "Microsoft Corporation"
APPLIES_TO = {"User": "user", "Company": "tenant"}
VIRAL_UNITS = 10_000
STATES = {"Enabled": "purchased", "Warning": "in_grace", "Suspended": "suspended", "LockedOut": "suspended"}


def parse_graph(pages: Sequence[Page], _seen_at: datetime) -> Findings:
    """Everything the pages say."""
    rejected: list[Rejected] = []
    skus = {sku["skuId"]: sku for sku in _sound(pages, "skus", "skuId", rejected)}
    dates: dict[str, list[Any]] = defaultdict(list)
    for row in _sound(pages, "dates", "skuId", rejected):
        if row.get("status") != "Deleted":
            dates[row["skuId"]].append(row)
    subscriptions = [fact for sku in skus.values() for fact in _subscriptions(sku, dates[sku["skuId"]])]
    seats = [
        fact
        for page in pages
        if page.kind == "users"
        for user in _sound([page], "users", "id", rejected)
        for fact in _seats(user, skus, tells_sign_in=bool(page.about.get("tells_sign_in")))
    ]
    return Findings(subscriptions=tuple(subscriptions), seats=tuple(seats), rejected=tuple(rejected))


def _sound(pages: Sequence[Page], kind: str, key: str, rejected: list[Rejected]) -> Iterator[dict[str, Any]]:
    """The rows of one kind that say what they are about."""
    for page in pages:
        for row in page.rows if page.kind == kind else ():
            if isinstance(row, dict) and isinstance(row.get(key), str) and row[key]:
                yield row
            else:
                rejected.append(Rejected(str(row), f"{kind}: no {key}"))


def _name(sku: Mapping[str, Any]) -> str:
    part = words(sku.get("skuPartNumber"), most=200)
    return NAMES.get(part, part or str(sku["skuId"]))


def _subscriptions(sku: Mapping[str, Any], dated: Sequence[Mapping[str, Any]]) -> Iterator[SubscriptionFacts]:
    prepaid = sku.get("prepaidUnits")
    prepaid = prepaid if isinstance(prepaid, dict) else {}
    enabled = units(prepaid.get("enabled"))
    common: dict[str, Any] = {
        "sku": str(sku["skuId"]),
        "name": _name(sku),
        "publisher": PUBLISHER,
        "applies_to": APPLIES_TO.get(str(sku.get("appliesTo")), ""),
        "is_free": sku.get("skuPartNumber") in FREE or (enabled or 0) >= VIRAL_UNITS,
    }
    held: dict[str, Any] = {"assigned": units(sku.get("consumedUnits"))}
    told: dict[str, Any] = {
        "purchased": enabled, "in_grace": units(prepaid.get("warning")), "suspended": units(prepaid.get("suspended")),
        "status": words(sku.get("capabilityStatus"), most=60),
    }  # fmt: skip
    if not dated:
        yield SubscriptionFacts(**common, **held, **told)
    elif len(dated) == 1:
        yield SubscriptionFacts(**common, **held, **told, **_dated(dated[0]))
    else:
        yield SubscriptionFacts(**common, **held)
        for row in dated:
            yield SubscriptionFacts(
                **common, **_units_of(row), status=words(row.get("status"), most=60), **_dated(row)
            )


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    ref = words(row.get("commerceSubscriptionId") or row.get("id"), most=200)
    return {
        "ref": ref,
        "is_trial": flag(row.get("isTrial")),
        "renews_on": day(row.get("nextLifecycleDateTime")),
    }


def _units_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Units of one subscription: bought while it is enabled, in grace or suspended otherwise."""
    total = units(row.get("totalLicenses"))
    column = STATES.get(str(row.get("status")))
    return {
        name: (total if name == column else 0 if column else None)
        for name in ("purchased", "in_grace", "suspended")
    }


def _seats(
    user: Mapping[str, Any], skus: Mapping[str, Mapping[str, Any]], *, tells_sign_in: bool
) -> Iterator[SeatFacts]:
    used_at = _signed_in_at(user) if tells_sign_in else None
    through: dict[str, set[str]] = defaultdict(set)
    for state in user.get("licenseAssignmentStates") or ():
        if isinstance(state, dict):
            through[str(state.get("skuId"))].add("group" if state.get("assignedByGroup") else "direct")
    for given in user.get("assignedLicenses") or ():
        sku_id = given.get("skuId") if isinstance(given, dict) else None
        if isinstance(sku_id, str):
            sku = skus.get(sku_id, {"skuId": sku_id})
            yield SeatFacts(
                sku=sku_id,
                sku_name=_name(sku),
                publisher=PUBLISHER,
                subject=str(user["id"])[:200],
                login=words(user.get("userPrincipalName"), most=320),
                name=words(user.get("displayName"), most=200),
                via="group" if through[sku_id] == {"group"} else "direct",
                is_enabled=flag(user.get("accountEnabled")),
                last_used_at=used_at,
                use_is_reported=used_at is not None,
            )


def _signed_in_at(user: Mapping[str, Any]) -> datetime | None:
    """The last sign-in that is told. None is never or not known, and Graph does not say which."""
    told = user.get("signInActivity")
    told = told if isinstance(told, dict) else {}
    names = ("lastSuccessfulSignInDateTime", "lastSignInDateTime", "lastNonInteractiveSignInDateTime")
    moments = [found for name in names if (found := moment(told.get(name)))]
    return max(moments, default=None)
