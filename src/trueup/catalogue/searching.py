"""By which words products, editions, versions and publishers are found."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.catalogue.models import Edition, Product, Publisher, Version

PUBLISHER_WORDS = Index(Publisher)
PRODUCT_WORDS = Index(Product, (Through("publisher_id", PUBLISHER_WORDS),))
EDITION_WORDS = Index(Edition)
VERSION_WORDS = Index(Version)
