"""What stands around a record on its page: the assets that refer to it, and what is written about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trueup.articles.queries import articles_about
from trueup.assets.queries import assets_referring_to

if TYPE_CHECKING:
    from trueup.base.actor import Actor

SHOWN = 50


def around(*, actor: Actor, kind: str, record_id: int) -> dict[str, Any]:
    """For ``flexible/around.html``: assets by type and title, articles by title, as far as the actor sees them."""
    return {
        "referring": list(assets_referring_to(actor=actor, to=kind, record_id=record_id)[:SHOWN]),
        "written": list(articles_about(actor=actor, kind=kind, record_id=record_id)[:SHOWN]),
    }
