"""Points of single answers: tables worked by hand, and properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exams.rules.item_material import ScoringRule
from exams.rules.scoring import (
    AnswerState,
    ChoiceKey,
    NumberKey,
    OrderKey,
    PairsKey,
    answer_state,
    parse_number,
    points,
    stored_points,
)

KEY = ChoiceKey(frozenset("ac"))
MSO = NumberKey(Decimal("56.4"), Decimal("0.1"), "% MSO")
options = st.frozensets(st.sampled_from("abcdef"))
keys = st.frozensets(st.sampled_from("abcdef"), min_size=1).map(ChoiceKey)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["b"], 1), (["a"], 0), (["a", "b"], 0), ([], 0), (None, 0), ("b", 0), (["B"], 0), (["z"], 0)],
)
def test_match_correct(value, expected):
    assert points(ScoringRule.MATCH_CORRECT, ChoiceKey(frozenset("b")), value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(["a", "c"], 1), (["c", "a"], 1), (["a"], 0), (["a", "c", "d"], 0), (["a", "a", "c"], 1), (None, 0)],
)
def test_all_or_nothing(value, expected):
    assert points(ScoringRule.ALL_OR_NOTHING, KEY, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "c"], Fraction(1)),
        (["a"], Fraction(1, 2)),
        (["a", "c", "d"], Fraction(1, 2)),
        (["a", "d"], Fraction(0)),
        (["d", "e"], Fraction(0)),
        (["a", "c", "d", "e", "f"], Fraction(0)),
        (["a", "z"], Fraction(0)),
    ],
)
def test_plus_minus_floor0(value, expected):
    assert points(ScoringRule.PLUS_MINUS_FLOOR0, KEY, value) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("56.4", 1), ("56.3", 1), ("56.5", 1), ("56.50", 1), ("56.51", 0), ("56.29", 0), (" +56.4 ", 1),
        ("5.64e1", 1), ("564E-1", 1), ("56.4 % MSO", 1), ("56.4% mso", 1), ("56.4 %  MSO", 1), ("56.4 mA", 0),
        ("56,4", 0), ("NaN", 0), ("inf", 0), ("56.4.1", 0), ("", 0), ("５６.４", 0), ("0x38", 0), ("56.4 %", 0),
        ("1e999999999", 0), ("9" * 41, 0), ("56_4", 0), (["56.4"], 0),
    ],
)  # fmt: skip
def test_tolerance_absolute(typed, expected):
    assert points(ScoringRule.TOLERANCE_ABSOLUTE, MSO, typed) == expected


def test_tolerance_is_not_a_float():
    """0.1 + 0.2 is 0.3 here, and the edge of the tolerance is inside."""
    key = NumberKey(Decimal("0.1"), Decimal("0.2"), "")
    assert points(ScoringRule.TOLERANCE_ABSOLUTE, key, "0.3") == 1


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_every_plain_number_is_read_as_itself(number):
    assert parse_number(f"{number:f}") == number


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    assert parse_number(text, unit="% MSO") is None or Decimal(parse_number(text, unit="% MSO")).is_finite()


@given(options, keys, st.sampled_from([ScoringRule.ALL_OR_NOTHING, ScoringRule.PLUS_MINUS_FLOOR0]))
def test_points_lie_between_nothing_and_one_and_only_the_key_gets_all(chosen, key, rule):
    scored = points(rule, key, sorted(chosen))
    assert 0 <= scored <= 1
    assert (scored == 1) == (chosen == key.options)


@given(options, keys)
def test_wrong_options_on_top_never_help(chosen, key):
    wrong = frozenset("abcdef") - key.options
    rule = ScoringRule.PLUS_MINUS_FLOOR0
    assert points(rule, key, sorted(chosen | wrong)) <= points(rule, key, sorted(chosen))


@pytest.mark.parametrize(
    ("seq", "value", "state"),
    [
        (0, None, AnswerState.NOT_REACHED),
        (1, None, AnswerState.OMITTED),
        (3, [], AnswerState.OMITTED),
        (1, ["a"], AnswerState.ANSWERED),
        (2, "7", AnswerState.ANSWERED),
    ],
)
def test_empty_is_not_the_same_as_not_reached(seq, value, state):
    assert answer_state(seq, value) == state


@given(st.fractions(min_value=0, max_value=60))
# Its quotient, rounded to 28 digits, is 0.375.
@example(Fraction(4355841852157070822313295863, 11615578272418855526168788969))
def test_stored_points_never_gain(exact):
    assert 0 <= exact - Fraction(stored_points(exact)) < Fraction(1, 10_000)


ORDER = OrderKey(("b", "c", "a"))


@pytest.mark.parametrize(
    ("answer", "whole", "share"),
    [
        (["1:b", "2:c", "3:a"], 1, Fraction(1)),
        (["1:c", "2:b", "3:a"], 0, Fraction(2, 3)),  # b–a and c–a
        (["1:a", "2:c", "3:b"], 0, Fraction(0)),
        (["1:b", "3:a"], 0, Fraction(1, 3)),  # c is not placed: only b–a counts
        (["1:b", "2:b", "3:a"], 0, Fraction(0)),  # b at two places counts at neither
        (["1:b", "2:c", "3:a", "4:b"], 0, Fraction(1, 3)),  # b twice: only c–a is left
        (["1:b", "1:c", "2:a"], 0, Fraction(0)),  # place 1 named twice holds nothing
        (["b", "c", "a"], 0, Fraction(0)),  # no pairs at all
        (["x:b", "²:c", "3:a"], 0, Fraction(0)),  # no places
    ],
)
def test_an_order(answer: list[str], whole: int, share: Fraction) -> None:
    assert points(ScoringRule.EXACT, ORDER, answer) == whole
    assert points(ScoringRule.CONCORDANT_PAIRS, ORDER, answer) == share


@given(st.permutations(list("abcd")))
def test_a_turned_order_has_the_other_pairs_right(order: list[str]) -> None:
    key = OrderKey(tuple("abcd"))
    forward = [f"{place}:{option}" for place, option in enumerate(order, start=1)]
    backward = [f"{place}:{option}" for place, option in enumerate(reversed(order), start=1)]
    rule = ScoringRule.CONCORDANT_PAIRS
    assert points(rule, key, forward) + points(rule, key, backward) == 1


PAIRS = PairsKey({"1": "c", "2": "a", "3": "a"})


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (["1:c", "2:a", "3:a"], Fraction(1)),  # one target fits two prompts
        (["1:c", "2:b", "3:a"], Fraction(2, 3)),
        (["2:a"], Fraction(1, 3)),
        (["1:c", "2:a", "3:a", "4:a"], Fraction(1)),  # a prompt that does not exist earns nothing
        (["1:c", "1:a"], Fraction(0)),
        (["c", "a", "a"], Fraction(0)),
    ],
)
def test_matching(answer: list[str], share: Fraction) -> None:
    assert points(ScoringRule.PER_PAIR, PAIRS, answer) == share
    assert points(ScoringRule.ALL_OR_NOTHING, PAIRS, answer) == (answer == ["1:c", "2:a", "3:a"])


@pytest.mark.parametrize("key", [ORDER, PAIRS])
@pytest.mark.parametrize("value", [None, [], "", "1:b"])
def test_an_empty_answer_and_one_of_the_wrong_shape_earn_nothing_in_places(key: object, value: object) -> None:
    rule = ScoringRule.EXACT if key is ORDER else ScoringRule.PER_PAIR
    assert points(rule, key, value) == 0
