"""What can be meant to happen when a term ends, and how far that is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    """What is meant to happen when a term ends."""

    RENEW = "renew", _("Renew")
    NEGOTIATE = "negotiate", _("Negotiate")
    DROP = "drop", _("Drop")


class PlanState(models.TextChoices):
    """How far a plan is: being thought about, decided, carried out."""

    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    DONE = "done", _("Done")
