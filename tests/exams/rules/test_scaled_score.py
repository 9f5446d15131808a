"""Points on a scale: expected values by hand and by another road, properties by Hypothesis."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exams.rules.cut_score import Minimum, ScoredItem, decide
from exams.rules.scaled_score import Scale, scaled_score

USUAL = Scale(200, 500, 800)


def scaled(raw, *, cut="35", maximum=50, scale=USUAL):
    exact = Fraction(raw)
    return scaled_score(exact, cut=Decimal(cut), maximum=maximum, passed=exact >= Fraction(cut), scale=scale)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("0", 200),
        ("35", 500),
        ("50", 800),
        ("7", 260),  # a fifth of the way to the cut
        ("42.5", 650),  # half of the way beyond it
        ("104/3", 497),  # 200 + 300 · (104/3)/35 = 497.14…
        ("36", 520),
    ],
)
def test_by_hand(raw, expected):
    assert scaled(raw) == expected


def test_a_half_is_rounded_up():
    # From 0 to 4 points over 0 to 2: one point is 0.5 below the cut; from 4 to 8 over 2 to 4, five points are 2.5.
    scale = Scale(0, 2, 4)
    assert scaled("1", cut="4", maximum=8, scale=scale) == 1
    assert scaled("5", cut="4", maximum=8, scale=scale) == 3


def test_what_fails_stays_below_the_cut_although_it_would_round_to_it():
    assert scaled("34.99") == 499
    assert scaled("34.999999") == 499


def test_failing_by_an_area_stays_below_the_cut_too():
    assert scaled_score(Fraction(50), cut=Decimal(35), maximum=50, passed=False, scale=USUAL) == 499


def test_a_cut_at_the_maximum_gives_the_highest():
    assert scaled("50", cut="50") == 800


@pytest.mark.parametrize("numbers", [(500, 500, 800), (200, 900, 800), (600, 500, 800), (-1, 5, 8)])
def test_a_scale_rises(numbers):
    with pytest.raises(ValueError, match="rises"):
        Scale(*numbers)


scales = st.tuples(st.integers(0, 400), st.integers(1, 400), st.integers(0, 400)).map(
    lambda t: Scale(t[0], t[0] + t[1], t[0] + t[1] + t[2])
)
points = st.fractions(min_value=0, max_value=60, max_denominator=12)


@given(points, points, st.integers(1, 6000), st.integers(1, 60), scales)
def test_more_points_never_give_less_and_the_decision_agrees(one, other, hundredths, maximum, scale):
    cut = Decimal(hundredths) / 100
    less, more = sorted((one, other))
    assume(more <= maximum and cut <= maximum)
    at_less, at_more = (scaled_score(r, cut=cut, maximum=maximum, passed=r >= cut, scale=scale) for r in (less, more))
    assert scale.lowest <= at_less <= at_more <= scale.highest
    assert (at_more >= scale.cut) == (more >= cut)


# Conjunctive rules


def items(**areas):
    return [ScoredItem(area, Fraction(point)) for area, points in areas.items() for point in points]


SAFETY = Minimum("Safety", frozenset({"D4", "D5"}), Decimal(2))


def test_enough_in_all_but_not_in_a_group_fails():
    decision = decide(items(D1=[1, 1, 1, 1], D4=[1, 0], D5=["2/3"]), Decimal(5), [SAFETY])
    assert (decision.raw, decision.passed) == (Fraction(17, 3), False)
    assert [(m.raw, m.met) for m in decision.minimums] == [(Fraction(5, 3), False)]


def test_the_minimum_itself_is_enough():
    decision = decide(items(D1=[1, 1, 1], D4=[1], D5=["1/3", "2/3"]), Decimal(5), [SAFETY])
    assert decision.passed


def test_minimums_do_not_stand_in_for_the_cut():
    assert not decide(items(D1=[0, 0, 0], D4=[1], D5=[1]), Decimal(3), [SAFETY]).passed
