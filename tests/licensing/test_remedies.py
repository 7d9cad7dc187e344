"""Remedies ranked by money, each with the position it leaves (R-110, C-051)."""

from datetime import date
from fractions import Fraction

import pytest

from licensing.remedies import Facts, Figures, Idle, Lower, Offer, Renewal, Spare, remedies

TODAY = date(2026, 3, 1)
SHORT = Figures("Office", 10, 16, unit_price=100)
SPARE = Figures("Office", 20, 14, unit_price=100)


def shown(facts):
    return [(found.kind, found.units, found.cost, found.saving) for found in remedies(facts)]


def figures(remedy):
    return [(left.entitled, left.required, left.short, left.spare, left.exposure) for left in remedy.after]


def test_r_110_what_saves_most_comes_first_each_with_the_position_it_leaves():
    facts = Facts(
        SHORT,
        TODAY,
        idle=(Idle(4, "never used"),),
        elsewhere=(Spare("Globex", 3, cost=5), Spare("Initech", 9, obstacle="another region")),
        lower=(Lower(2, Figures("Office Standard", 7, 6, unit_price=40)),),
        offers=(Offer(5, 480, "5 seats"), Offer(1, 100, "1 seat")),
    )
    found = remedies(facts)

    assert [(one.kind, one.net) for one in found] == [
        ("reclaim", 400),
        ("move", 285),
        ("downgrade", 160),
        ("buy packs", 0),
        ("buy packs", -360),
    ]
    assert figures(found[0]) == [(10, 12, 2, 0, 200)]
    assert figures(found[1]) == [(13, 16, 3, 0, 300)]
    assert figures(found[2]) == [(10, 14, 4, 0, 400), (7, 8, 1, 0, 40)]
    assert figures(found[4]) == [(20, 16, 0, 4, 0)]
    assert found[0].says == "Reclaim 4 units of Office: never used"
    assert found[4].says == "Buy 2 × 5 seats of Office"


def test_what_is_reclaimed_beyond_the_shortage_is_spared_at_the_next_renewal():
    renewal = Renewal(8, date(2026, 9, 1), price=Fraction("12.50"), notice_by=date(2026, 6, 1))
    idle = (Idle(9, "not used for 90 days"),)

    assert shown(Facts(SHORT, TODAY, idle=idle, renewals=(renewal,)))[0] == (
        "reclaim",
        9,
        0,
        600 + Fraction("37.50"),
    )
    assert shown(Facts(SPARE, TODAY, idle=idle, renewals=(renewal,))) == [
        ("renew fewer", 6, 0, 75),
        ("reclaim", 9, 0, 25),
    ]
    assert shown(Facts(SPARE, TODAY, idle=idle)) == [("reclaim", 9, 0, 0)]


def test_renewing_fewer_is_possible_on_the_day_of_renewal_while_notice_can_be_given():
    open_, missed = (
        Renewal(4, date(2026, 9, 1), price=30, notice_by=TODAY),
        Renewal(4, date(2026, 4, 1), price=90, notice_by=date(2026, 2, 28)),
    )
    found = remedies(Facts(SPARE, TODAY, renewals=(open_, missed)))

    assert [(one.units, one.saving, one.first_possible_on) for one in found] == [(4, 120, date(2026, 9, 1))]
    assert figures(found[0]) == [(16, 14, 0, 2, 0)]
    assert found[0].says == "Renew 4 fewer units of Office on 2026-09-01, notice by 2026-03-01"
    assert remedies(Facts(SPARE, TODAY, renewals=(Renewal(4, TODAY),)))[0].says.endswith("on 2026-03-01")


def test_what_was_assigned_or_moved_lately_waits():
    facts = Facts(
        SHORT,
        TODAY,
        idle=(
            Idle(1, "never used", assigned_on=date(2026, 2, 1), days=90),
            Idle(1, "left", assigned_on=date(2020, 1, 1), days=90),
        ),
        elsewhere=(Spare("Globex", 1, free_on=date(2026, 4, 1)), Spare("Hooli", 1, free_on=date(2026, 2, 1))),
    )

    assert [(one.says[-10:], one.first_possible_on) for one in remedies(facts)] == [
        ("from Hooli", TODAY),
        ("fice: left", TODAY),
        ("rom Globex", date(2026, 4, 1)),
        ("never used", date(2026, 5, 2)),
    ]


@pytest.mark.parametrize("known", [SHORT, SPARE, Figures("Office", 5, 5, unit_price=1)])
def test_what_there_is_nothing_of_is_no_remedy(known):
    nothing = Facts(
        known,
        TODAY,
        idle=(Idle(0, "x"),),
        elsewhere=(Spare("Globex", 0),),
        lower=(Lower(0, SPARE),),
        renewals=(Renewal(0, date(2027, 1, 1), price=1),),
    )

    assert remedies(nothing) == ()


def test_without_a_price_nothing_is_made_up_and_such_remedies_come_last_by_units():
    unpriced = Figures("Office", 10, 16)
    facts = Facts(
        unpriced,
        TODAY,
        idle=(Idle(9, "never used"), Idle(2, "left")),
        elsewhere=(Spare("Globex", 3),),
        offers=(Offer(2, None, "2 seats"),),
        renewals=(Renewal(50, date(2027, 1, 1)),),
    )
    found = remedies(facts)

    assert [(one.kind, one.units, one.net) for one in found] == [
        ("reclaim", 9, None),
        ("buy packs", 6, None),
        ("move", 3, None),
        ("reclaim", 2, None),
    ]
    assert remedies(Facts(SPARE, TODAY, renewals=(Renewal(5, date(2027, 1, 1)),)))[0].saving is None
    assert (
        remedies(Facts(SPARE, TODAY, idle=(Idle(5, "x"),), renewals=(Renewal(50, date(2027, 1, 1)),)))[0].net
        is None
    )
