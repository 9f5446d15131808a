"""Orders and matches with the rules that count places and with targets that fit nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring import OrderKey, PairsKey, points

ORDER = OrderKey(("b", "c", "a"))


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (["1:b", "2:c", "3:a"], Fraction(1)),
        (["1:b", "2:a", "3:c"], Fraction(1, 3)),
        (["1:a", "2:b", "3:c"], Fraction(0)),
        (["1:b"], Fraction(1, 3)),
        (["2:c", "3:a"], Fraction(2, 3)),
        (["1:b", "2:b", "3:b"], Fraction(0)),  # one option everywhere would otherwise earn a third
        (["1:b", "2:b", "3:a"], Fraction(1, 3)),
        (["1:b", "4:c", "3:a"], Fraction(2, 3)),  # there is no place 4
    ],
)
def test_positions(answer: list[str], share: Fraction) -> None:
    assert points(ScoringRule.POSITIONS, ORDER, answer) == share


@given(st.permutations(list("abcde")))
def test_positions_of_a_permutation_are_its_fixed_points(order: list[str]) -> None:
    key = OrderKey(tuple("abcde"))
    answer = [f"{place}:{option}" for place, option in enumerate(order, start=1)]
    fixed = sum(1 for mine, right in zip(order, "abcde", strict=True) if mine == right)
    assert points(ScoringRule.POSITIONS, key, answer) == Fraction(fixed, 5)
    assert points(ScoringRule.EXACT, key, answer) == (fixed == 5)


@given(st.permutations(list("abcde")), st.randoms(use_true_random=False))
def test_the_order_in_which_places_were_filled_does_not_matter(order: list[str], luck) -> None:
    answer = [f"{place}:{option}" for place, option in enumerate(order, start=1)]
    mixed = luck.sample(answer, len(answer))
    for rule in (ScoringRule.EXACT, ScoringRule.POSITIONS, ScoringRule.CONCORDANT_PAIRS):
        assert points(rule, OrderKey(tuple("abcde")), answer) == points(rule, OrderKey(tuple("abcde")), mixed)


@given(st.dictionaries(st.sampled_from("123"), st.sampled_from("abcde")))
def test_a_match_with_distractors_counted_prompt_by_prompt(placed: dict[str, str]) -> None:
    right = {"1": "c", "2": "a", "3": "c"}  # b, d and e fit nothing
    hits = [prompt for prompt in right if prompt in placed and placed[prompt] == right[prompt]]
    answer = [f"{prompt}:{option}" for prompt, option in placed.items()]
    assert points(ScoringRule.PER_PAIR, PairsKey(right), answer) == Fraction(len(hits), 3)
    assert points(ScoringRule.ALL_OR_NOTHING, PairsKey(right), answer) == (len(hits) == 3)
