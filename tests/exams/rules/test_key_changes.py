"""What a corrected key is worth, by hand for each policy."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.item_kinds import ScoringRule
from exams.rules.key_changes import Change, KeyPolicy, Standing, counting, cut_without, ruled_outcome, ruling_of
from exams.rules.scoring import ChoiceKey

A, B, C = (ChoiceKey(frozenset(letter)) for letter in "abc")
RULE = ScoringRule.MATCH_CORRECT
REKEY, BOTH, ALL, NONE = KeyPolicy.REKEY, KeyPolicy.ACCEPT_BOTH, KeyPolicy.FULL_CREDIT, KeyPolicy.REMOVE


def worth(*changes):
    """Points of the answers a, b, c and of no answer, to an item with the key b."""
    ruling = ruling_of(B, changes)
    return [int(ruled_outcome(RULE, ruling, value)) for value in (["a"], ["b"], ["c"], None)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], [0, 1, 0, 0]),
        ([Change(REKEY, A)], [1, 0, 0, 0]),
        ([Change(BOTH, A)], [1, 1, 0, 0]),
        ([Change(ALL)], [1, 1, 1, 1]),
        ([Change(BOTH, A), Change(BOTH, C)], [1, 1, 1, 0]),
        ([Change(BOTH, A), Change(REKEY, C)], [0, 0, 1, 0]),
        ([Change(ALL), Change(REKEY, C)], [0, 0, 1, 0]),
    ],
)
def test_each_policy_by_hand(changes, expected):
    assert worth(*changes) == expected


def test_a_removed_item_can_come_back():
    assert ruling_of(B, [Change(NONE)]).removed
    assert not ruling_of(B, [Change(NONE), Change(REKEY, A)]).removed
    assert not ruling_of(B, [Change(NONE), Change(ALL)]).removed
    assert not ruling_of(B, [Change(ALL), Change(NONE)]).full_credit


def test_a_partly_right_answer_gets_its_better_key():
    pair, other = ChoiceKey(frozenset("ac")), ChoiceKey(frozenset("ab"))
    ruling = ruling_of(pair, [Change(BOTH, other)])
    assert ruled_outcome(ScoringRule.PLUS_MINUS_FLOOR0, ruling, ["a", "b"]) == 1
    assert ruled_outcome(ScoringRule.PLUS_MINUS_FLOOR0, ruling, ["c"]) == Fraction(1, 2)


@pytest.mark.parametrize("policy", [REKEY, BOTH])
def test_another_key_has_to_be_named(policy):
    with pytest.raises(ValueError, match="names a key"):
        ruling_of(B, [Change(policy)])


@pytest.mark.parametrize(
    ("cut", "counted", "removed", "expected"),
    [("35", 50, 1, "34.30"), ("7", 10, 1, "6.30"), ("20", 30, 1, "19.33"), ("20", 30, 0, "20"), ("2", 3, 2, "0.66")],
)
def test_the_cut_falls_in_proportion_and_is_cut_off(cut, counted, removed, expected):
    assert cut_without(Decimal(cut), counted=counted, removed=removed) == Decimal(expected)


def test_something_has_to_count():
    with pytest.raises(ValueError, match="has to count"):
        cut_without(Decimal(1), counted=1, removed=1)


@given(st.integers(2, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1), st.integers(1, n))))
def test_whoever_lost_no_point_by_a_removal_does_not_fail_by_it(numbers):
    counted, removed, cut = numbers
    lowered = cut_without(Decimal(cut), counted=counted, removed=removed)
    # Points for a share of the items left that is at least the share asked for of all.
    needed = -(-cut * (counted - removed) // counted)
    assert Fraction(lowered) <= needed
    assert Fraction(lowered) <= Fraction(cut * (counted - removed), counted) < Fraction(lowered) + Fraction(1, 100)


def standing(passed, raw, maximum=10):
    return Standing(passed, Decimal(raw), Decimal(maximum))


@pytest.mark.parametrize(
    ("released", "anew", "stays"),
    [
        (standing(True, 7), standing(False, 6), True),
        (standing(True, 8), standing(True, 7), True),
        (standing(False, 6), standing(False, 5), True),
        (standing(False, 6), standing(True, 7), False),
        (standing(True, 7), standing(True, 8), False),
        (standing(True, 7), standing(True, 7), False),
        (standing(False, 6), standing(False, 6, 9), False),  # 6 of 9 is more than 6 of 10
        (standing(False, 9), standing(True, 6), False),  # the decision stands above the points
    ],
)
def test_no_harm(released, anew, stays):
    assert counting(released, anew, may_lower=False) == (released if stays else anew)
    assert counting(released, anew, may_lower=True) == anew
