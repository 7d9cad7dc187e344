"""The three agents' own samples, and what none of them may ever leave behind."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from trueup.agents.wire import Head, Kind, understand
from trueup.connectors import snapshot_from
from trueup.inventory.documents.document import filtered_document, stored_document

ROOT = Path(__file__).parents[2]
SUITCASES = ROOT / "src/trueup/connectors"
SAMPLES = sorted(
    path for name in ("glpi", "fusioninventory", "ocs") for path in (SUITCASES / name / "samples").iterdir()
)
AT = datetime(2026, 3, 1, 9, 13, tzinfo=UTC)


def document(sample):
    return understand((SUITCASES / sample).read_bytes(), head=Head()).document


def snapshot(sample):
    return snapshot_from(document(sample), seen_at=AT)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_inventory_drops_environment_and_processes(sample):
    """D-090: neither variables, command lines, keys, accounts nor unknown sections are in what is stored."""
    assert "CANARY" in sample.read_text() or sample.name in {
        "partial_without_software.json",
        "arm_without_cores.xml",
    }
    kept = understand(sample.read_bytes(), head=Head()).document
    assert "canary" not in repr(kept).casefold()
    assert "canary" not in repr(stored_document(filtered_document(kept))).casefold()
    assert "canary" not in repr(snapshot_from(kept, seen_at=AT)).casefold()


def test_the_user_is_kept_only_where_the_company_wants_it():
    raw = (SUITCASES / "glpi/samples/full.json").read_bytes()
    kept = understand(raw, head=Head(), keep_users=True).document
    assert snapshot_from(kept, seen_at=AT).device.user == "canary-user"
    assert snapshot("glpi/samples/full.json").device.user is None


def test_glpi_agent_says_what_a_laptop_is_and_has():
    found = snapshot("glpi/samples/full.json")
    device = found.device
    assert (device.hostname, device.serial, device.kind, device.is_virtual) == (
        "PC042",
        "5CG0000042",
        "laptop",
        False,
    )
    assert (device.processors, device.cores, device.threads_per_core) == (1, 8, 2)
    assert device.asset_tag is None
    assert device.macs == ("0a:00:27:00:00:42",)
    assert (device.os_name, device.os_version) == ("Microsoft Windows 11 Pro", "10.0.26100")
    assert [(one.name, one.is_system) for one in found.software] == [
        ("Example CAD 2026", False),
        ("Security Update for Example Office (KB0000042)", True),
    ]
    assert found.software[0].installed_on == date(2026, 1, 15)
    assert found.licences[0].components == ("Word", "Excel", "Outlook")
    assert found.virtual_machines[0].vcpus == 4
    assert found.databases[0].port == 1433
    assert (found.tag, found.partial) == ("acme", False)


def test_a_section_not_mentioned_is_none_and_not_empty():
    """D-089: a partial inventory without softwares says nothing about software."""
    found = snapshot("glpi/samples/partial_without_software.json")
    assert found.partial
    assert found.software is None
    assert found.virtual_machines is None
    assert found.device.cores is None
    assert found.sections == {"bios", "hardware"}


def test_fusioninventory_counts_threads_by_the_processor():
    found = snapshot("fusioninventory/samples/windows_server.xml")
    device = found.device
    assert (device.processors, device.cores, device.threads_per_core) == (2, 8, 2)
    assert (device.kind, device.is_virtual, device.vm_system) == ("server", True, "VMware")
    assert [one.name for one in found.software] == ["Example Database Server 2019", "Café Tools"]
    assert found.software[0].installed_on == date(2021, 11, 17)
    assert found.tag == "acme"


def test_an_old_agent_on_arm_reports_cores_but_no_sockets():
    device = snapshot("fusioninventory/samples/arm_without_cores.xml").device
    assert (device.processors, device.cores, device.core_count_uncertain) == (None, 4, True)


def test_ocs_names_lose_debians_suffix_and_addresses_are_no_publishers():
    found = snapshot("ocs/samples/debian.xml")
    assert found.source == "ocs"
    assert [(one.name, one.publisher) for one in found.software] == [
        ("zlib1g", None),
        ("adduser", None),
        ("Ratio 1:2", "Example Soft"),
    ]
    assert (found.device.serial, found.device.uuid) == (None, None)
    assert (found.device.processors, found.device.cores, found.device.threads_per_core) == (1, 2, 2)


def test_the_family_of_an_agent_is_found_by_its_name_first():
    raw = (SUITCASES / "ocs/samples/debian.xml").read_bytes()
    named = understand(raw, head=Head(user_agent="OCS-NG_unified_unix_agent_v2.10.0")).document
    assert snapshot_from(named, seen_at=AT).agent_version == "OCS-NG_unified_unix_agent_v2.10.0"


# --- beside the project, where real inventories may lie ---------------------------------------------

INVENTORIES = ROOT.parent / "shared/data/inventories"
REAL = sorted(path for path in INVENTORIES.rglob("*") if path.is_file()) if INVENTORIES.is_dir() else []
NOT_INVENTORIES = {Kind.UNREADABLE, Kind.UNSUPPORTED, Kind.OTHER_ITEM, Kind.PROLOG, Kind.CONTACT}


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_no_real_inventory_breaks_the_reading(path):
    message = understand(path.read_bytes(), head=Head())
    if message.document is None:
        assert message.kind in NOT_INVENTORIES
        return
    found = snapshot_from(message.document, seen_at=AT)
    assert found == snapshot_from(stored_document(filtered_document(message.document)), seen_at=AT)
    assert found.sections
    if path.suffix == ".ocs":
        assert found.software


@pytest.mark.skipif(not REAL, reason="no inventories beside the project")
def test_two_agents_agree_about_one_machine():
    """U-041: the same packages from FusionInventory and OCS, apart from what was installed between their runs."""
    by_agent = {}
    for agent in ("fusioninventory-2.6", "ocsinventory-2.10.0"):
        raw = (INVENTORIES / f"agents/debian12.{agent}.ocs").read_bytes()
        found = snapshot_from(understand(raw, head=Head()).document, seen_at=AT)
        by_agent[found.source] = {(one.name, one.version) for one in found.software}
    common = by_agent["fusioninventory"] & by_agent["ocs"]
    assert len(common) > 0.98 * len(by_agent["ocs"])
