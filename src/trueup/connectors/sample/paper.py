"""The paper of an invented company: its licence spreadsheet, and who holds which units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from trueup.connectors.sample.fleet import Machine
from trueup.connectors.sample.group import CompanyPlan, PersonPlan

HEAD = (
    "External ID", "Publisher", "Product", "Edition", "Version", "License Type", "Quantity", "Price", "Currency",
    "Price basis", "Valid from", "Valid to", "Order number", "Invoice number", "Supplier", "Cost centre", "Auto-renew",
    "Notice days", "Inventory number", "Owner", "Tags", "Remarks",
)  # fmt: skip
SUPPLIERS = ("Nordlys Reseller", "Fjord Software", "Bluestone IT", "direct")


@dataclass(frozen=True, slots=True)
class Deal:
    """Something a company buys: what it is counted by, and the price a year or once (``years`` 0 is perpetual).

    ``marks`` are beginnings of installed titles that show the demand; without any, ``share`` percent of the people
    use it (a subscription that no inventory sees). ``fit`` is how many percent of the demand were bought.
    """

    publisher: str
    product: str
    metric: str
    price: int
    years: int
    marks: tuple[str, ...] = ()
    edition: str = ""
    version: str = ""
    share: int = 0
    fit: int = 106
    notice: int = 60
    renews: bool = True


EVERYWHERE = (
    Deal("Microsoft", "Microsoft 365 Apps", "per_named_user", 144, 1, ("Microsoft 365 Apps",), fit=102),
    Deal("Zoom", "Zoom Workplace", "per_named_user", 156, 1, ("Zoom Workplace",), fit=138, notice=30),
    Deal("CrowdStrike", "Falcon", "per_device", 52, 1, ("CrowdStrike",), fit=103),
    Deal("Microsoft", "Windows", "per_device", 120, 0, (), edition="Enterprise", fit=101),
    Deal("win.rar", "WinRAR", "per_device", 21, 0, ("WinRAR",), fit=104),
    Deal("TechSmith", "Snagit", "per_device", 48, 0, ("Snagit",), fit=110),
    Deal("TeamViewer", "TeamViewer", "per_named_user", 410, 1, ("TeamViewer",), fit=100),
    Deal("Datadog", "Datadog", "per_device", 276, 1, ("Datadog Agent",), fit=110),
    Deal("1Password", "1Password", "per_named_user", 84, 1, share=72, fit=105),
    Deal("Atlassian", "Jira (Cloud)", "per_named_user", 96, 1, share=46, fit=103),
    Deal("Atlassian", "Confluence (Cloud)", "per_named_user", 72, 1, share=52, fit=112),
    Deal("DocuSign", "eSignature", "per_named_user", 300, 1, share=9, fit=180),
    Deal("Microsoft", "SQL Server", "mssql_per_core", 1800, 3, ("Microsoft SQL Server 2022 Standard", "Microsoft SQL Server 2022 (64"), edition="Standard", fit=104),
    Deal("Microsoft", "SQL Server", "mssql_per_core", 6870, 3, ("Microsoft SQL Server 2022 Enterprise",), edition="Enterprise", fit=94),
    Deal("Microsoft", "Windows Server", "windows_server_core", 77, 0, (), edition="Datacenter", fit=103),
    Deal("VMware", "vSphere (ESXi)", "vmware_per_core", 225, 1, (), fit=103),
    Deal("Microsoft", "Power BI Pro", "per_named_user", 114, 1, share=17, fit=121),
    Deal("Salesforce", "Sales Cloud", "per_named_user", 1080, 1, share=6, fit=100),
)  # fmt: skip
BY_TASTE: dict[str, tuple[Deal, ...]] = {
    "design": (
        Deal("Adobe", "Photoshop", "adobe_named_user", 420, 1, ("Adobe Photoshop",), fit=112),
        Deal("Adobe", "Illustrator", "adobe_named_user", 420, 1, ("Adobe Illustrator",), fit=104),
        Deal("Adobe", "InDesign", "adobe_named_user", 420, 1, ("Adobe InDesign",), fit=91),
        Deal("Adobe", "After Effects", "adobe_named_user", 420, 1, ("Adobe After Effects",), fit=125),
        Deal("Figma", "Figma", "per_named_user", 540, 1, ("Figma",), fit=100, notice=0),
        Deal("Maxon", "Cinema 4D", "per_device", 720, 1, ("Cinema 4D",), fit=105),
        Deal("Miro", "Miro", "per_named_user", 168, 1, ("Miro",), fit=140),
    ),
    "software": (
        Deal("JetBrains", "IntelliJ IDEA", "per_named_user", 599, 1, ("IntelliJ IDEA",), fit=103),
        Deal("JetBrains", "Rider", "per_named_user", 419, 1, ("JetBrains Rider",), fit=108),
        Deal("JetBrains", "PyCharm", "per_named_user", 249, 1, ("PyCharm Professional",), fit=88),
        Deal(
            "Microsoft",
            "Visual Studio",
            "per_named_user",
            2500,
            1,
            ("Visual Studio Enterprise",),
            edition="Enterprise",
            fit=122,
        ),
        Deal("Docker", "Docker Desktop", "per_named_user", 252, 1, ("Docker Desktop",), fit=95),
        Deal("Slack", "Slack", "per_named_user", 126, 1, ("Slack",), fit=101),
        Deal("Tableau", "Tableau Desktop", "per_named_user", 840, 1, ("Tableau",), fit=131),
        Deal("Scooter Software", "Beyond Compare", "per_named_user", 60, 0, ("Beyond Compare",), fit=100),
        Deal("GitHub", "GitHub Enterprise", "per_named_user", 252, 1, share=62, fit=104),
    ),
    "marine": (
        Deal("Autodesk", "AutoCAD", "autodesk_named_user", 1865, 1, ("AutoCAD 2025",), fit=94),
        Deal("Autodesk", "Inventor", "autodesk_named_user", 2585, 1, ("Autodesk Inventor",), fit=107),
        Deal("Autodesk", "Revit", "autodesk_named_user", 2945, 1, ("Autodesk Revit",), fit=118),
        Deal("SOLIDWORKS", "SOLIDWORKS CAD", "per_named_user", 3600, 1, ("SOLIDWORKS",), fit=109),
        Deal("Ansys", "Ansys Simulation", "per_device", 18200, 1, ("ANSYS",), fit=105),
        Deal("MathWorks", "MATLAB", "per_named_user", 860, 1, ("MATLAB",), fit=104),
        Deal("Bluebeam", "Revu", "per_named_user", 330, 1, ("Bluebeam",), fit=116),
        Deal("Robert McNeel & Associates", "Rhino", "per_device", 995, 0, ("Rhino",), fit=93),
    ),
    "office": (
        Deal(
            "Microsoft", "Visio", "per_device", 579, 0, ("Microsoft Visio",), edition="Professional", fit=90
        ),
        Deal(
            "Microsoft",
            "Project",
            "per_device",
            1130,
            0,
            ("Microsoft Project",),
            edition="Professional",
            fit=120,
        ),
        Deal("Adobe", "Acrobat", "adobe_named_user", 240, 1, ("Adobe Acrobat Pro",), fit=100),
        Deal("Foxit", "PDF Editor (PhantomPDF)", "per_named_user", 149, 1, ("Foxit",), fit=150),
        Deal("ABBYY", "FineReader", "per_device", 199, 0, ("ABBYY",), fit=100),
        Deal("Tableau", "Tableau Desktop", "per_named_user", 840, 1, ("Tableau",), fit=104),
        Deal("DATEV", "DATEV Arbeitsplatz", "per_named_user", 190, 1, ("DATEV",), fit=103),
        Deal("SAP", "SAP GUI", "per_named_user", 890, 0, ("SAP GUI",), fit=99),
    ),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence row of the file, and the people and devices that hold its units in order of need."""

    row: tuple[str, ...]
    external_id: str
    begun: date
    metric: str
    units: int
    people: tuple[str, ...]
    devices: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The purchasing desk of a company: who looks after licences, and the day and luck it buys by."""

    plan: CompanyPlan
    owners: tuple[str, ...]
    on: date
    luck: Random


def papers_of(
    plan: CompanyPlan, people: list[PersonPlan], fleet: list[Machine], *, on: date, luck: Random
) -> list[Paper]:
    """Every licence of a company; big ones come as several orders."""
    desk = Desk(plan, tuple(p.username for p in people if p.left_on is None)[:5], on, luck)
    papers: list[Paper] = []
    for deal in (*EVERYWHERE, *BY_TASTE[plan.taste]):
        users, devices = _holders(deal, people, fleet, luck)
        demand = sum(units for _, units in devices) if devices else len(users)
        if demand:
            papers += _orders(desk, deal, max(1, demand * deal.fit // 100), users, devices, start=len(papers))
    return papers


def _holders(
    deal: Deal, people: list[PersonPlan], fleet: list[Machine], luck: Random
) -> tuple[list[str], list[tuple[str, int]]]:
    """Who needs it: people with the title on their desk (leavers among them), or devices with their units."""
    if "named_user" in deal.metric:
        with_title = {machine.user for machine in fleet if machine.user and _has(machine, deal)}
        users = [p.username for p in people if p.username in with_title]
        if not deal.marks:
            users = [p.username for p in people if luck.randrange(100) < deal.share]
        return users + [p.username for p in people if p.left_on and luck.randrange(100) < 30], []  # noqa: PLR2004  # percent
    return [], [(m.hostname, _units(deal, m)) for m in fleet if _is_counted(deal, m, luck)]


def _has(machine: Machine, deal: Deal) -> bool:
    return any(program.name.startswith(deal.marks) for program in machine.programs)


def _is_counted(deal: Deal, machine: Machine, luck: Random) -> bool:
    if deal.product == "Windows Server":
        return machine.kind == "server"
    if deal.metric == "vmware_per_core":
        return "ESXi" in machine.system
    if deal.product == "Windows":
        return machine.kind in {"laptop", "workstation"}
    if not deal.marks:
        return luck.randrange(100) < deal.share
    return _has(machine, deal)


def _units(deal: Deal, machine: Machine) -> int:
    cores = machine.cores or 4
    if deal.metric == "mssql_per_core":
        return max(4, cores)
    if deal.metric == "windows_server_core":
        return max(16, machine.processors * max(8, cores))
    if deal.metric == "vmware_per_core":
        return machine.processors * max(16, cores)
    return 1


def _orders(
    desk: Desk, deal: Deal, units: int, users: list[str], devices: list[tuple[str, int]], *, start: int
) -> list[Paper]:
    """One licence, or for large quantities two to four that were ordered apart."""
    parts = 1 if units < 40 else 2 + units // 260 if units < 600 else 4  # noqa: PLR2004  # sizes of orders
    papers = []
    for part in range(parts):
        share = units // parts + (units % parts if part == 0 else 0)
        external_id = f"{desk.plan.code}-{start + part + 1:03}"
        begun = desk.on - timedelta(
            days=desk.luck.randrange(20, 330) if deal.years else desk.luck.randrange(300, 1800)
        )
        papers.append(
            Paper(
                row=_row(desk, deal, share, external_id, begun),
                external_id=external_id,
                begun=begun,
                metric=deal.metric,
                units=share,
                people=tuple(users[part::parts])[:share],
                devices=_fitting(devices[part::parts], share),
            )
        )
    return papers


def _fitting(devices: list[tuple[str, int]], units: int) -> tuple[tuple[str, int], ...]:
    fitting: list[tuple[str, int]] = []
    for hostname, needed in devices:
        if needed <= units:
            fitting.append((hostname, needed))
            units -= needed
    return tuple(fitting)


def _row(desk: Desk, deal: Deal, units: int, external_id: str, begun: date) -> tuple[str, ...]:
    number = int(external_id.rsplit("-", 1)[1])
    code = desk.plan.code
    last = None
    if deal.years:
        last = begun.replace(year=begun.year + deal.years, day=min(begun.day, 28)) - timedelta(days=1)
    total = units * deal.price * max(1, deal.years)
    return (
        external_id, deal.publisher, deal.product, deal.edition, deal.version, deal.metric, str(units), f"{total}.00", "EUR",
        "total", begun.isoformat(), last.isoformat() if last else "", f"PO-{20000 + number * 37 + len(code)}",
        f"INV-{begun.year}-{4000 + number * 11}", SUPPLIERS[number % len(SUPPLIERS)], f"{4000 + 10 * (number % 40)}-{code}",
        "yes" if deal.renews and deal.years else "no", str(deal.notice) if deal.years else "",
        f"{code}-INV-{number:04}", desk.owners[number % 5] if number % 23 else "", "core" if number % 5 == 0 else "", "",
    )  # fmt: skip


def spreadsheet_of(papers: Iterable[Paper]) -> bytes:
    """The licence file as a purchasing department would send it: CSV, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows(paper.row for paper in papers)
    return text.getvalue().encode()
