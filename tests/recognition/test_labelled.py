"""How far recognition is right, measured on titles that people labelled by hand; `labelled.tsv` says which.

A line is: product key, or `-` (nobody licenses it), or `?` (the title alone does not tell); then title, publisher, version,
origin. Where a library's rule is only a hint, `?` is the right answer.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from recognition import Library, Match, RawTitle, load, normalise_publisher, normalise_title, recognise

HERE = Path(__file__).parent
NOBODY, NOBODY_CAN_TELL = "-", "?"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled title and what the library made of it."""

    label: str
    raw: RawTitle
    match: Match

    @property
    def answer(self) -> str:
        """The answer in the words of the labels."""
        if self.match.status == "recognised":
            return self.match.product or ""
        return NOBODY if self.match.status == "not_licensable" else NOBODY_CAN_TELL

    @property
    def is_product(self) -> bool:
        """Whether it was counted as a product."""
        return self.answer not in {NOBODY, NOBODY_CAN_TELL}


def _labelled(library: Library) -> list[Labelled]:
    found = []
    for line in (HERE / "labelled.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, name, publisher, version, origin = line.split("\t")
            raw = RawTitle(name, publisher or None, version or None, origin=origin or None)
            found.append(Labelled(label, raw, recognise(raw, library)))
    return found


@pytest.fixture(scope="module")
def titles() -> list[Labelled]:
    return _labelled(load(HERE.parents[1] / "library"))


def test_the_list_is_large_and_its_labels_exist(titles: list[Labelled]) -> None:
    products = load(HERE.parents[1] / "library").products
    labels = {each.label for each in titles} - {NOBODY, NOBODY_CAN_TELL}
    assert len({(each.raw.name, each.raw.publisher, each.raw.origin) for each in titles}) >= 1000
    assert len(labels) >= 250
    assert labels <= products.keys()
    assert Counter(each.label for each in titles)[NOBODY] >= 500


def test_what_is_called_a_product_is_that_product(titles: list[Labelled]) -> None:
    """C-044: precision of at least 98 of a hundred."""
    called = [each for each in titles if each.is_product]
    wrong = [(each.raw, each.label, each.answer) for each in called if each.answer != each.label]
    assert len(called) >= 400
    assert len(wrong) <= 0.02 * len(called), wrong


def test_products_are_found(titles: list[Labelled]) -> None:
    """C-044: recall of at least 85 of a hundred; the list's own is higher, so that a lost rule is seen."""
    wanted = [each for each in titles if each.label not in {NOBODY, NOBODY_CAN_TELL}]
    missed = [(each.raw, each.label, each.match.reason) for each in wanted if each.answer != each.label]
    assert len(missed) <= 0.03 * len(wanted), missed


def test_nothing_that_nobody_licenses_is_counted(titles: list[Labelled]) -> None:
    """C-046: drivers, updates, runtimes, parts and free programs raise no position."""
    counted = [(each.raw, each.answer) for each in titles if each.label == NOBODY and each.is_product]
    assert counted == []


def test_what_a_title_does_not_tell_is_not_guessed(titles: list[Labelled]) -> None:
    guessed = [
        (each.raw, each.answer) for each in titles if each.label == NOBODY_CAN_TELL and each.is_product
    ]
    assert guessed == []


def test_most_of_what_nobody_licenses_is_said_to_be_so(titles: list[Labelled]) -> None:
    """What stays open is work for a person."""
    free = [each for each in titles if each.label == NOBODY]
    assert sum(each.answer == NOBODY for each in free) >= 0.95 * len(free)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Contoso Draw 4.1 (64-bit)", "Contoso Inc."), ("Contoso Draw 5.0.2", "Contoso, Inc")),
        (("Contoso Draw - de-de", "Contoso GmbH, Berlin"), ("Contoso Draw", "Contoso GmbH")),
        (("Contoso Draw (x86 fr)", "Contoso Systèmes SAS"), ("Contoso Draw v2.0.1", "Contoso Systemes")),
        (
            ("Contoso Draw 1.0 (current user)", "CN=Contoso, O=Contoso Ltd"),
            ("Contoso Draw", "Contoso Co.,Ltd."),
        ),
    ],
)
def test_spellings_of_one_program_fall_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    """U-042: publisher and name without their version, language, architecture and legal form."""
    pairs = {
        (normalise_publisher(publisher), normalise_title(name, None).key) for name, publisher in (one, other)
    }
    assert len(pairs) == 1


def test_two_programs_stay_two() -> None:
    names = ["Contoso Draw 2020", "Contoso Draw 2021", "Contoso Draw Server", "Contoso Draw Viewer"]
    assert len({normalise_title(name, None).key for name in names}) == len(names)
