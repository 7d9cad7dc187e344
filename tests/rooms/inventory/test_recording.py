"""What a snapshot does to devices, titles and installations, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import NOW, ROOT, Stage, a_device
from trueup.audit.models import Entry
from trueup.base.problems import NotAllowed
from trueup.devices.models import Device
from trueup.devices.sightings import IdentityConflict
from trueup.inventory.actions import record_snapshot
from trueup.inventory.models import DeviceSection, Installation, Title
from trueup.inventory.queries import installations_visible_to, sections_of, titles_visible_to
from trueup.inventory.snapshots import DeviceFacts, GuestFacts, OperatingSystemFacts, Snapshot, SoftwareFacts

LAPTOP = DeviceFacts(
    hostname="pc1",
    serial="S-1",
    uuid="3d1e605f-c9aa-1a4b-a750-047aaabd2b75",
    manufacturer="Example Inc.",
    kind="laptop",
)
DRAW, WRITE = (
    SoftwareFacts(name="Draw", version="1", publisher="Initech"),
    SoftwareFacts(name="Write", version="2"),
)


def seen(*software, device=LAPTOP, days=0, mentions=True, **facts):
    listed = {"software": software, "sections": frozenset({"softwares", "hardware"})} if mentions else {}
    return Snapshot(source="glpi", device=device, seen_at=NOW + timedelta(days=days), **{**listed, **facts})


def recorded(company, snapshot, actor=ROOT):
    return record_snapshot(actor=actor, company_id=company.pk, snapshot=snapshot, at=snapshot.seen_at)


def installed(company, at=None):
    found = installations_visible_to(actor=ROOT, at=at).filter(company=company)
    return sorted(installation.title.name for installation in found)


def test_a_first_snapshot_makes_the_device_and_its_installations(stage: Stage):
    """U-041."""
    outcome = recorded(stage.acme, seen(DRAW, WRITE))
    device = Device.objects.get(pk=outcome.device_id)
    assert (device.hostname, device.serial, device.kind, device.last_seen_at) == ("pc1", "S-1", "laptop", NOW)
    assert (outcome.is_new_device, outcome.opened, outcome.closed, outcome.new_titles) == (True, 2, 0, 2)
    assert installed(stage.acme) == ["Draw", "Write"]


def test_the_same_snapshot_again_changes_nothing_but_when_it_was_seen(stage: Stage):
    recorded(stage.acme, seen(DRAW, WRITE))
    before = list(Installation.objects.order_by("pk").values())
    outcome = recorded(stage.acme, seen(DRAW, WRITE, days=1))
    assert (outcome.opened, outcome.closed, outcome.new_titles) == (0, 0, 0)
    assert list(Installation.objects.order_by("pk").values()) == before
    assert {row.seen_at for row in installations_visible_to(actor=stage.alice)} == {NOW + timedelta(days=1)}


def test_what_is_gone_is_closed_and_remembered(stage: Stage):
    recorded(stage.acme, seen(DRAW, WRITE))
    recorded(stage.acme, seen(DRAW, WRITE, days=1))
    outcome = recorded(stage.acme, seen(DRAW, days=2))
    assert outcome.closed == 1
    assert installed(stage.acme) == ["Draw"]
    assert installed(stage.acme, at=NOW + timedelta(days=1)) == ["Draw", "Write"]
    gone = Installation.objects.get(gone_at__isnull=False)
    assert (gone.last_seen_at, gone.gone_at) == (NOW + timedelta(days=1), NOW + timedelta(days=2))


def test_what_comes_back_is_a_new_installation(stage: Stage):
    for day, software in enumerate(([DRAW], [], [DRAW])):
        recorded(stage.acme, seen(*software, days=day))
    assert Installation.objects.count() == 2
    assert installed(stage.acme) == ["Draw"]


@pytest.mark.parametrize("partial", [True, False])
def test_partial_inventory_closes_nothing_unmentioned(stage: Stage, partial: bool):
    """D-089: neither in a partial inventory nor in a full one whose collector timed out."""
    recorded(stage.acme, seen(DRAW, WRITE))
    silent = seen(days=1, mentions=False, partial=partial, sections=frozenset({"hardware"}))
    outcome = recorded(stage.acme, silent)
    assert outcome.closed == 0
    assert installed(stage.acme) == ["Draw", "Write"]
    as_of = dict(
        sections_of(actor=stage.alice, device_id=outcome.device_id).values_list("section", "received_at")
    )
    assert as_of == {"softwares": NOW, "hardware": NOW + timedelta(days=1)}


def test_a_partial_first_inventory_leaves_the_software_unknown(stage: Stage):
    """D-089: the agent owes a full inventory, and its device is not counted as bare."""
    first = seen(mentions=False, partial=True, sections=frozenset({"hardware"}))
    device = Device.objects.get(pk=recorded(stage.acme, first).device_id)
    assert device.needs_full
    assert not DeviceSection.objects.filter(device=device, section="softwares").exists()
    recorded(stage.acme, seen(DRAW, days=1))
    device.refresh_from_db()
    assert not device.needs_full


def test_an_empty_list_is_an_empty_list(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    recorded(stage.acme, seen(days=1))
    assert installed(stage.acme) == []


def test_a_snapshot_older_than_what_is_known_changes_nothing(stage: Stage):
    recorded(stage.acme, seen(DRAW, days=2))
    entries = Entry.objects.count()
    assert recorded(stage.acme, seen(WRITE)).is_stale
    assert installed(stage.acme) == ["Draw"]
    assert Entry.objects.count() == entries


def test_the_operating_system_is_an_installation_of_its_own_section(stage: Stage):
    system = OperatingSystemFacts(full_name="Microsoft Windows Server 2022 Standard", version="10.0.20348")
    sections = frozenset({"softwares", "operatingsystem"})
    recorded(stage.acme, seen(DRAW, operating_system=system, sections=sections))
    recorded(stage.acme, seen(DRAW, days=1))
    assert installed(stage.acme) == ["Draw", "Microsoft Windows Server 2022 Standard"]
    newer = replace(system, full_name="Microsoft Windows Server 2025 Standard")
    recorded(
        stage.acme,
        seen(days=2, mentions=False, operating_system=newer, sections=frozenset({"operatingsystem"})),
    )
    assert installed(stage.acme) == ["Draw", "Microsoft Windows Server 2025 Standard"]


def test_one_entry_a_snapshot(stage: Stage):
    outcome = recorded(stage.acme, seen(DRAW, WRITE))
    entry = Entry.objects.get(event="inventory.snapshot_recorded")
    assert (entry.subject_kind, entry.subject_id, entry.details["opened"]) == ("device", outcome.device_id, 2)


def test_titles_are_one_for_a_company_however_many_devices(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    other = replace(LAPTOP, hostname="pc2", serial="S-2", uuid="11111111-2222-4333-8444-555555555555")
    recorded(stage.acme, seen(DRAW, device=other))
    title = titles_visible_to(actor=stage.alice).get()
    assert (title.name, title.devices) == ("Draw", 2)


def test_duplicate_inventory_row_is_not_500(stage: Stage):
    """D-084: one installation."""
    recorded(stage.acme, seen(DRAW, DRAW, replace(DRAW, arch="x86")))
    assert Installation.objects.count() == Title.objects.count() == 1


def test_other_companies_see_and_get_nothing(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    assert not titles_visible_to(actor=stage.mallory).exists()
    assert not installations_visible_to(actor=stage.mallory).exists()
    recorded(stage.globex, seen(DRAW))
    assert Title.objects.count() == Device.objects.count() == 2


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_whoever_may_not_import_stores_nothing(stage: Stage, who: str):
    with pytest.raises(NotAllowed):
        recorded(stage.acme, seen(DRAW), actor=getattr(stage, who))
    assert not Device.objects.exists()
    assert not Title.objects.exists()


# --- which device it is -------------------------------------------------------------------------------


def test_serial_or_uuid_in_either_byte_order_find_the_device(stage: Stage):
    first = recorded(stage.acme, seen(DRAW)).device_id
    renamed = replace(
        LAPTOP, hostname="pc1-new", uuid="5f601e3d-aac9-4b1a-a750-047aaabd2b75", manufacturer="Example"
    )
    assert recorded(stage.acme, seen(DRAW, device=renamed, days=1)).device_id == first
    without_serial = replace(LAPTOP, serial=None)
    assert recorded(stage.acme, seen(DRAW, device=without_serial, days=2)).device_id == first
    assert Device.objects.count() == 1


def test_a_device_entered_by_hand_is_found_by_its_name_and_completed(stage: Stage):
    by_hand = a_device(stage.acme, "PC1", cores=2)
    outcome = recorded(stage.acme, seen(DRAW, device=replace(LAPTOP, cores=8)))
    device = Device.objects.get()
    assert (outcome.device_id, device.serial, device.cores, device.kind) == (by_hand.pk, "S-1", 8, "laptop")
    assert device.revision == 2


def test_another_serial_under_the_same_name_is_another_device(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    successor = DeviceFacts(hostname="pc1", serial="S-9")
    assert recorded(stage.acme, seen(DRAW, device=successor, days=1)).is_new_device


def test_cloned_images_share_an_agent_id_and_are_still_two_devices(stage: Stage):
    first = replace(LAPTOP, agent_id="clone")
    second = DeviceFacts(hostname="pc2", serial="S-2", agent_id="clone")
    assert (
        recorded(stage.acme, seen(DRAW, device=first)).device_id
        != recorded(stage.acme, seen(device=second)).device_id
    )


def test_a_container_without_serial_is_known_by_its_agent_and_addresses(stage: Stage):
    box = DeviceFacts(hostname="box", agent_id="a-1", macs=("0a:00:27:00:00:42",))
    first = recorded(stage.acme, seen(DRAW, device=box)).device_id
    assert recorded(stage.acme, seen(device=replace(box, hostname="renamed"), days=1)).device_id == first
    moved = DeviceFacts(hostname="again", macs=box.macs)
    assert recorded(stage.acme, seen(device=moved, days=2)).device_id == first


def test_strong_signs_that_disagree_are_for_a_person_and_store_nothing(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    mixed = replace(LAPTOP, uuid="99999999-9999-4999-8999-999999999998")
    with pytest.raises(IdentityConflict, match="do not agree"):
        recorded(stage.acme, seen(WRITE, device=mixed, days=1))
    assert installed(stage.acme) == ["Draw"]
    assert Title.objects.count() == 1


def test_serial_of_one_and_uuid_of_another_are_never_merged(stage: Stage):
    recorded(stage.acme, seen(DRAW))
    recorded(
        stage.acme, seen(device=DeviceFacts(hostname="pc2", uuid="11111111-2222-4333-8444-555555555555"))
    )
    both = DeviceFacts(hostname="pc3", serial="S-1", uuid="11111111-2222-4333-8444-555555555555")
    with pytest.raises(IdentityConflict):
        recorded(stage.acme, seen(device=both))
    assert Device.objects.count() == 2


def test_two_namesakes_without_serials_are_not_guessed_between(stage: Stage):
    a_device(stage.acme, "pc1")
    a_device(stage.acme, "pc1")
    with pytest.raises(IdentityConflict, match="all fit"):
        recorded(stage.acme, seen(device=DeviceFacts(hostname="pc1")))


def test_guests_are_placed_on_their_host(stage: Stage):
    """U-053."""
    guest = DeviceFacts(hostname="vm1", uuid=LAPTOP.uuid, is_virtual=True)
    guest_id = recorded(stage.acme, seen(DRAW, device=guest)).device_id
    host = seen(
        device=DeviceFacts(hostname="host1", serial="H-1"),
        virtual_machines=(GuestFacts(name="vm1", uuid="5f601e3d-aac9-4b1a-a750-047aaabd2b75", vcpus=4),),
        sections=frozenset({"softwares", "virtualmachines"}),
    )
    host_id = recorded(stage.acme, host).device_id
    assert Device.objects.get(pk=guest_id).host_id == host_id


def test_an_inferred_core_count_is_not_written_down_as_a_fact(stage: Stage):
    arm = DeviceFacts(hostname="sensor", cores=4, core_count_uncertain=True)
    outcome = recorded(stage.acme, seen(device=arm, sections=frozenset({"cpus"}), software=None))
    assert Device.objects.get(pk=outcome.device_id).cores is None
    assert sections_of(actor=stage.alice, device_id=outcome.device_id).get().facts[0]["core_count_uncertain"]


def test_more_rows_cost_no_more_queries(stage: Stage, django_assert_max_num_queries):
    many = [SoftwareFacts(name=f"Program {number}", version="1") for number in range(500)]
    recorded(stage.acme, seen(DRAW))
    with django_assert_max_num_queries(28):
        recorded(stage.acme, seen(*many, days=1))
    with django_assert_max_num_queries(20):
        recorded(stage.acme, seen(*many, days=2))
