"""By which words titles, installations and receipts are found: their own, and those of products and devices."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.catalogue.searching import PRODUCT_WORDS
from trueup.devices.searching import NAMED_DEVICE
from trueup.inventory.models import Installation, Receipt, Title

TITLE_WORDS = Index(Title, (Through("product_id", PRODUCT_WORDS),))
INSTALLATION_WORDS = Index(
    Installation, (Through("title_id", TITLE_WORDS), Through("device_id", NAMED_DEVICE)), has_words=False
)
RECEIPT_WORDS = Index(Receipt, (Through("device_id", NAMED_DEVICE),))
