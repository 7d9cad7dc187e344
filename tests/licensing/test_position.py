"""The five states of a position; unknown is never 0."""

from fractions import Fraction

import pytest

from licensing import NotAssessed, Shape, need
from licensing.position import NegativeEntitlement, position
from licensing.ranges import Interval

TEN = need(metric="per_device", shapes=[Shape(10, {"installs": 1}, "laptops")])
FOUR_TO_EIGHT = need(
    metric="mssql_per_core", shapes=[Shape(1, {"virtual": True, "vcores": Interval(4, 8)}, "vm")]
)
ONE_OR_MORE = need(metric="per_device", shapes=[Shape(1, {}, "x")], agreed={"max_installs_per_right": 1})


@pytest.mark.parametrize(
    ("asked", "entitled", "state", "shortfall", "surplus"),
    [
        (TEN, 9, "short", 1, 0),
        (TEN, 10, "at limit", 0, 0),
        (TEN, 11, "surplus", 0, 1),
        (TEN, None, "covered", 0, None),
        (FOUR_TO_EIGHT, 3, "short", Interval(1, 5), 0),
        (FOUR_TO_EIGHT, 6, "not assessed", Interval(0, 2), Interval(0, 2)),
        (FOUR_TO_EIGHT, 8, "covered", 0, Interval(0, 4)),
        (FOUR_TO_EIGHT, 9, "surplus", 0, Interval(1, 5)),
        (ONE_OR_MORE, 0, "short", Interval(1, None), 0),
        (ONE_OR_MORE, 5, "not assessed", Interval(0, None), Interval(0, 4)),
        (ONE_OR_MORE, None, "covered", 0, None),
    ],
)
def test_the_state_follows_from_need_and_entitlement(asked, entitled, state, shortfall, surplus):
    line = position(need=asked, entitled=entitled)

    assert (line.state, line.shortfall, line.surplus, line.cost) == (state, shortfall, surplus, None)
    assert (line.entitled, line.required) == (
        entitled,
        asked.low if asked.low == asked.high else Interval(asked.low, asked.high),
    )
    causes = "; ".join(asked.causes) if state == "not assessed" else ""
    assert line.reason == ("unlimited" if entitled is None else causes)


def test_a_reason_names_every_cause():
    facts = {"virtual": False, "sockets": Interval(1, 2), "cores_per_socket": Interval(4, 8)}
    line = position(need=need(metric="mssql_per_core", shapes=[Shape(1, facts, "host")]), entitled=6)

    assert line.reason == (
        "cores_per_socket is not known for 1 subject: 4 to 8; sockets is not known for 1 subject: 1 to 2"
    )


def test_no_entitlement_lies_below_zero_and_zero_itself_is_one():
    with pytest.raises(
        NegativeEntitlement, match=r"^-1 units cannot be entitled: correct the purchase lines below 0$"
    ):
        position(need=TEN, entitled=-1)

    assert position(need=TEN, entitled=0).shortfall == 10


def test_the_cost_is_the_shortfall_at_the_price():
    assert position(need=TEN, entitled=8, unit_cost=Fraction(5, 2)).cost == 5
    assert position(need=FOUR_TO_EIGHT, entitled=6, unit_cost=3).cost == Interval(0, 6)
    assert position(need=ONE_OR_MORE, entitled=0, unit_cost=3).cost == Interval(3, None)
    assert position(need=TEN, entitled=None, unit_cost=3).cost == 0


def test_what_cannot_be_counted_is_not_assessed_and_has_no_numbers():
    line = position(need=NotAssessed("per_soul", "souls are not counted"), entitled=5, unit_cost=1)

    assert (line.state, line.required, line.shortfall, line.surplus, line.cost) == (
        "not assessed",
        None,
        None,
        None,
        None,
    )
    assert line.reason == "souls are not counted"


def test_fewer_than_no_units_are_refused():
    with pytest.raises(NegativeEntitlement, match="-1"):
        position(need=TEN, entitled=-1)
