"""The machines of an invented company: desks, servers, and virtual machines on hosts."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from trueup.connectors.sample.group import CompanyPlan, PersonPlan
from trueup.connectors.sample.programs import (
    DESK,
    PACKAGES,
    SQL_SERVER,
    STRAY,
    TASTES,
    WINDOWS_SERVER,
    Program,
)

DESK_MODELS = (
    ("Dell Inc.", "Latitude 7450", "Laptop"),
    ("Lenovo", "ThinkPad P16s", "Laptop"),
    ("HP", "Z2 G9", "Desktop"),
)
HOST_SIZES = ((2, 16), (2, 24), (2, 32), (1, 24), (2, 8))
SIZES = (2, 4, 4, 8, 8, 16)


@dataclass(frozen=True, slots=True)
class Machine:
    """A device to invent. ``cores`` empty is a machine whose agent does not say."""

    hostname: str
    kind: str
    serial: str
    uuid: str
    manufacturer: str
    model: str
    chassis: str
    system: str
    processors: int
    cores: int | None
    programs: tuple[Program, ...]
    origin: str
    user: str = ""
    guests: tuple[tuple[str, str, int], ...] = field(default=())

    @property
    def is_virtual(self) -> bool:
        """Whether it runs on a host."""
        return self.kind == "virtual"


def fleet_of(plan: CompanyPlan, people: list[PersonPlan], *, luck: Random) -> list[Machine]:
    """All machines of a company, the same for the same luck."""
    staff = [person for person in people if person.left_on is None]
    machines = [_desk(plan, number, staff, luck) for number in range(plan.desks)]
    guests = [_guest(plan, number, luck) for number in range(plan.machines)]
    return machines + guests + [_host(plan, number, guests, luck) for number in range(plan.servers)]


def _uuid(luck: Random) -> str:
    return str(UUID(int=luck.getrandbits(128), version=4))


def _picked(programs: tuple[Program, ...], luck: Random) -> list[Program]:
    return [program for program in programs if luck.randrange(100) < program.percent]


def _desk(plan: CompanyPlan, number: int, staff: list[PersonPlan], luck: Random) -> Machine:
    maker, model, chassis = DESK_MODELS[luck.randrange(len(DESK_MODELS))]
    person = staff[number % len(staff)]
    programs = _picked(DESK, luck) + _picked(TASTES[plan.taste], luck) + _picked(STRAY, luck)
    return Machine(
        hostname=f"{plan.code}-{'LT' if chassis == 'Laptop' else 'WS'}-{number + 1:04}",
        kind="laptop" if chassis == "Laptop" else "workstation",
        serial=f"{plan.code}{luck.randrange(16**7):07X}",
        uuid=_uuid(luck),
        manufacturer=maker,
        model=model,
        chassis=chassis,
        system="Microsoft Windows 11 Enterprise" if number % 9 else "Microsoft Windows 10 Enterprise",
        processors=1,
        cores=luck.choice((8, 10, 14)),
        programs=tuple({program.name: program for program in programs}.values()),
        origin="registry",
        user=person.username,
    )


def _guest(plan: CompanyPlan, number: int, luck: Random) -> Machine:
    role = ("sql", "win", "win", "linux", "linux", "app")[number % 6]
    size = luck.choice(SIZES)
    return Machine(
        hostname=f"{plan.code}-{role.upper()}-{number + 1:03}",
        kind="virtual",
        serial=f"VMware-{luck.randrange(16**12):012x}",
        uuid=_uuid(luck),
        manufacturer="VMware, Inc.",
        model="VMware7,1",
        chassis="Other",
        system=_system(role, number),
        processors=1,
        cores=None if _is_silent(plan, number) else size,
        programs=tuple(_server_programs(role, number, luck)),
        origin="deb" if role == "linux" else "registry",
    )


def _is_silent(plan: CompanyPlan, number: int) -> bool:
    """A few agents do not say how many cores there are; one of them runs a database."""
    return number % 31 == 28 or (plan.code == "HMA" and number == 30)  # noqa: PLR2004  # any would do


def _system(role: str, number: int) -> str:
    if role == "linux":
        return "Debian GNU/Linux 12 (bookworm)" if number % 4 else "Red Hat Enterprise Linux 9.4 (Plow)"
    return f"Microsoft Windows Server {2022 if number % 3 else 2019} Datacenter"


def _server_programs(role: str, number: int, luck: Random) -> list[Program]:
    if role == "linux":
        return [
            Program(name, "Debian", f"{1 + len(name) % 7}.{number % 9}-1")
            for name in luck.sample(PACKAGES, 46)
        ]
    programs = _picked(WINDOWS_SERVER, luck)
    if role == "sql":
        edition = "Enterprise" if number % 4 == 0 else "Standard"
        title = Program(
            f"Microsoft SQL Server 2022 {edition} Edition (64-bit)", "Microsoft Corporation", "16.0.1000.6"
        )
        unsaid = Program("Microsoft SQL Server 2022 (64-bit)", "Microsoft Corporation", "16.0.1000.6")
        programs += [unsaid if number == 24 else title, *_picked(SQL_SERVER, luck)]  # noqa: PLR2004  # a few do not say
    return programs


def _host(plan: CompanyPlan, number: int, guests: list[Machine], luck: Random) -> Machine:
    processors, cores = HOST_SIZES[number % len(HOST_SIZES)]
    mine = guests[number :: plan.servers]
    return Machine(
        hostname=f"{plan.code}-ESX-{number + 1:02}",
        kind="server",
        serial=f"{plan.code}H{luck.randrange(16**6):06X}",
        uuid=_uuid(luck),
        manufacturer="Dell Inc.",
        model="PowerEdge R760",
        chassis="Rack Mount Chassis",
        system="Microsoft Windows Server 2022 Datacenter" if number % 3 == 0 else "VMware ESXi 8.0.2",
        processors=processors,
        cores=cores,
        programs=tuple(_picked(WINDOWS_SERVER, luck)) if number % 3 == 0 else (),
        origin="registry",
        guests=tuple((guest.hostname, guest.uuid, guest.cores or 0) for guest in mine),
    )
