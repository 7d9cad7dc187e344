"""What people may do: permissions, and the roles that bundle them. The only place where a role gains a right."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One right. Its value is the name used in documentation, tokens and refusals."""

    COMPANIES_VIEW = "companies.view"
    COMPANIES_MANAGE = "companies.manage"
    USERS_MANAGE = "users.manage"
    CATALOGUE_VIEW = "catalogue.view"
    CATALOGUE_CHANGE = "catalogue.change"
    PEOPLE_VIEW = "people.view"
    PEOPLE_CHANGE = "people.change"
    DEVICES_VIEW = "devices.view"
    DEVICES_CHANGE = "devices.change"
    LICENCES_VIEW = "licences.view"
    LICENCES_CHANGE = "licences.change"
    PRICES_VIEW = "prices.view"
    CONTRACTS_VIEW = "contracts.view"
    CONTRACTS_CHANGE = "contracts.change"
    ASSIGNMENTS_CHANGE = "assignments.change"
    ASSETS_VIEW = "assets.view"
    ASSETS_CHANGE = "assets.change"
    TYPES_MANAGE = "types.manage"
    ARTICLES_VIEW = "articles.view"
    ARTICLES_CHANGE = "articles.change"
    KEYS_REVEAL = "keys.reveal"
    INVENTORY_VIEW = "inventory.view"
    INVENTORY_IMPORT = "inventory.import"
    RECOGNITION_DECIDE = "recognition.decide"
    RUNS_VIEW = "runs.view"
    RUNS_START = "runs.start"
    IMPORTS_RUN = "imports.run"
    EXPORTS_RUN = "exports.run"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    """What a person is for a company, or for all of them."""

    OWNER = "owner"
    LICENCE_MANAGER = "licence_manager"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    VIEWER = "viewer"


_VIEW = frozenset(
    {
        Permission.COMPANIES_VIEW,
        Permission.CATALOGUE_VIEW,
        Permission.PEOPLE_VIEW,
        Permission.DEVICES_VIEW,
        Permission.LICENCES_VIEW,
        Permission.CONTRACTS_VIEW,
        Permission.ASSETS_VIEW,
        Permission.ARTICLES_VIEW,
        Permission.RUNS_VIEW,
    }
)
_EVIDENCE = frozenset(
    {Permission.PRICES_VIEW, Permission.INVENTORY_VIEW, Permission.AUDIT_VIEW, Permission.EXPORTS_RUN}
)
_HANDS = frozenset(
    {
        Permission.PEOPLE_CHANGE,
        Permission.DEVICES_CHANGE,
        Permission.ASSIGNMENTS_CHANGE,
        Permission.ASSETS_CHANGE,
        Permission.ARTICLES_CHANGE,
        Permission.INVENTORY_VIEW,
        Permission.INVENTORY_IMPORT,
        Permission.EXPORTS_RUN,
    }
)
_MONEY = frozenset(
    {
        Permission.CATALOGUE_CHANGE,
        Permission.LICENCES_CHANGE,
        Permission.CONTRACTS_CHANGE,
        Permission.TYPES_MANAGE,
        Permission.KEYS_REVEAL,
        Permission.RECOGNITION_DECIDE,
        Permission.RUNS_START,
        Permission.IMPORTS_RUN,
    }
)

RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEW,
    Role.AUDITOR: _VIEW | _EVIDENCE,
    Role.TECHNICIAN: _VIEW | _HANDS,
    Role.LICENCE_MANAGER: _VIEW | _EVIDENCE | _HANDS | _MONEY,
    Role.OWNER: frozenset(Permission),
}
READING = _VIEW | _EVIDENCE
"""What a token with the scope *read* may do at most."""
