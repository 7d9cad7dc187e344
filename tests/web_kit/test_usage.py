"""The chart of a licence's units over twelve months."""

from datetime import timedelta

from tests.cast import NOW, TODAY, a_device, a_licence, holder
from trueup.assignments.actions import assign_units
from trueup.licences.queries import licence_for, moved_by_day
from trueup.web.licences.usage import usage_chart


def test_a_backdated_assignment_counts_from_its_day(stage):
    """Written later, effective earlier: the curve is the sum by day, whatever the order of writing."""
    licence = a_licence(stage.acme, 10, valid_from=TODAY - timedelta(days=100))
    for name, back in (("later", 20), ("earlier", 60)):
        then = NOW - timedelta(days=back)
        device = holder(a_device(stage.acme, name))
        assign_units(
            actor=stage.alice,
            licence_id=licence.pk,
            holder=device,
            units=3,
            at=then,
            on=TODAY - timedelta(days=back),
        )
    seen = licence_for(actor=stage.alice, licence_id=licence.pk, on=TODAY)
    chart = usage_chart(moved_by_day(actor=stage.alice, licence_id=licence.pk), seen, TODAY)

    owned, used = (series["values"] for series in chart["plot"]["series"])
    days_back = list(range(364, -1, -7))
    assert [used[days_back.index(back)] for back in (70, 56, 28, 14, 0)] == [0, 3, 3, 6, 6]
    assert (owned[days_back.index(105)], owned[days_back.index(98)]) == (0, 10)
