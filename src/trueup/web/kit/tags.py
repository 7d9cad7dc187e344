"""The tag library as the settings name it: importing the modules registers their tags and filters."""

from __future__ import annotations

from trueup.web.kit import assets_tags, blocks, drawing, figures, forms, inline, marks, panels, tables
from trueup.web.kit.register import register

__all__ = [
    "assets_tags",
    "blocks",
    "drawing",
    "figures",
    "forms",
    "inline",
    "marks",
    "panels",
    "register",
    "tables",
]
