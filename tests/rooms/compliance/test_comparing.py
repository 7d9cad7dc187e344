"""Two runs side by side: every difference has its purchase, its device, its term, and the causes add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.cast import NOW, TODAY, a_device, a_licence, a_product
from tests.rooms.compliance.estates import install, run_over
from trueup.base.problems import InvalidValue, NotFound
from trueup.compliance.actions import start_run
from trueup.compliance.comparing import compare_runs, run_before, subjects_named
from trueup.devices.models import Device
from trueup.inventory.models import Installation
from trueup.licences.actions import add_purchase
from trueup.licences.lines import LineTerms


def test_each_difference_names_the_purchase_and_the_devices_behind_it(stage, tmp_path):
    """R-139: what changed between two days, and why, to the unit."""
    draw, still = (a_product(stage.acme, name, metric="per_device") for name in ("Draw", "Still"))
    licence = a_licence(stage.acme, 2, product=draw)
    a_licence(stage.acme, 9, product=still)
    machines = [a_device(stage.acme, f"pc{n}") for n in range(3)]
    title = install(stage.acme, draw, *machines)
    install(stage.acme, still, machines[0])
    earlier = run_over(tmp_path)
    new = a_device(stage.acme, "new")
    Installation.objects.create(
        company=stage.acme, device=new, title=title, section="softwares", first_seen_at=NOW
    )
    Installation.objects.filter(device=machines[0], title=title).update(gone_at=NOW)
    add_purchase(actor=stage.alice, licence_id=licence.pk, line=LineTerms(5, TODAY), at=NOW, on=TODAY)
    later = run_over(tmp_path)

    found = compare_runs(actor=stage.bob, earlier_id=earlier.pk, later_id=later.pk, home=tmp_path)

    (difference,) = found.differences
    assert (difference.position.product, found.same, found.has_evidence) == (draw, 1, True)
    names = subjects_named(actor=stage.bob, comparison=found)
    told = {
        (one.kind, one.units, names.get((one.record_kind, one.record_id), one.record_id))
        for one in difference.causes
    }
    assert told == {("purchase", 5, licence.pk), ("subject", 1, "new"), ("subject", -1, "pc0")}
    sides = {
        side: sum(one.units for one in difference.causes if one.side == side)
        for side in ("entitled", "required")
    }
    assert sides == {"entitled": 5, "required": 0}


def test_a_device_whose_facts_changed_says_what_it_was_and_is(stage, tmp_path):
    product = a_product(stage.acme, metric="mssql_per_core")
    a_licence(stage.acme, 8, product=product, metric="mssql_per_core")
    box = a_device(stage.acme, processors=2, cores_per_processor=2, cores=4, is_virtual=False)
    install(stage.acme, product, box)
    earlier = run_over(tmp_path)
    Device.objects.filter(pk=box.pk).update(cores_per_processor=8, cores=16)
    later = run_over(tmp_path)

    found = compare_runs(actor=stage.bob, earlier_id=earlier.pk, later_id=later.pk, home=tmp_path)

    (cause,) = found.differences[0].causes
    assert (cause.kind, cause.record_id, cause.units) == ("subject", box.pk, Decimal(8))
    assert ("2 cores" in cause.was, "8 cores" in cause.now) == (True, True)


def test_what_no_cause_accounts_for_is_said_too(stage, tmp_path):
    """Without the frozen facts the devices are not known; the difference is still all there."""
    product = a_product(stage.acme, metric="per_device")
    earlier = run_over(tmp_path)
    install(stage.acme, product, a_device(stage.acme))
    later = run_over(tmp_path)

    found = compare_runs(actor=stage.bob, earlier_id=earlier.pk, later_id=later.pk, home=tmp_path / "gone")

    assert [(one.kind, one.side, one.units) for one in found.differences[0].causes] == [
        ("rest", "required", 1)
    ]
    assert not found.has_evidence


def test_a_run_is_compared_with_the_one_before_it_and_strangers_see_neither(stage, tmp_path):
    first, second = (
        run_over(tmp_path, stage.acme),
        run_over(tmp_path, stage.acme, as_of=TODAY - timedelta(days=3)),
    )
    waiting = start_run(actor=stage.alice, company_id=stage.acme.pk, as_of=date(2026, 11, 1), at=NOW)

    assert run_before(actor=stage.bob, run=second) == first
    with pytest.raises(NotFound):
        run_before(actor=stage.bob, run=first)
    with pytest.raises(NotFound):
        compare_runs(actor=stage.mallory, earlier_id=first.pk, later_id=second.pk, home=tmp_path)
    with pytest.raises(InvalidValue):
        compare_runs(actor=stage.bob, earlier_id=first.pk, later_id=waiting.pk, home=tmp_path)
