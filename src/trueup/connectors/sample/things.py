"""What else an invented company keeps: where its people work, what a whole site may use, and things that run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trueup.connectors.sample.group import CompanyPlan

SITES = {
    "HDS": "Studio Harbour Street",
    "HDG": "Campus North",
    "HMA": "Yard Quay 4",
    "HSS": "Head Office",
}
"""By a company's code: everybody works at one place."""
SITE_WIDE = ("Extensis", "Connect Fonts", 4200)
"""Publisher, product and yearly price of what everybody at the place may use."""
SHARED = ("ANSYS", "Ansys Discovery", 3, 14, 9600)
"""Publisher, product, seats, how many people take turns with them, and the yearly price of a seat."""


@dataclass(frozen=True, slots=True)
class ThingPlan:
    """An asset to invent: the template of its type, its values, and its tags."""

    template: str
    values: dict[str, Any]
    tags: tuple[str, ...] = ()


def things_of(plan: CompanyPlan, *, on: date) -> list[ThingPlan]:
    """Names on the internet, certificates and lines of a company; some run out soon, one did yesterday."""
    name = plan.name.lower().replace(" ", "-") + ".example"
    ends = [on + timedelta(days=days) for days in (19, 74, 203, 341)]
    return [
        *(_domain(domain, day) for domain, day in zip((name, f"my-{name}"), ends[1::2], strict=True)),
        *(
            _certificate(f"{host}.{name}", day)
            for host, day in zip(
                ("www", "mail", "vpn"), (ends[0], on - timedelta(days=1), ends[2]), strict=True
            )
        ),
        ThingPlan(
            "isp_contract",
            {
                "provider": "Nordlys Fibre",
                "site": SITES[plan.code],
                "customer_number": f"{plan.code}-88231",
                "support_telephone": "+47 22 00 00 00",
                "contract_ends": ends[3].isoformat(),
                "monthly_cost": {"amount": "480.00", "currency": "EUR"},
            },
        ),
    ]


def _domain(name: str, ends_on: date) -> ThingPlan:
    values = {
        "domain": name,
        "registrar": "Registry of Examples",
        "ends_on": ends_on.isoformat(),
        "renews_itself": True,
        "annual_cost": {"amount": "24.00", "currency": "EUR"},
    }
    return ThingPlan("domain", values, ("web",))


def _certificate(name: str, ends_on: date) -> ThingPlan:
    values = {
        "common_name": name,
        "issuer": "Halden Internal CA",
        "issued_on": (ends_on - timedelta(days=365)).isoformat(),
        "ends_on": ends_on.isoformat(),
        "renews_itself": False,
    }
    return ThingPlan("ssl_certificate", values, ("web", "security"))
