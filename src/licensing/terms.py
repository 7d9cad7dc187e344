"""The licence terms: dated, cited parameters read once from library/terms, and their contract overrides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from licensing.dated import in_force
from licensing.problems import LicensingProblem
from licensing.shipped import shipped


class BadTerms(LicensingProblem, ValueError):
    """A file of terms cannot be read as terms."""


class UnknownTerm(LicensingProblem, LookupError):
    """No publisher's file knows the term."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One edition of one term. ``valid_from`` and ``valid_to`` are its first and last day; None is open.

    ``status`` is ``verified`` (the publisher's own document), ``second-hand`` or ``disputed``.
    """

    id: str
    term: str
    value: Any
    unit: str
    publisher: str
    source: str
    status: str
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: str | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A contract's own value for a term. The list value stays beside it in every working."""

    term: str
    value: Any
    reference: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All editions of all terms, by the name rules ask for."""

    editions: Mapping[str, tuple[Parameter, ...]]
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    def under(self, clauses: Iterable[Clause]) -> "Terms":
        """The same terms with a contract's clauses laid over them."""
        added = {clause.term: clause for clause in clauses}
        for term in added:
            self.named(term)
        return replace(self, clauses={**self.clauses, **added})

    def named(self, term: str) -> tuple[Parameter, ...]:
        """Every edition of a term, oldest first."""
        if term not in self.editions:
            raise UnknownTerm(f"no term is called {term!r}: library/terms lists them")
        return self.editions[term]

    def on(self, term: str, day: date | None) -> Parameter:
        """The edition of a term in force on a day; without a day, the current one."""
        return in_force(self.named(term), term=term, on=day)

    def has(self, term: str) -> bool:
        """Whether any edition of the term is known."""
        return term in self.editions


class TermsLoader(yaml.SafeLoader):
    """YAML in which decimals and days stay text: nothing passes through a float."""


TermsLoader.yaml_implicit_resolvers = {
    first: [
        rule for rule in rules if rule[0] not in {"tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp"}
    ]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def default_library() -> Path:
    """Where library/ lies when nobody says: beside src in the source tree, else where an installed package put it."""
    return shipped("library")


@cache
def load_terms(library: Path | None = None) -> Terms:
    """Read library/terms/*.yaml once. ``library`` is the folder that holds ``terms``."""
    folder = (library or default_library()) / "terms"
    found: dict[str, list[Parameter]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for parameter in read_terms(path.read_text(encoding="utf-8"), where=path.name):
            found.setdefault(parameter.term, []).append(parameter)
    if not found:
        raise BadTerms(f"{folder} holds no terms: pass the folder that contains terms/*.yaml")
    return Terms({term: tuple(sorted(editions, key=_begins)) for term, editions in found.items()})


def read_terms(text: str, *, where: str) -> list[Parameter]:
    """The parameters written in one publisher's file."""
    # Our own SafeLoader: it builds plain values only, and fewer kinds of them than yaml.safe_load.
    book = yaml.load(text, Loader=TermsLoader)  # noqa: S506 - a SafeLoader
    try:
        return [_parameter(entry, publisher=book["publisher"]) for entry in book["parameters"]]
    except (KeyError, TypeError, ValueError) as problem:
        raise BadTerms(f"{where} is not a file of terms: {problem!r}; see library/schema") from problem


def _parameter(entry: Mapping[str, Any], *, publisher: str) -> Parameter:
    return Parameter(
        id=entry["id"],
        term=entry["term"],
        value=entry["value"],
        unit=entry["unit"],
        publisher=publisher,
        source=entry["source"],
        status=entry["status"],
        valid_from=_day(entry["valid_from"]),
        valid_to=_day(entry["valid_to"]),
        supersedes=entry.get("supersedes"),
        remark=entry.get("remark", ""),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _begins(parameter: Parameter) -> date:
    return parameter.valid_from or date.min
