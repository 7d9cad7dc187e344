"""By which words assets are found: their title, tags, and the values of fields that are searched."""

from __future__ import annotations

from trueup.assets.models import Asset
from trueup.base.searching import Index

ASSET_WORDS = Index(Asset)
