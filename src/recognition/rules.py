"""One title rule of the library, compiled, and the index that finds the few rules worth trying for a title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

PACKAGED = frozenset({"deb", "rpm", "apk", "pacman", "nix", "portage", "pkg", "snap", "flatpak", "brew"})
ANYBODY, EVERY = "*", "**"
"""Under which patterns are filed that ask for no publisher, and all of them: words that no key of a publisher can be."""
_FIRST_WORD = re.compile(r"\w+")
_LITERAL_START = re.compile(r"(\w+)(?= (?![?*+{])|\\b|\$)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A title rule: what it asks of a title, and the product or the not-licensable class it leads to.

    `publishers` None asks nothing, `accepted` adds whoever owns them now; `names` are keys of normalised titles, `starts` folded beginnings, `packages`
    names of distribution packages; `strength` 0..100 is how far the rule is trusted when all it asks is given.
    """

    id: str
    product: str | None
    edition: str | None
    klass: str | None
    publishers: frozenset[str] | None
    accepted: frozenset[str]
    names: tuple[str, ...]
    starts: tuple[str, ...]
    pattern: re.Pattern[str] | None
    excluded: re.Pattern[str] | None
    origins: frozenset[str]
    packages: tuple[str, ...]
    identifiers: tuple[str, ...]
    version_from: str
    strength: int
    reason: str

    @property
    def is_broad(self) -> bool:
        """Whether the rule asks only for publisher or origin."""
        return not (self.names or self.starts or self.pattern or self.packages or self.identifiers)

    def may_be_of(self, lineage: frozenset[str] | None) -> bool:
        """Whether a title of that publisher and its owners, or without a publisher, could be meant."""
        return self.publishers is None or lineage is None or not self.accepted.isdisjoint(lineage)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule whose wording fits a title; `by` is what fitted: name, identifier, package, wording or source."""

    rule: Rule
    by: str


@dataclass(slots=True)
class RuleIndex:
    """Rules by what is cheapest to ask: whole name, identifier, package, first word, publisher, origin."""

    by_name: dict[str, list[Rule]] = field(default_factory=dict)
    by_identifier: dict[str, list[Rule]] = field(default_factory=dict)
    by_package: dict[str, list[Rule]] = field(default_factory=dict)
    by_start: dict[str, list[tuple[str, Rule]]] = field(default_factory=dict)
    by_pattern: dict[tuple[str, str], list[tuple[re.Pattern[str], Rule]]] = field(default_factory=dict)
    by_publisher: dict[str, list[Rule]] = field(default_factory=dict)
    by_origin: dict[str, list[Rule]] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """File a rule under everything it can be found by."""
        for table, words in (
            (self.by_name, rule.names),
            (self.by_identifier, rule.identifiers),
            (self.by_package, rule.packages),
        ):
            for word in words:
                table.setdefault(word, []).append(rule)
        for start in rule.starts:
            self.by_start.setdefault(first_word(start), []).append((start, rule))
        if rule.pattern is not None:
            start = _literal_start(rule.pattern.pattern)
            for signer in {EVERY, *(rule.accepted if rule.publishers is not None else {ANYBODY})}:
                self.by_pattern.setdefault((start, signer), []).append((rule.pattern, rule))
        if rule.is_broad:
            self._add_broad(rule)

    def _add_broad(self, rule: Rule) -> None:
        for publisher in rule.publishers or ():
            self.by_publisher.setdefault(publisher, []).append(rule)
        if rule.publishers is None:
            for origin in rule.origins:
                self.by_origin.setdefault(origin, []).append(rule)

    def hits(
        self,
        *,
        text: str,
        keys: tuple[str, ...],
        identifier: str,
        publisher: str,
        lineage: frozenset[str] | None,
        origin: str,
    ) -> Iterator[Hit]:
        """Every rule whose wording fits; publisher agreement, origin and exclusions are the caller's to weigh.

        `lineage` None is a title without a publisher. With one, wording of other publishers is not even tried: it would
        weigh nothing, and trying it is what costs time.
        """
        for word in keys:
            yield from (Hit(rule, "name") for rule in self.by_name.get(word, ()))
        yield from (Hit(rule, "identifier") for rule in self.by_identifier.get(identifier, ()))
        if origin in PACKAGED:
            package = text.partition(":")[0]
            yield from (Hit(rule, "package") for rule in self.by_package.get(package, ()))
        yield from self._worded(text, lineage)
        yield from (Hit(rule, "source") for rule in self.by_publisher.get(publisher, ()))
        yield from (Hit(rule, "source") for rule in self.by_origin.get(origin, ()))

    def _worded(self, text: str, lineage: frozenset[str] | None) -> Iterator[Hit]:
        word = first_word(text)
        for start, rule in self.by_start.get(word, ()):
            if _begins(text, start) and rule.may_be_of(lineage):
                yield Hit(rule, "wording")
        signers = (EVERY,) if lineage is None else (ANYBODY, *lineage)
        for bucket in (word, ""):
            for signer in signers:
                for pattern, rule in self.by_pattern.get((bucket, signer), ()):
                    if pattern.match(text):
                        yield Hit(rule, "wording")


def first_word(text: str) -> str:
    """The first run of letters and digits, '' when there is none."""
    hit = _FIRST_WORD.search(text)
    return hit[0] if hit else ""


def _begins(text: str, start: str) -> bool:
    """Whether the text begins with those words and ends there or goes on with another word."""
    return text.startswith(start) and not text[len(start) : len(start) + 1].isalnum()


def _literal_start(pattern: str) -> str:
    """The word a pattern must begin with, '' when it may begin with several."""
    depth = 0
    for letter in pattern.replace("\\(", "").replace("\\)", ""):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            return ""
    hit = _LITERAL_START.match(pattern)
    return hit[1] if hit else ""
