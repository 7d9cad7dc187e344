"""The library's own files: shape, keys, size, and what a faulty file is told."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from recognition import LibraryError, RawTitle, load, recognise

LIBRARY = Path(__file__).parents[2] / "library"
SCHEMAS = {"publishers": "publisher", "products": "product", "titles": "titles"}
FILES = [path for folder in SCHEMAS for path in sorted((LIBRARY / folder).glob("*.yaml"))]


def _schema(name: str) -> dict[str, Any]:
    return json.loads((LIBRARY / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))


REGISTRY = Registry().with_resource(
    "https://trueup.invalid/schema/titles.schema.json", Resource.from_contents(_schema("titles"))
)
VALIDATORS = {
    folder: Draft202012Validator(
        _schema(name), registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    for folder, name in SCHEMAS.items()
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_file_follows_its_schema(path: Path) -> None:
    page = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=date.isoformat))
    assert [error.message for error in VALIDATORS[path.parent.name].iter_errors(page)] == []


def test_library_is_large_enough_and_consistent() -> None:
    library = load(LIBRARY)
    commercial = [each for each in library.products.values() if each.commercial]
    assert len(commercial) >= 600
    assert len({each.publisher for each in commercial}) >= 300
    for product in library.products.values():
        assert product.key.partition(".")[0] == product.publisher, product.key
        assert len({each.key for each in product.editions}) == len(product.editions), product.key
        assert len({each.key for each in product.versions}) == len(product.versions), product.key
    told = {rule.product for rule in library.rules.values() if "subscription" not in rule.origins}
    assert {each.key for each in library.products.values() if each.installed} == told - {None}


def test_dates_stand_in_order() -> None:
    for product in load(LIBRARY).products.values():
        for version in product.versions:
            days = [version.released_on, version.support_ends_on, version.extended_ends_on]
            given = [day for day in days if day]
            assert given == sorted(given), (product.key, version.key)
            assert version.source or not given, (product.key, version.key)


def test_every_name_and_start_finds_its_own_rule() -> None:
    """A rule that its own words do not reach is dead, or another rule hides it."""
    library = load(LIBRARY)
    for rule in library.rules.values():
        signed = next(iter(sorted(rule.publishers or ())), None)
        publisher = library.publishers[signed].name if signed else None
        for words in rule.starts:
            if rule.excluded and rule.excluded.search(words):
                continue
            match = recognise(
                RawTitle(words, publisher, None, origin=next(iter(sorted(rule.origins)), None)), library
            )
            reached = (
                match.rule == rule.id or match.product == rule.product or rule.product in match.candidates
            )
            assert reached or match.klass, (rule.id, words, match)


PUBLISHER = "publishers: [{ key: acme, name: Acme }]"
PRODUCT = """
publisher: acme
products:
  - { key: acme.draw, name: Draw, category: design, asset_class: all, metric: per_device, editions: [{ key: pro, name: Pro, rank: 1 }] }
"""
RULE = "titles: [{ id: draw, match: { name: Draw }, product: acme.draw, reason: its own name }]"


def _written(
    folder: Path, *, publishers: str = PUBLISHER, products: str = PRODUCT, titles: str = RULE
) -> Path:
    for name, text in (("publishers", publishers), ("products", products), ("titles", titles)):
        (folder / name).mkdir()
        (folder / name / "acme.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_small_library_works(tmp_path: Path) -> None:
    library = load(_written(tmp_path))
    match = recognise(RawTitle("Draw Pro 2.0", "Acme", None), library)
    assert match.status == "unrecognised"
    assert recognise(RawTitle("Draw 2.0", "Acme", None), library).version == "2.0"


def test_rules_that_disagree_are_unsure(tmp_path: Path) -> None:
    clash = """
titles:
  - { id: one, match: { name: Draw }, product: acme.draw, reason: its own name }
  - { id: two, match: { pattern: draw }, class: driver, strength: 90, reason: looks like a driver }
"""
    match = recognise(RawTitle("Draw", None, None), load(_written(tmp_path, titles=clash)))
    assert (match.status, match.rule, match.candidates) == ("unsure", None, ("acme.draw",))
    assert match.reason == "one and two fit equally well"


def test_rules_that_disagree_on_the_edition_leave_it_open(tmp_path: Path) -> None:
    products = PRODUCT.replace(
        "[{ key: pro, name: Pro, rank: 1 }]", "[{ key: a, name: A, rank: 1 }, { key: b, name: B, rank: 2 }]"
    )
    titles = """
titles:
  - { id: one, match: { name: Draw }, product: acme.draw, edition: a, reason: its own name }
  - { id: two, match: { pattern: draw }, product: acme.draw, edition: b, reason: its own name }
"""
    match = recognise(
        RawTitle("Draw", "Acme", None), load(_written(tmp_path, products=products, titles=titles))
    )
    assert (match.status, match.edition) == ("recognised", None)


def test_the_hash_moves_with_the_rules(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = load(_written(tmp_path / "a"))
    second = load(_written(tmp_path / "b", titles=RULE.replace("name: Draw", "name: Drew")))
    assert first.version_hash != second.version_hash


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        ("publishers", "publishers: [{ key: acme", "is not YAML"),
        ("publishers", "- acme", "holds no mapping"),
        ("publishers", "publishers: [{ key: acme }]", "'name'"),
        ("publishers", "publishers: [acme]", "acme"),
        ("publishers", "publishers: [{ key: acme, name: Acme, owner: gone }]", "its owner 'gone'"),
        (
            "publishers",
            "publishers: [{ key: acme, name: Acme }, { key: acme, name: B }]",
            "this key is already taken",
        ),
        (
            "publishers",
            "publishers: [{ key: acme, name: Acme }, { key: b, name: Acme Inc. }]",
            "already means 'acme'",
        ),
        ("products", PRODUCT.replace("publisher: acme", "publisher: globex"), "its publisher 'globex'"),
        (
            "products",
            PRODUCT.replace("rank: 1 }]", "rank: 1 }], versions: [{ key: '1', released_on: soon }]"),
            "not a day",
        ),
        ("titles", RULE.replace("acme.draw", "acme.gone"), "there is no product 'acme.gone'"),
        (
            "titles",
            RULE.replace("product: acme.draw", "product: acme.draw, edition: lite"),
            "there is no edition 'lite'",
        ),
        ("titles", RULE.replace("product: acme.draw, ", ""), "neither a product nor a class"),
        ("titles", RULE.replace("name: Draw", "pattern: '('"), "missing )"),
        ("titles", RULE.replace("name: Draw", "name: Draw, publisher: globex"), "globex"),
    ],
)
def test_a_faulty_file_is_named(part: str, text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        load(_written(tmp_path, **{part: text}))
    assert told in str(caught.value)
    assert caught.value.file in {"acme.yaml", "publishers"}
