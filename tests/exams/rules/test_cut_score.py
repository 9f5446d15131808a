"""The decision, and the comparison by area."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.cut_score import Band, ScoredItem, band, decide, standard_error

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
    [
        ("4", 4, Band.TOO_FEW),
        ("0", 4, Band.TOO_FEW),
        ("4", 9, Band.BELOW),
        ("5", 9, Band.NEAR),
        ("7", 9, Band.NEAR),
        ("8", 9, Band.ABOVE),
        ("0", 9, Band.BELOW),
        ("9", 9, Band.ABOVE),
    ],
)
def test_bands_compare_shares(raw, maximum, expected):
    """35 of 50 asks for 0.7. Of nine that is 6.3 with an error of √(9 · 0.7 · 0.3) = 1.37: near is 4.93 to 7.67."""
    assert band(Decimal(raw), maximum, cut=Decimal(35), total=Decimal(50)) == expected


def test_the_standard_error_in_points():
    assert round(standard_error(9, cut=Decimal(35), total=Decimal(50)), 2) == 1.37
    # At a half, 16 questions: √(16 · ¼) = 2, and the edge itself is near.
    assert standard_error(16, cut=Decimal(25), total=Decimal(50)) == 2
    assert band(Decimal(6), 16, cut=Decimal(25), total=Decimal(50)) == Band.NEAR
    assert band(Decimal("5.9999"), 16, cut=Decimal(25), total=Decimal(50)) == Band.BELOW
