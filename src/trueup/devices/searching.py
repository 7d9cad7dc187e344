"""By which words devices are found: host name, barcode, serial, inventory number, UUID, make, and who uses them."""

from __future__ import annotations

from trueup.base.searching import Index, Through
from trueup.devices.models import Device
from trueup.people.searching import NAME_WORDS

NAMED_DEVICE = Index(Device)
"""A device's own words, without those of who uses it: for whatever belongs to a device."""
DEVICE_WORDS = Index(Device, (Through("user_id", NAME_WORDS), Through("owner_id", NAME_WORDS)))
