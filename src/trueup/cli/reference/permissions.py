"""The page of permissions, and of the roles that bundle them."""

from __future__ import annotations

from typing import Final

from trueup.base.access import READING, RIGHTS, Permission, Role
from trueup.cli.reference.markdown import Sheet, code, sheet, table

INTRODUCTION = (
    "A person has a role in a company, or one over all companies. A role is a bundle of permissions; there is no "
    "other way to a right. An object of a company in which someone has no role is *not found*, never *forbidden*."
)
TOKENS = (
    "A token acts as the person who made it, in all or some of that person's companies. With the scope *read* it has "
    "at most the permissions marked in the last column, whatever the person's role."
)
MEANINGS: Final[dict[Permission, str]] = {
    Permission.COMPANIES_VIEW: "See the company, its regions, locations, departments and cost centres.",
    Permission.COMPANIES_MANAGE: "Make companies, their regions, locations and departments, and set a company’s policy.",
    Permission.USERS_MANAGE: "Give and take roles; see who has one.",
    Permission.CATALOGUE_VIEW: "See publishers, products, editions and versions.",
    Permission.CATALOGUE_CHANGE: "Add the company's own products.",
    Permission.PEOPLE_VIEW: "See people.",
    Permission.PEOPLE_CHANGE: "Add and change people, and note that they left.",
    Permission.DEVICES_VIEW: "See devices and their hardware.",
    Permission.DEVICES_CHANGE: "Add, change and decommission devices.",
    Permission.LICENCES_VIEW: "See licences, their purchase lines and who holds units.",
    Permission.LICENCES_CHANGE: "Make, change and retire licences; add and void purchase lines.",
    Permission.CONTRACTS_VIEW: "See contracts, what stands under them, and plans for renewals.",
    Permission.CONTRACTS_CHANGE: "Make, change, renew and retire contracts; put licences and devices under them; plan their renewal.",
    Permission.PRICES_VIEW: "See what was paid. Without it, columns and fields with money are not there at all.",
    Permission.ASSIGNMENTS_CHANGE: "Assign and release units.",
    Permission.ASSETS_VIEW: "See flexible assets, their types and what expires. Sealed values stay sealed.",
    Permission.ASSETS_CHANGE: "Make, change, archive and restore flexible assets.",
    Permission.ARTICLES_VIEW: "Read articles and their versions.",
    Permission.ARTICLES_CHANGE: "Write, change, close, archive and restore articles.",
    Permission.TYPES_MANAGE: "Define types of assets and their fields; over all companies for types that all share.",
    Permission.KEYS_REVEAL: "See a licence key or another sealed value, one at a time, with a reason.",
    Permission.INVENTORY_VIEW: "See receipts, installations and titles.",
    Permission.INVENTORY_IMPORT: "Let agents in and import inventories.",
    Permission.RECOGNITION_DECIDE: "Decide which product a title is.",
    Permission.RUNS_VIEW: "See positions, their working and findings.",
    Permission.RUNS_START: "Start a counting run.",
    Permission.IMPORTS_RUN: "Read licences, people and devices from files, and undo that.",
    Permission.EXPORTS_RUN: "Take a list away as a file.",
    Permission.AUDIT_VIEW: "Read the audit log.",
}


def permissions_sheet() -> Sheet:
    """Permissions by role, in the order of the code."""
    heads = ("permission", "lets one", *(role.replace("_", " ") for role in Role), "token to read")
    rows = [
        (
            code(permission),
            MEANINGS.get(permission, ""),
            *("●" if permission in RIGHTS[role] else "" for role in Role),
            "●" if permission in READING else "",
        )
        for permission in Permission
    ]
    gaps = [
        f"permission {permission} has no meaning" for permission in Permission if permission not in MEANINGS
    ]
    return sheet(
        "reference/permissions.md", "Permissions and roles", [INTRODUCTION, table(heads, rows), TOKENS], gaps
    )
