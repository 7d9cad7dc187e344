"""Sheets of thousands of licences as many countries write them, with errors planted at known places."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import xlsxwriter

HEADER = ("Nr", "Produkt", "Hersteller", "Edition", "Lizenztyp", "Anzahl", "Gesamtpreis (EUR)", "Gültig ab", "Gültig bis",
          "Rechnungsdatum", "Bestellnummer", "Kostenstelle", "Lieferant", "Autom. Verlängerung", "Schlagworte",
          "Bemerkung", "Raum")  # fmt: skip
PUBLISHERS = ("Initech", "Umbrella Software", "Hooli", "Größe & Söhne", "Éditions Réunies", "Vandelay")
METRICS = ("je Nutzer", "Pro Gerät", "per user", "par poste", "Named User", "per device")


@dataclass(frozen=True, slots=True)
class Planted:
    """An error and where it stands."""

    row: int
    column: str
    rule: str


def grouped(amount: Decimal, chance: random.Random) -> str:
    """An amount with a decimal comma, its thousands grouped in one of the usual ways."""
    whole, _, cents = f"{amount:.2f}".partition(".")
    mark = chance.choice([".", "\u00a0", "\u202f", " ", "'", "’", ""])
    parts = []
    while len(whole) > 3 and mark:
        whole, parts = whole[:-3], [whole[-3:], *parts]
    return mark.join([whole, *parts]) + f",{cents}" + chance.choice(["", " €", " EUR"])


def german(day: date, chance: random.Random) -> str:
    """A day in one of the ways a German sheet has it."""
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
              "Dezember")  # fmt: skip
    return chance.choice(
        [f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day:%y}", day.isoformat(), f"{day.day}. {months[day.month - 1]} {day.year}",
         f"{day} 00:00:00"]
    )  # fmt: skip


def rows_of(count: int, *, seed: int = 1) -> list[dict[str, str]]:
    """That many licences, every value a locale's trap and all of them right."""
    chance = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        start = date(2024, 1, 1) + timedelta(days=chance.randrange(700))
        end = start + timedelta(days=chance.choice([364, 729, 1094]))
        rows.append(
            dict(zip(HEADER, (
                f"SW-{number:05}", f"Produkt {number % 600} – Größe", chance.choice(PUBLISHERS),
                chance.choice(["", "Pro", "Entreprise"]), chance.choice(METRICS),
                chance.choice([str(chance.randrange(1, 900)), "1.500", "2 000", "12,0", "unbegrenzt"]),
                grouped(Decimal(chance.randrange(100, 90_000_000)) / 100, chance), german(start, chance),
                chance.choice([german(end, chance), "unbefristet", ""]), german(start, chance),
                f"B-{chance.randrange(900)}", f"IT-{number % 12}", chance.choice(["Händler AG", "Revendeur SARL"]),
                chance.choice(["ja", "nein", "WAHR", "falsch"]), chance.choice(["", "büro, 2026", "design"]),
                chance.choice(["", 'erste Zeile\nzweite; "Zeile"', "=SUMME(A1)"]), "R 12",
            ), strict=True))
        )  # fmt: skip
    return rows


BAD: tuple[tuple[str, str, str], ...] = (
    ("Anzahl", "-5", "negative number"), ("Anzahl", "2,5", "not a whole number"), ("Anzahl", "viele", "not a number"),
    ("Anzahl", "9999", "unclear units"), ("Anzahl", "", "unclear units"), ("Gesamtpreis (EUR)", "-12,00", "negative price"),
    ("Gesamtpreis (EUR)", "12.5", "other decimal sign"), ("Gesamtpreis (EUR)", "1.2.3", "not a number"),
    ("Gesamtpreis (EUR)", "12 Taler", "unknown currency"), ("Gültig ab", "31.02.2025", "no such day"),
    ("Gültig ab", "bald", "not a date"), ("Gültig ab", "03/04/2025", "unclear date"),
    ("Gültig bis", "01.01.1999", "ends before it starts"), ("Gültig bis", "12/2027", "not a date"),
    ("Rechnungsdatum", "2025-13-01", "not a date"), ("Produkt", "", "missing product"),
    ("Lizenztyp", "Bündel X", "unknown licence type"), ("Autom. Verlängerung", "vielleicht", "not yes or no"),
    ("Bestellnummer", "B" * 101, "too long"), ("Lizenztyp", "", "missing licence type"),
)  # fmt: skip


def with_errors(rows: list[dict[str, str]], *, first_row: int) -> list[Planted]:
    """Plant one error of each kind, spread over the sheet; where they are, as a person would count rows."""
    step = len(rows) // len(BAD)
    planted = []
    for index, (column, value, rule) in enumerate(BAD):
        place = index * step + 7
        rows[place][column] = value
        planted.append(Planted(place + first_row, column, rule))
    return planted


def as_csv(rows: list[dict[str, str]], *, title: bool = True, encoding: str = "utf-8-sig") -> bytes:
    """A German CSV: semicolons, a title line above the header."""
    text = io.StringIO(newline="")
    if title:
        text.write("Lizenzliste der Acme GmbH" + ";" * (len(HEADER) - 1) + "\r\n")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([[row[name] for name in HEADER] for row in rows])
    return text.getvalue().encode(encoding)


def as_xlsx(
    rows: list[dict[str, str]], typed: Callable[[str, str], object] = lambda _, value: value
) -> bytes:
    """The same as a workbook; `typed` may turn texts into numbers and days."""
    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "default_date_format": "dd.mm.yyyy"}
    book = xlsxwriter.Workbook(stream, options)
    sheet = book.add_worksheet("Software")
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(rows, start=1):
        for index, name in enumerate(HEADER):
            if row[name] != "":
                sheet.write(number, index, typed(name, row[name]))
    book.close()
    return stream.getvalue()
