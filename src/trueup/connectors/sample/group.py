"""The invented group: its companies, their departments and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST = (
    "Aiko Amara Anton Astrid Beatriz Ben Carla Chidi Daniel Dilan Elena Emeka Emil Eva Farid Freja Grace Hanne Hugo "
    "Ines Ivan Jamal Jonas Julia Kenji Klara Kofi Lars Laura Leila Luca Maria Marta Mateus Mehmet Mina Nadia Nils Noor "
    "Ole Olga Omar Paula Pedro Petra Priya Rafael Rosa Sami Sara Sofia Sven Tariq Tomasz Uma Victor Wei Yara Yusuf Zoe"
).split()
LAST = (
    "Abbas Andersen Bakker Bauer Berg Bianchi Brandt Costa Diallo Duarte Eriksen Ferretti Fischer Garcia Gruber Haas "
    "Hansen Haugen Holm Ito Jensen Kaya Keller Khan Kowalski Larsen Lefevre Lindahl Lindqvist Lopez Marino Mensah Meyer "
    "Moreau Nair Nakamura Nguyen Novak Nwosu Okafor Olsen Osei Papadakis Patel Petrov Pinto Popescu Rahman Rossi Sato "
    "Schmid Silva Solberg Svensson Takahashi Torres Varga Virtanen Watanabe Weber Wrona Yilmaz Zhang Ziegler"
).split()
LEFT_EVERY = 34


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """A company to invent: ``code`` starts its host names and orders; ``share`` of 1,200 people."""

    name: str
    code: str
    people: int
    desks: int
    servers: int
    machines: int
    departments: tuple[str, ...]
    taste: str


COMPANIES = (
    CompanyPlan(
        "Halden Design",
        "HDS",
        180,
        180,
        6,
        14,
        ("Brand Studio", "Product Design", "Post-production", "Marketing"),
        "design",
    ),
    CompanyPlan(
        "Halden Digital",
        "HDG",
        420,
        430,
        34,
        96,
        ("Engineering", "Platform", "Data", "Support", "Sales"),
        "software",
    ),
    CompanyPlan(
        "Halden Marine",
        "HMA",
        250,
        250,
        22,
        48,
        ("Naval Architecture", "Structural", "Yard Planning", "Purchasing"),
        "marine",
    ),
    CompanyPlan(
        "Halden Shared Services",
        "HSS",
        350,
        350,
        48,
        122,
        ("Finance", "Human Resources", "IT Operations", "Legal"),
        "office",
    ),
)


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person to invent."""

    username: str
    name: str
    email: str
    employee_number: str
    department: str
    left_on: date | None


def people_of(plan: CompanyPlan, *, on: date, luck: Random) -> list[PersonPlan]:
    """The people of a company; a few have left in the last months."""
    people: list[PersonPlan] = []
    taken: set[str] = set()
    while len(people) < plan.people:
        first, last = luck.choice(FIRST), luck.choice(LAST)
        username = f"{first}.{last}".lower()
        if username in taken:
            username = f"{username}{len(people)}"
        taken.add(username)
        number = len(people)
        left = on - timedelta(days=5 + 3 * (number % 40)) if number % LEFT_EVERY == LEFT_EVERY - 1 else None
        people.append(
            PersonPlan(
                username=username,
                name=f"{first} {last}",
                email=f"{username}@{plan.code.lower()}.halden.example",
                employee_number=f"{plan.code}-{number + 1001}",
                department=plan.departments[number % len(plan.departments)],
                left_on=left,
            )
        )
    return people
