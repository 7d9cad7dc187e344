"""From a title and its version field to the release line a product is licensed by."""

import re
from dataclasses import dataclass
from functools import lru_cache

from recognition.catalogue import Product, Version
from recognition.titles import NormalisedTitle


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """The version a match carries, and a remark when title and version field disagree."""

    key: str | None
    remark: str = ""


def find_version(*, product: Product, text: str, title: NormalisedTitle, version_from: str) -> FoundVersion:
    """The product's release line, from the name or the version field first as the rule says.

    A product without listed release lines keeps the version as found; a listed product without a known one has None.
    """
    if not product.versions:
        named = title.release or title.name_version
        return FoundVersion(title.version if version_from == "version" else named or title.version)
    told = _in_text(product, text)
    field = _by_number(product, title.version or "")
    first, second = (field, told) if version_from == "version" else (told, field)
    chosen = first or second
    if chosen is None:
        return FoundVersion(None)
    if told and field and told != field:
        return FoundVersion(chosen.key, f"the title says {told.name}, the version field {title.version}")
    return FoundVersion(chosen.key)


def _in_text(product: Product, text: str) -> Version | None:
    hit = _spoken(product).search(text)
    if hit is None:
        return None
    said = hit[0]
    return next(each for each in product.versions if said in {each.key.casefold(), each.name.casefold()})


@lru_cache(maxsize=4096)
def _spoken(product: Product) -> re.Pattern[str]:
    """One pattern for all keys and names of a product's versions, the longest first."""
    words = {word.casefold() for each in product.versions for word in (each.key, each.name)}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w]|\.\d)")


def _by_number(product: Product, number: str) -> Version | None:
    fits = [
        (len(start), each)
        for each in product.versions
        for start in each.numbers
        if number == start or number.startswith(f"{start}.")
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None
