"""Publishers and products as the library describes them, with editions, versions and dates where a source gives them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who sells a product; `spellings` are normalised, `owner` is the publisher that bought it."""

    key: str
    name: str
    website: str | None
    owner: str | None
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition one can buy, or get for nothing (`free`); a higher `rank` covers more."""

    key: str
    name: str
    rank: int
    metric: str | None
    free: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A release line; `numbers` are the beginnings of its version field; dates only with a `source`."""

    key: str
    name: str
    numbers: tuple[str, ...]
    released_on: date | None
    support_ends_on: date | None
    extended_ends_on: date | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Product:
    """What is licensed; `metric` is a metric name of the licensing rules, `asset_class` where it usually runs.

    A product with `installed` False is bought but seen on no machine: a service, an access licence.
    """

    key: str
    name: str
    publisher: str
    category: str
    asset_class: str
    metric: str
    commercial: bool
    installed: bool
    editions: tuple[Edition, ...]
    versions: tuple[Version, ...]
    source: str | None

    def edition(self, edition_key: str | None) -> Edition | None:
        """The edition of that key, or None."""
        return next((each for each in self.editions if each.key == edition_key), None)
