"""By which words licences and purchase lines are found. Keys are in none of these: nobody finds a licence by its key."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.catalogue.searching import EDITION_WORDS, PRODUCT_WORDS, VERSION_WORDS
from trueup.licences.models import Licence, Purchase
from trueup.people.searching import NAME_WORDS

LINE_WORDS = Index(Purchase, where="voided_at IS NULL")
"""A line's own words: order, invoice, supplier."""
LICENCE_WORDS = Index(
    Licence,
    (
        Through("product_id", PRODUCT_WORDS),
        Through("edition_id", EDITION_WORDS),
        Through("version_id", VERSION_WORDS),
        Through("owner_id", NAME_WORDS),
        Through("id", LINE_WORDS, key="licence_id", has_numbers=True),
    ),
)
OF_LICENCE = Index(Licence, (Through("product_id", PRODUCT_WORDS),))
"""A licence's own words and its product's: for whatever belongs to a licence."""
PURCHASE_WORDS = Index(Purchase, (Through("licence_id", OF_LICENCE),))
