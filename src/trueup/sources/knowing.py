"""What sources bring and cannot know, in words several of them share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

INSTALLED = _("What is installed on which device")
WITH_PUBLISHER = _("Who made it")
WHEN_INSTALLED = _("When it was installed")
WHEN_USED = _("When it was used last, where the device tells")
BOUGHT = _("What was purchased")
SEATS = _("Who has a seat")
DATES = _("Until when it runs, and for how long it was committed")
COST = _("What it costs")

NO_USE = _("Whether it is used")
NO_PUBLISHER = _("Who made it: recognition goes by the name")
NO_PURCHASES = _("What was purchased")
NO_SEATS = _("Who has a seat")
