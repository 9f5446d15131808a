"""Partial credit of multiple responses: tables worked by hand, and properties against a naive road."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import ChoiceKey, FractionsKey, MappingKey, points, read_key
from exams.rules.scoring.choices import qti_map_response

KEY = ChoiceKey(frozenset("ac"), frozenset("abcd"))
chosen_lists = st.lists(st.sampled_from("abcdef"), max_size=8)
worths = st.fractions(min_value=-3, max_value=3, max_denominator=8)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "c"], Fraction(1)),
        (["a"], Fraction(3, 4)),
        (["a", "c", "d"], Fraction(3, 4)),
        (["a", "b"], Fraction(1, 2)),
        (["b", "d"], Fraction(0)),
        ([], Fraction(1, 2)),  # an explicit empty selection: b and d are rightly left alone
        (None, Fraction(0)),  # untouched
        (["a", "c", "z"], Fraction(0)),  # no option of this item
        ("a", Fraction(0)),
    ],
)
def test_per_option(value: list[str] | str | None, expected: Fraction) -> None:
    assert points(ScoringRule.PER_OPTION, KEY, value) == expected


@given(chosen_lists.filter(lambda chosen: set(chosen) <= set("abcd")))
def test_per_option_counts_options_one_by_one(chosen: list[str]) -> None:
    right = sum((option in chosen) == (option in "ac") for option in "abcd")
    assert points(ScoringRule.PER_OPTION, KEY, chosen) == Fraction(right, 4)


MAPPING = {"mapping": {"a": "2", "b": "1", "c": "-1"}, "default": "-0.5", "lower_bound": "0", "upper_bound": "3"}


def mapped(**changes: str | None) -> MappingKey:
    parameters = {name: value for name, value in {**MAPPING, **changes}.items() if value is not None}
    key = read_key(
        ItemKind.MULTIPLE_RESPONSE, ScoringRule.QTI_MAP_RESPONSE, ["a", "b"], parameters, options=list("abcde")
    )
    assert isinstance(key, MappingKey)
    return key


@pytest.mark.parametrize(
    ("value", "changes", "score", "share"),
    [
        (["a", "b"], {}, Fraction(3), Fraction(1)),
        (["a"], {}, Fraction(2), Fraction(2, 3)),
        (["a", "a"], {}, Fraction(2), Fraction(2, 3)),  # each distinct value once
        (["a", "d", "e"], {}, Fraction(1), Fraction(1, 3)),  # d and e are not mapped: −1/2 each
        (["c"], {}, Fraction(0), Fraction(0)),  # −1, then the lower bound
        (["c"], {"lower_bound": None}, Fraction(-1), Fraction(0)),  # SCORE of QTI; an item never costs points
        (["a", "b"], {"upper_bound": "2.5"}, Fraction(5, 2), Fraction(1)),
        (["b"], {"upper_bound": "2.5"}, Fraction(1), Fraction(2, 5)),
        (["a", "b"], {"upper_bound": "9"}, Fraction(3), Fraction(1)),  # more than 3 cannot be reached
        (["a", "b"], {"upper_bound": None}, Fraction(3), Fraction(1)),
    ],
)
def test_qti_map_response(value: list[str], changes: dict, score: Fraction, share: Fraction) -> None:
    key = mapped(**changes)
    assert qti_map_response(frozenset(value), key) == score
    assert points(ScoringRule.QTI_MAP_RESPONSE, key, value) == share


def test_nothing_chosen_is_nothing_under_the_standard_template() -> None:
    generous = mapped(lower_bound="1")
    assert [points(ScoringRule.QTI_MAP_RESPONSE, generous, value) for value in (None, [])] == [0, 0]


@given(
    chosen_lists,
    st.dictionaries(st.sampled_from("abcdef"), worths, min_size=1),
    worths,
    st.none() | worths,
    st.none() | worths.filter(lambda upper: upper > 0),
)
def test_a_mapped_answer_is_the_sum_made_by_a_loop(
    chosen: list[str], mapping: dict[str, Fraction], default: Fraction, lower: Fraction | None, upper: Fraction | None
) -> None:
    key = MappingKey(mapping, frozenset("abcdef"), default, lower, upper)
    total, seen = Fraction(0), []
    for option in chosen:
        if option not in seen:
            seen.append(option)
            total += mapping.get(option, default)
    if lower is not None and total < lower:
        total = lower
    if upper is not None and total > upper:
        total = upper
    assert qti_map_response(frozenset(chosen), key) == total
    share = points(ScoringRule.QTI_MAP_RESPONSE, key, chosen)
    assert 0 <= share <= 1
    assert share == points(ScoringRule.QTI_MAP_RESPONSE, key, chosen[::-1])


def fractions(**percent: str) -> FractionsKey:
    key = read_key(ItemKind.MULTIPLE_RESPONSE, ScoringRule.FRACTIONS_SUM, [], {"fractions": percent})
    assert isinstance(key, FractionsKey)
    return key


THIRDS = fractions(a="33.33333", b="33.33333", c="33.33333", d="-50")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "b", "c"], Fraction(1)),  # not 0.9999999
        (["a", "b"], Fraction(2, 3)),
        (["a", "b", "c", "d"], Fraction(1, 2)),
        (["a", "d"], Fraction(0)),
        (["d"], Fraction(0)),
        (["z"], Fraction(0)),
        (None, Fraction(0)),
    ],
)
def test_fractions_sum(value: list[str] | None, expected: Fraction) -> None:
    assert points(ScoringRule.FRACTIONS_SUM, THIRDS, value) == expected


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ("100", Fraction(1)),
        ("83.33333", Fraction(5, 6)),
        ("66.66667", Fraction(2, 3)),
        ("16.66667", Fraction(1, 6)),
        ("14.28571", Fraction(1, 7)),
        ("12.5", Fraction(1, 8)),
        ("11.11111", Fraction(1, 9)),
        ("5", Fraction(1, 20)),
        ("33.3", Fraction(333, 1000)),  # too coarse to be meant as a third
        ("-33.33333", Fraction(-1, 3)),
        ("37.5", Fraction(3, 8)),
        ("1.25", Fraction(1, 80)),
    ],
)
def test_percentages_of_moodle_are_the_shares_that_they_stand_for(percent: str, share: Fraction) -> None:
    assert fractions(a=percent).fractions["a"] == share


@given(st.frozensets(st.sampled_from("abcd")), st.sampled_from("abc"))
def test_a_right_option_on_top_never_hurts(chosen: frozenset[str], more: str) -> None:
    less, all_of_it = sorted(chosen), sorted(chosen | {more})
    assert points(ScoringRule.FRACTIONS_SUM, THIRDS, less) <= points(ScoringRule.FRACTIONS_SUM, THIRDS, all_of_it)
