"""Who asks: the actor that Doorway put on the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

    from trueup.base.actor import Actor


def actor_in(request: HttpRequest) -> Actor:
    """The signed-in person as the rooms know them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # put there by Doorway
    return actor
