"""Titles and publishers taken apart: tables of our own, laws by property, the labelled study file when it is near."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recognition import Library, RawTitle, load, normalise_publisher, normalise_title, recognise
from recognition.cleaning import clean, fold, key
from recognition.languages import is_language

ROOT = Path(__file__).parents[2]
LIBRARY = load(ROOT / "library")
LABELLED = ROOT.parent / "shared" / "data" / "winget_labelled.tsv"


@pytest.mark.parametrize(
    ("raw", "name", "version", "arch", "language"),
    [
        ("Contoso Draw 4.2.1 (64-bit)", "Contoso Draw", "4.2.1", "x86_64", None),
        ("Contoso Draw 64-Bit Edition v4.2", "Contoso Draw", "4.2", "x86_64", None),
        ("Contoso Draw version 12-03-2020", "Contoso Draw", "12-03-2020", None, None),
        ("Contoso Draw v3", "Contoso Draw", "3", None, None),
        (
            "Contoso Draw 2021 - English (United States)",
            "Contoso Draw 2021",
            None,
            None,
            "english (united states)",
        ),
        ("Contoso Draw - pt-br", "Contoso Draw", None, None, "pt-br"),
        ("Contoso Draw - Server", "Contoso Draw - Server", None, None, None),
        ("Contoso Draw 7.1 (x86 de)", "Contoso Draw", "7.1", "x86", "de"),
        ("Contoso Draw (remove only)", "Contoso Draw", None, None, None),
        ("Contoso Draw [arm64]", "Contoso Draw", None, "arm64", None),
        ("Contoso Draw (KB123456)", "Contoso Draw (KB123456)", None, None, None),
        ("Contoso Draw 2021.1 (20211.3.4)", "Contoso Draw", "2021.1", None, None),
        ("4DF9E0F8.ContosoDraw_8wekyb3d8bbwe", "ContosoDraw", None, None, None),
        ("Contoso® Draw™ – 5.0", "Contoso Draw", "5.0", None, None),
        ("DrÃ¤w", "Dräw", None, None, None),
        ("64-bit", "64-bit", None, None, None),
        ("1.2.3", "1.2.3", "1.2.3", None, None),
        ("", "", None, None, None),
    ],
)
def test_title_is_taken_apart(
    raw: str, name: str, version: str | None, arch: str | None, language: str | None
) -> None:
    title = normalise_title(raw, None)
    assert (title.name, title.version, title.language) == (name, version, language)
    assert name in {"64-bit", "1.2.3"} or title.arch == arch


def test_release_and_stem() -> None:
    assert [normalise_title(each, None).release for each in ("Draw 2020", "Draw 4", "Draw 2016 Server", "Draw", "365")] == [
        "2020", "4", "2016", None, None,
    ]  # fmt: skip
    assert (
        normalise_title("Contoso Draw 2020", None).stem
        == normalise_title("Contoso Draw", None).key
        == "contosodraw"
    )
    assert normalise_title("365", None).stem == "365"
    assert normalise_title("Draw Professional Plus Pro", None).edition_words == (
        "professional",
        "plus",
        "pro",
    )
    assert normalise_title("Draw 2020", "20.1.4").version == "20.1.4"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Contoso Ltd.", "contoso"),
        ("Contoso GmbH & Co. KG", "contoso"),
        ("The Contoso Company, Inc.", "contoso"),
        ("Contoso S.p.A.", "contoso"),
        ("Contoso spol. s r.o.", "contoso spol"),
        ("contoso and/or its affiliates", "contoso"),
        ('CN="Contoso, Inc.", O="Contoso, Inc.", C=US', "contoso"),
        ("CN=Contoso Release", "contoso release"),
        ("a = b", "a = b"),
        ("3.1 (57), Copyright © 2007-2009 Contoso Inc., all rights reserved.", "contoso"),
        ("© Contoso Corporation 2019", "contoso"),
        ("Contoso <support@contoso.example>", "contoso"),
        ("https://contoso.example/draw", ""),
        ("4.0.4", ""),
        ("N/A", ""),
        ("Inc.", "inc"),
        ("", ""),
        (None, ""),
    ],
)
def test_publisher_has_one_spelling(raw: str | None, name: str) -> None:
    assert normalise_publisher(raw) == name


def test_cleaning() -> None:
    assert clean("a\tb\x07c\u200b") == "a bc"
    assert clean("Dra(r)w  (TM)") == "Draw"
    assert fold("DRAW") == "draw"
    assert key("C#") != key("C++") != key("C")
    assert clean("Ã\x81") in {"Á", "Ã"}


def test_languages() -> None:
    assert all(map(is_language, ["Português", "Chinese Simplified", "sr-latn-rs"]))
    assert not any(map(is_language, ["English Dictionary", ""]))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_title(text, None).name
    assert normalise_title(once, None).name == once
    publisher = normalise_publisher(text)
    assert normalise_publisher(publisher) == publisher


WORDS = st.sampled_from(
    ["Microsoft", "Office", "2019", "SQL Server", "(64-bit)", "- de-de", "v1.2.3", "Inc.", "The", "©", "Copyright", "CN=",
     "=", ",", "(", ")", "[x64]", "Ã¤", "S.A.", "and its affiliates", "4DF9E0F8.", "_8wekyb3d8bbwe", "1.0", "Adobe"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=7).map(" ".join))
def test_normalising_likely_titles_twice_changes_nothing(text: str) -> None:
    test_normalising_twice_changes_nothing.hypothesis.inner_test(text)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=40) | st.lists(WORDS, max_size=6).map(" ".join),
    st.none() | st.text(max_size=20),
    st.none() | st.text(max_size=10),
    st.sampled_from([None, "", "os", "deb", "rpm", "uwp", "registry", "WMI", "Android"]),
    st.booleans(),
)
def test_recognising_never_raises(
    name: str, publisher: str | None, version: str | None, origin: str | None, is_system: bool
) -> None:
    raw = RawTitle(name, publisher, version, origin=origin, is_system=is_system, identifier=name)
    match = recognise(raw, LIBRARY)
    assert match.status in {"recognised", "not_licensable", "unrecognised", "unsure"}
    assert 0 <= match.strength <= 100
    assert (match.status == "recognised") <= (match.product in LIBRARY.products)
    assert (match.status == "not_licensable") == (match.klass is not None)


def test_replaying_rules_changes_nothing() -> None:
    """D-083, U-042: the same title gets the same answer from the same library, whatever was asked before."""
    raw = RawTitle("Microsoft Visio Professional 2016", "Microsoft Corporation", "16.0.4266.1001")
    again: Library = load(ROOT / "library")
    assert recognise(raw, LIBRARY) == recognise(raw, LIBRARY) == recognise(raw, again)
    assert again.version_hash == LIBRARY.version_hash


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled study file is not beside the project")
def test_labelled_titles_neither_split_nor_collapse() -> None:
    by_label: dict[str, set[tuple[str, str]]] = defaultdict(set)
    by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in LABELLED.read_text(encoding="utf-8").splitlines()[1:]:
        name, publisher, label = line.split("\t")
        pair = (key(normalise_publisher(publisher)), normalise_title(name, None).key)
        by_label[label.casefold()].add(pair)
        by_name[pair].add(label.casefold())
    assert [label for label, pairs in by_label.items() if len(pairs) > 1] == []
    assert [labels for labels in by_name.values() if len(labels) > 1] == []
