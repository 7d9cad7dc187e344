"""Which identifiers can be believed."""

import pytest

from trueup.inventory.identity import other_byte_order, trusted_macs, trusted_serial, trusted_uuid

JUNK = [
    None, "", "   ", "To Be Filled By O.E.M.", "Default string", "System Serial Number", "None", "0123456789", "0",
    "00000000", "FFFFFFFF", "Not Specified", "N/A", "..............",
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_placeholders_identify_nothing(junk):
    assert trusted_serial(junk) is None
    assert trusted_uuid(junk) is None


def test_a_real_serial_is_kept_as_sent():
    assert trusted_serial("VMware-42 0a") == "VMware-42 0a"


def test_uuids_compare_whatever_their_case_and_byte_order():
    mixed = trusted_uuid("3D1E605F-C9AA-1A4B-A750-047AAABD2B75")
    assert other_byte_order(mixed) == trusted_uuid("5F601E3D-AAC9-4B1A-A750-047AAABD2B75")
    assert other_byte_order("not-a-uuid") == "not-a-uuid"


def test_addresses_nobody_owns_are_left_out():
    assert trusted_macs(
        ["FF:FF:FF:FF:FF:FF", "00:00:00:00:00:00", "d5:c9:gh:81:cf:80", "0a-00-27-00-00-42"]
    ) == ("0a:00:27:00:00:42",)
