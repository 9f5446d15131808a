"""Rubrics, samples, discrepancies and agreement as plain functions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.marking import (
    ENOUGH_PAIRS,
    Agreement,
    Criterion,
    Purpose,
    agreement,
    award_faults,
    in_sample,
    is_new_marker,
    may_mark,
    needs_adjudication,
    read_award,
    read_rubric,
    settled_points,
    share_of,
)

RUBRIC = (Criterion("a", "Stops", Decimal(3)), Criterion("b", "Tells", Decimal(2)))
LINE = {"id": "a", "text": "Stops", "points": "3"}
FIRST, SECOND, THIRD = Purpose.FIRST, Purpose.SECOND, Purpose.ADJUDICATION


def test_a_rubric_is_read() -> None:
    key = {"guidance": "G.", "criteria": [LINE, {"id": "b", "text": " Tells ", "points": 2}]}
    assert read_rubric(key) == RUBRIC
    assert [str(step) for step in RUBRIC[1].steps] == ["0.0", "0.5", "1.0", "1.5", "2.0"]


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        (None, "1 to 12"),
        ([], "1 to 12"),
        ([LINE] * 13, "1 to 12"),
        ([LINE, LINE], "one id"),
        (["a"], "id, text and points"),
        ([LINE | {"more": 1}], "id, text and points"),
        ([LINE | {"text": " "}], "what to look for"),
        ([LINE | {"points": "much"}], "a number"),
        *(([LINE | {"points": points}], "in halves") for points in ("0", "-1", "0.25", "10.5", "NaN", "Infinity")),
    ],
)
def test_what_a_rubric_cannot_be(criteria: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_rubric({"criteria": criteria})


def test_points_are_given_for_every_criterion_in_halves_and_within_its_points() -> None:
    good: dict[str, Decimal | None] = {"a": Decimal("3.0"), "b": Decimal("0.5")}
    assert award_faults(RUBRIC, good) == []
    for wrong in (None, Decimal("-0.5"), Decimal("2.5"), Decimal("0.25")):
        assert [fault.criterion for fault in award_faults(RUBRIC, good | {"b": wrong})] == ["b"]
    assert [fault.criterion for fault in award_faults(RUBRIC, {})] == ["a", "b"]


@pytest.mark.parametrize(("typed", "points"), [(" 1.5 ", Decimal("1.5")), ("", None), ("x", None), ("nan", None)])
def test_points_as_typed(typed: str, points: Decimal | None) -> None:
    assert read_award(typed) == points


def test_a_mark_is_the_share_of_all_points() -> None:
    assert share_of(RUBRIC, {"a": Decimal(2), "b": Decimal("1.5")}) == Fraction(7, 10)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_shares_lie_between_nothing_and_all(halves: list[int]) -> None:
    rubric = [Criterion(str(number), "x", Decimal(3)) for number in range(len(halves))]
    share = share_of(rubric, {str(number): Decimal(half) / 2 for number, half in enumerate(halves)})
    assert share == Fraction(sum(halves), 6 * len(halves))


def test_the_sample_holds_about_its_share_and_is_the_same_each_time() -> None:
    drawn = [in_sample(seed=f"seed {n}", position=n % 50, share=Decimal("0.10")) for n in range(4000)]
    assert 320 < sum(drawn) < 480  # 400 expected, standard deviation 19
    assert drawn == [in_sample(seed=f"seed {n}", position=n % 50, share=Decimal("0.10")) for n in range(4000)]


@given(st.text(), st.integers(1, 200))
def test_of_none_nothing_is_drawn_and_of_all_everything(seed: str, position: int) -> None:
    seed = seed.encode(errors="replace").decode()
    assert not in_sample(seed=seed, position=position, share=Decimal(0))
    assert in_sample(seed=seed, position=position, share=Decimal(1))


def test_exactly_the_limit_apart_is_near_enough() -> None:
    limit = Decimal("0.20")
    assert not needs_adjudication(Fraction(7, 10), Fraction(1, 2), limit)
    assert needs_adjudication(Fraction(7, 10), Fraction(49, 100), limit)
    assert needs_adjudication(Fraction(1, 3), Fraction(2, 3), Decimal("0.33"))


@pytest.mark.parametrize(
    ("marks", "points"),
    [
        ({}, None),
        ({FIRST: None}, None),
        ({FIRST: Fraction(1, 3)}, Fraction(1, 3)),
        ({FIRST: Fraction(1, 3), SECOND: None}, None),
        ({FIRST: Fraction(1, 3), SECOND: Fraction(1, 2)}, Fraction(5, 12)),
        ({FIRST: Fraction(0), SECOND: Fraction(1), THIRD: None}, None),
        ({FIRST: Fraction(0), SECOND: Fraction(1), THIRD: Fraction(0)}, Fraction(0)),
        ({FIRST: Fraction(0), SECOND: Fraction(1), THIRD: Fraction(9, 10)}, Fraction(9, 10)),
    ],
)
def test_one_mark_stands_two_give_their_mean_and_a_third_decides_alone(
    marks: dict[Purpose, Fraction | None], points: Fraction | None
) -> None:
    assert settled_points(marks) == points


def test_who_may_mark() -> None:
    def allowed(**changes: object) -> bool:
        facts: dict[str, object] = {"marker": 1, "candidate": 2, "related_to": {3}, "has_marked": {4}}
        return may_mark(**facts | changes)  # type: ignore[arg-type]

    assert allowed()
    assert not allowed(candidate=1)
    assert not allowed(related_to={2, 3})
    assert not allowed(has_marked={1, 4})


def test_the_first_five_marks_are_doubled() -> None:
    assert [is_new_marker(before) for before in range(7)] == [True] * 5 + [False] * 2


def test_agreement_says_nothing_below_ten_answers() -> None:
    pair = (Fraction(1, 2), Fraction(1, 4))
    assert agreement([pair] * (ENOUGH_PAIRS - 1)) == Agreement(9)
    assert agreement([pair] * 10) == Agreement(10, Fraction(0), Fraction(1, 4))


def test_agreement_counts_equal_marks_and_keeps_the_sign_of_the_difference() -> None:
    half, most = Fraction(1, 2), Fraction(4, 5)
    pairs = [(half, half)] * 6 + [(half, most)] * 3 + [(most, half)]
    # 3 times 3/10 too strict and once 3/10 too mild, over ten answers
    assert agreement(pairs) == Agreement(10, Fraction(3, 5), Fraction(-6, 100))
