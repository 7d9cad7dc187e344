"""On how many devices a title is: the stored number and its changes always come to what the installations say."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Count

from tests.cast import ROOT, Stage
from tests.rooms.inventory.test_recording import DRAW, LAPTOP, WRITE, recorded, seen
from trueup.devices.models import Device
from trueup.inventory.actions import add_up_changes
from trueup.inventory.models import Change, Installation, Title
from trueup.inventory.queries import titles_visible_to

DESKTOP = replace(LAPTOP, hostname="pc2", serial="S-2", uuid="6b0e2a4c-11aa-4a4b-b750-047aaabd2b75")


def told() -> dict[str, int]:
    """As the list tells it."""
    return dict(titles_visible_to(actor=ROOT).order_by().values_list("name", "devices"))


def there() -> dict[str, int]:
    """As the installations are."""
    open_now = Installation.objects.filter(gone_at=None).values("title").annotate(n=Count("pk"))
    counted = dict(open_now.values_list("title", "n"))
    return {title.name: counted.get(title.pk, 0) for title in Title.objects.all()}


def test_every_inventory_is_counted_at_once(stage: Stage):
    """Two devices, one of which loses a title and gets it back: right before and after the worker added up."""
    for number, snapshot in enumerate(
        (seen(DRAW, WRITE), seen(DRAW, device=DESKTOP), seen(WRITE, days=1), seen(DRAW, WRITE, days=2))
    ):
        recorded(stage.acme, snapshot)
        before = told()
        if number % 2:
            add_up_changes()
        assert (before, told()) == (there(), there())

    assert told() == {"Draw": 2, "Write": 1}


def test_a_device_that_is_no_more_is_counted_out(stage: Stage):
    """On whatever path: the database itself writes the change."""
    outcome = recorded(stage.acme, seen(DRAW))
    add_up_changes()
    Installation.objects.filter(device_id=outcome.device_id).delete()

    assert told() == {"Draw": 0}
    assert Device.objects.filter(pk=outcome.device_id).exists()


def test_adding_up_takes_the_changes_in_once(stage: Stage):
    """Nothing is left, and a second time does nothing."""
    recorded(stage.acme, seen(DRAW, WRITE))

    assert (add_up_changes(), add_up_changes(), Change.objects.count()) == (2, 0, 0)
    assert list(Title.objects.values_list("counted", flat=True)) == [1, 1]
