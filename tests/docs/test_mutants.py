"""The count of `make mutants`: what a test noticed, out of what was tried."""

from tests.mutants import tally

SAID = """
    licensing.need.x_need__mutmut_1: killed
    licensing.need.x__packs__mutmut_2: survived
    licensing.need.x__packs__mutmut_3: not checked
    licensing.cover.xǁGrantǁcalled__mutmut_1: timeout
    licensing.cover.xǁGrantǁcalled__mutmut_2: no tests
    licensing.dated.x_in_force__mutmut_1: not checked
"""


def test_what_no_test_reaches_counts_as_unnoticed_and_what_was_not_tried_not_at_all():
    lines, share = tally(SAID)

    assert [line.split() for line in lines] == [
        ["licensing.cover", "1/2"],
        ["licensing.need", "1/2"],
        ["all", "2/4", "50.0", "%"],
    ]
    assert share == 50


def test_nothing_tried_is_not_enough():
    assert tally("") == ([f"{'all':48}     0/0   0.0 %"], 0.0)
