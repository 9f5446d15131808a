"""The decision, and the comparison by area."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.cut_score import Band, ScoredItem, band, decide

thirds = st.lists(
    st.builds(ScoredItem, st.sampled_from(["D1", "D2"]), st.sampled_from([Fraction(n, 3) for n in range(4)])),
    min_size=1,
    max_size=60,
)


@pytest.mark.parametrize(
    ("points", "passed"),
    [
        ([1] * 35, True),
        ([1] * 34 + [Fraction(2, 3)], False),
        ([1] * 34 + [Fraction(1, 3)] * 3, True),
        ([1] * 34 + [Fraction(999_999, 1_000_000)], False),
    ],
)
def test_the_decision_falls_before_rounding(points, passed):
    assert decide([ScoredItem("D1", Fraction(p)) for p in points], Decimal(35)).passed is passed


@given(thirds)
def test_areas_add_up_to_the_whole(items):
    decision = decide(items, Decimal(1))
    assert sum(area.raw for area in decision.areas) == decision.raw
    assert sum(area.maximum for area in decision.areas) == decision.maximum == len(items)


@given(thirds, st.decimals(min_value=1, max_value=60, places=2))
def test_one_more_right_answer_never_turns_a_pass_into_a_fail(items, cut):
    more = [*items[1:], ScoredItem(items[0].area, Fraction(1))]
    assert decide(more, cut).passed >= decide(items, cut).passed


@pytest.mark.parametrize(
    ("raw", "maximum", "expected"),
    [("2", 4, Band.BELOW), ("5", 7, Band.NEAR), ("9", 9, Band.ABOVE), ("6", 10, Band.NEAR), ("8", 10, Band.NEAR)],
)
def test_bands_compare_shares(raw, maximum, expected):
    """35 of 50 is a share of 0.7; a tenth either way is near, its edges included."""
    assert band(Decimal(raw), maximum, cut=Decimal(35), total=Decimal(50)) == expected
