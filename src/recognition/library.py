"""Reads the library's files once into publishers, products and compiled rules, and says which file is at fault."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from recognition.catalogue import Product, Publisher
from recognition.entries import read_entry, read_product, read_publisher, read_rule
from recognition.problems import LibraryError
from recognition.rules import Rule, RuleIndex

Entry = TypeVar("Entry")
FOLDERS = ("publishers", "products", "titles")


@dataclass(frozen=True, slots=True)
class Library:
    """Publishers, products and rules by key, with the index over the rules; `version_hash` covers every file's bytes."""

    publishers: Mapping[str, Publisher]
    products: Mapping[str, Product]
    rules: Mapping[str, Rule]
    version_hash: str
    spellings: Mapping[str, str] = field(repr=False)
    lineages: Mapping[str, frozenset[str]] = field(repr=False)
    sellers: frozenset[str] = field(repr=False)
    index: RuleIndex = field(repr=False, compare=False)

    @classmethod
    def empty(cls) -> "Library":
        """A library that knows nothing, to start an example from."""
        return cls({}, {}, {}, hashlib.sha256().hexdigest(), {}, {}, frozenset(), RuleIndex())


def load(library: Path) -> Library:
    """Read and compile a library folder; raises LibraryError naming the file and entry that cannot be used.

    Reads every YAML file of `publishers/`, `products/` and `titles/`, in the order of their names.
    """
    files = [
        (path, path.read_bytes()) for folder in FOLDERS for path in sorted((library / folder).glob("*.yaml"))
    ]
    pages = {path: _page(path, text) for path, text in files}
    publishers = _keyed("key", _publishers(pages))
    lineages = {key: _lineage(key, publishers) for key in publishers}
    products = _keyed("key", _products(pages, publishers))
    rules = _keyed("id", _rules(pages, lineages, products))
    index = RuleIndex()
    for rule in rules.values():
        index.add(rule)
    return Library(
        publishers=publishers,
        products=products,
        rules=rules,
        version_hash=_hash(library, files),
        spellings=_spellings(publishers),
        lineages=lineages,
        sellers=frozenset(each.publisher for each in products.values() if each.commercial),
        index=index,
    )


def _hash(library: Path, files: list[tuple[Path, bytes]]) -> str:
    digest = hashlib.sha256()
    for path, text in files:
        digest.update(f"{path.relative_to(library).as_posix()}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


def _page(path: Path, text: bytes) -> Mapping[str, Any]:
    try:
        page = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as trouble:
        raise LibraryError(file=path.name, entry="the file", trouble=f"is not YAML: {trouble}") from trouble
    if not isinstance(page, dict):
        raise LibraryError(file=path.name, entry="the file", trouble="holds no mapping")
    return page


def _publishers(pages: Mapping[Path, Mapping[str, Any]]) -> Iterator[tuple[str, Publisher]]:
    for path, page in pages.items():
        for entry in page.get("publishers") or ():
            yield path.name, read_entry(path.name, entry, read_publisher)


def _products(
    pages: Mapping[Path, Mapping[str, Any]], publishers: Mapping[str, Publisher]
) -> Iterator[tuple[str, Product]]:
    for path, page in pages.items():
        for entry in page.get("products") or ():
            product = read_entry(path.name, entry, partial(read_product, publisher=page.get("publisher", "")))
            if product.publisher not in publishers:
                trouble = f"its publisher {product.publisher!r} is not in publishers/"
                raise LibraryError(file=path.name, entry=product.key, trouble=trouble)
            yield path.name, product


def _rules(
    pages: Mapping[Path, Mapping[str, Any]],
    lineages: Mapping[str, frozenset[str]],
    products: Mapping[str, Product],
) -> Iterator[tuple[str, Rule]]:
    for path, page in pages.items():
        for entry, product in _title_entries(page):
            rule = read_entry(path.name, entry, partial(read_rule, beside=product, lineages=lineages))
            owner = products.get(rule.product or "")
            if rule.product and owner is None:
                raise LibraryError(
                    file=path.name, entry=rule.id, trouble=f"there is no product {rule.product!r}"
                )
            if owner and rule.edition and owner.edition(rule.edition) is None:
                raise LibraryError(
                    file=path.name, entry=rule.id, trouble=f"there is no edition {rule.edition!r}"
                )
            yield path.name, rule


def _title_entries(page: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Rules beside their product carry it; rules of `titles/` stand alone."""
    for product in page.get("products") or ():
        for entry in product.get("titles") or ():
            yield entry, {"product": product["key"], "publisher": page["publisher"]}
    for entry in page.get("titles") or ():
        yield entry, {}


def _keyed(name: str, entries: Iterable[tuple[str, Entry]]) -> dict[str, Entry]:
    keyed: dict[str, Entry] = {}
    for file, entry in entries:
        key = getattr(entry, name)
        if key in keyed:
            raise LibraryError(file=file, entry=key, trouble=f"this {name} is already taken")
        keyed[key] = entry
    return keyed


def _lineage(key: str, publishers: Mapping[str, Publisher]) -> frozenset[str]:
    """A publisher with everyone who owns it, directly or not."""
    line: list[str] = []
    owner: str | None = key
    while owner is not None and owner not in line:
        if owner not in publishers:
            raise LibraryError(
                file="publishers", entry=key, trouble=f"its owner {owner!r} is not in publishers/"
            )
        line.append(owner)
        owner = publishers[owner].owner
    return frozenset(line)


def _spellings(publishers: Mapping[str, Publisher]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for publisher in publishers.values():
        for spelling in publisher.spellings:
            if spellings.setdefault(spelling, publisher.key) != publisher.key:
                trouble = f"the spelling {spelling!r} already means {spellings[spelling]!r}"
                raise LibraryError(file="publishers", entry=publisher.key, trouble=trouble)
    return spellings
