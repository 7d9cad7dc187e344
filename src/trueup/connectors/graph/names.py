"""What Microsoft's part numbers are called on its price list, for the offers most companies have.

Facts from Microsoft's list "Product names and service plan identifiers for licensing" (learn.microsoft.com, read 2026).
A part number that is not here goes by itself: it stands among the titles, to be matched there once.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "AAD_PREMIUM": "Microsoft Entra ID P1",
    "AAD_PREMIUM_P2": "Microsoft Entra ID P2",
    "DYN365_ENTERPRISE_SALES": "Dynamics 365 Sales Enterprise Edition",
    "EMS": "Enterprise Mobility + Security E3",
    "EMSPREMIUM": "Enterprise Mobility + Security E5",
    "ENTERPRISEPACK": "Office 365 E3",
    "ENTERPRISEPREMIUM": "Office 365 E5",
    "EXCHANGESTANDARD": "Exchange Online (Plan 1)",
    "EXCHANGEENTERPRISE": "Exchange Online (Plan 2)",
    "INTUNE_A": "Microsoft Intune Plan 1",
    "Microsoft_365_Copilot": "Microsoft 365 Copilot",
    "O365_BUSINESS": "Microsoft 365 Apps for business",
    "O365_BUSINESS_ESSENTIALS": "Microsoft 365 Business Basic",
    "O365_BUSINESS_PREMIUM": "Microsoft 365 Business Standard",
    "OFFICESUBSCRIPTION": "Microsoft 365 Apps for enterprise",
    "POWER_BI_PRO": "Power BI Pro",
    "PROJECTPREMIUM": "Project Plan 5",
    "PROJECTPROFESSIONAL": "Project Plan 3",
    "PROJECT_P1": "Project Plan 1",
    "SPB": "Microsoft 365 Business Premium",
    "SPE_E3": "Microsoft 365 E3",
    "SPE_E5": "Microsoft 365 E5",
    "SPE_F1": "Microsoft 365 F3",
    "STANDARDPACK": "Office 365 E1",
    "VISIOCLIENT": "Visio Plan 2",
    "VISIOONLINE_PLAN1": "Visio Plan 1",
}
FREE: Final = frozenset({
    "CCIBOTS_PRIVPREV_VIRAL", "FLOW_FREE", "FORMS_PRO", "MICROSOFT_BUSINESS_CENTER", "POWERAPPS_DEV", "POWERAPPS_VIRAL",
    "POWER_BI_STANDARD", "RIGHTSMANAGEMENT_ADHOC", "STREAM", "TEAMS_EXPLORATORY", "WINDOWS_STORE",
})  # fmt: skip
"""Offers that cost nothing and come with thousands of units: shown, and never money."""
