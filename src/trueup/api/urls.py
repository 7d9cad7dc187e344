"""The API put together: one router a room, one place for sign-in and problems."""

from __future__ import annotations

from trueup import __version__
from trueup.api import (
    alerts,
    articles,
    asset_types,
    assets,
    assignments,
    audit,
    audits,
    batches,
    catalogue,
    comparing,
    compliance,
    contracts,
    deliveries,
    devices,
    documents,
    evidence,
    findings,
    inventory,
    jobs,
    keys,
    licences,
    lines,
    parts,
    people,
    renewals,
    reports,
    reviews,
    saved_reports,
    saved_views,
    search,
    simultaneous,
    sites,
    sources,
    tenancy,
    tickets,
    use_rights,
    waiting,
    workflows,
)
from trueup.api.description import DescribedAPI
from trueup.api.problems import speak_problems
from trueup.api.requests import TokenAuth

api = DescribedAPI(
    title="Trueup",
    version=__version__,
    description="Licences, who holds them, what is installed, and whether it adds up.",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=TokenAuth(),
    urls_namespace="api",
)
speak_problems(api)
api.add_router("", batches.router)
api.add_router("/licences", licences.router)
api.add_router("", use_rights.router)
api.add_router("", lines.router)
api.add_router("", assignments.router)
api.add_router("", catalogue.router)
api.add_router("/people", people.router)
api.add_router("/devices", devices.router)
api.add_router("", tenancy.router)
api.add_router("", parts.router)
api.add_router("", sites.router)
api.add_router("", simultaneous.router)
api.add_router("", waiting.router)
api.add_router("", audit.router)
api.add_router("", compliance.router)
api.add_router("", comparing.router)
api.add_router("", evidence.router)
api.add_router("", findings.router)
api.add_router("", inventory.router)
api.add_router("", sources.router)
api.add_router("", jobs.router)
api.add_router("", keys.router)
api.add_router("", documents.router)
api.add_router("", contracts.router)
api.add_router("", renewals.router)
api.add_router("", reports.router)
api.add_router("", saved_reports.router)
api.add_router("", asset_types.router)
api.add_router("", reviews.router)
api.add_router("", audits.router)
api.add_router("", assets.router)
api.add_router("", articles.router)
api.add_router("", alerts.router)
api.add_router("", deliveries.router)
api.add_router("", tickets.router)
api.add_router("", workflows.router)
api.add_router("", saved_views.router)
api.add_router("", search.router)
