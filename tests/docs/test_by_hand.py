"""The page of hand calculations: its records are the sample estate's, its sums are right, the rules agree."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from licensing import evaluate
from licensing.terms import load_terms
from tests.cast import TODAY
from tests.docs.pages import ROOT
from trueup.connectors.sample.fleet import Machine, fleet_of
from trueup.connectors.sample.group import COMPANIES, people_of
from trueup.connectors.sample.paper import HEAD, Paper, papers_of

PAGE = (ROOT / "docs" / "counting" / "by-hand.md").read_text(encoding="utf-8")
ORDER, UNITS, PRICE = HEAD.index("Order number"), HEAD.index("Quantity"), HEAD.index("Price")
SUM = re.compile(r"(?<![\w,(])((?:\d+ [+−×/] )+\d+) = ([−\d]+)")


@pytest.fixture(scope="module")
def estate() -> tuple[list[Machine], dict[str, Paper]]:
    """What `trueup sample load` makes for Halden Design: its machines, and its papers by their number."""
    plan = next(one for one in COMPANIES if one.name == "Halden Design")
    luck = Random(plan.code)
    people = people_of(plan, on=TODAY, luck=luck)
    fleet = fleet_of(plan, people, luck=luck)
    return fleet, {paper.external_id: paper for paper in papers_of(plan, people, fleet, on=TODAY, luck=luck)}


def part(head: str) -> str:
    return PAGE.partition(f"\n## {head}")[2].partition("\n## ")[0]


def having(fleet: list[Machine], program: str) -> list[Machine]:
    return [machine for machine in fleet if any(one.name.startswith(program) for one in machine.programs)]


def bought(papers: dict[str, Paper], product: str, edition: str = "") -> list[tuple[str, int]]:
    """Orders and units of a product, as the page must write them."""
    rows = [paper.row for paper in papers.values() if paper.row[2:4] == (product, edition)]
    return [(row[ORDER], int(row[UNITS])) for row in rows]


def test_sql_server(estate: tuple[list[Machine], dict[str, Paper]]) -> None:
    fleet, papers = estate
    text, least = (
        part("SQL Server Enterprise"),
        load_terms().on("microsoft.sql.core.minimum_per_vm", None).value,
    )
    machines = having(fleet, "Microsoft SQL Server 2022 Enterprise")

    rows = [
        f"| `{one.hostname}` | {one.cores} | max({least}, {one.cores}) | {max(least, one.cores or 0)} |"
        for one in machines
    ]

    assert re.findall(r"^\| `.*$", text, re.MULTILINE) == rows
    assert all(one.is_virtual for one in machines)
    vms = [{"vcores": one.cores} for one in machines]
    assert evaluate("mssql_per_core", {"layer": "vm", "vms": vms})["core_licenses"] == 12
    assert bought(papers, "SQL Server", "Enterprise") == [("PO-20780", 11)]
    assert papers["HDS-021"].row[PRICE] == "226710.00"
    assert "`PO-20780` with 11 cores" in text
    assert 226710 == 11 * 20610


def test_indesign(estate: tuple[list[Machine], dict[str, Paper]]) -> None:
    fleet, papers = estate
    text, machines = part("InDesign"), having(fleet, "Adobe InDesign")
    of_user = Counter(one.user for one in machines)
    (twice,) = [user for user, number in of_user.items() if number > 1]

    assert f"on {len(machines)} machines" in text
    assert f"{len(machines)} − 1 = {len(of_user)} people" in text
    first, second = (f"`{one.hostname}`" for one in machines if one.user == twice)
    assert f"{first} and {second} are both {twice}'s" in text
    users = [{"activated_computers": number} for number in of_user.values()]
    assert evaluate("adobe_named_user", {"users": users}) == {"licenses": 92, "activation_breaches": 0}
    assert bought(papers, "InDesign") == [("PO-21187", 43), ("PO-21224", 42)]
    assert papers["HDS-033"].row[PRICE] == "17640.00"
    assert "`PO-21187` with 43 seats and `PO-21224` with 42" in text
    assert 17640 == 42 * 420


def test_vsphere(estate: tuple[list[Machine], dict[str, Paper]]) -> None:
    fleet, papers = estate
    text, least = part("vSphere (ESXi)"), load_terms().on("vmware.core.minimum_per_processor", None).value
    hosts = [one for one in fleet if one.system.startswith("VMware ESXi")]

    rows = [
        f"| `{one.hostname}` | {one.processors} | {one.cores} | {one.processors} x max({least}, {one.cores}) "
        f"| {one.processors * max(least, one.cores or 0)} |"
        for one in hosts
    ]

    assert re.findall(r"^\| `.*$", text, re.MULTILINE) == rows
    inputs = {"hosts": [{"sockets": one.processors, "cores_per_socket": one.cores} for one in hosts]}
    assert evaluate("vmware_per_core", inputs)["core_licenses"] == 176
    assert bought(papers, "vSphere (ESXi)") == [("PO-20891", 91), ("PO-20928", 90)]
    assert "`PO-20891` with 91 cores and `PO-20928` with 90" in text


def test_every_sum_on_the_page_is_right() -> None:
    sums = SUM.findall(PAGE)

    assert len(sums) == 10
    for computed, total in sums:
        plain = computed.replace("−", "-").replace("×", "*")
        parts = re.split(r" ([+*-]) ", plain)
        found = int(parts[0])
        for sign, number in zip(parts[1::2], map(int, parts[2::2]), strict=True):
            found = {"+": found + number, "-": found - number, "*": found * number}[sign]
        assert found == int(total.replace("−", "-")), computed
