"""What a mock exam is made of: proportions, length, which questions come first."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.mock_draw import Memory, PoolQuestion, draw, fill, minutes_for, plan, quotas, without_words_of

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
BLUEPRINT = {"D1": 8, "D2": 10, "D3": 12, "D4": 10, "D5": 18, "D6": 12, "D7": 14, "D8": 6, "D9": 10}


def questions(count: int, *areas: str, lesson: str = "") -> list[PoolQuestion]:
    lesson = lesson or f"M-{'-'.join(areas)}"
    return [PoolQuestion(lesson, str(number), frozenset(areas)) for number in range(count)]


@pytest.mark.parametrize(
    ("weights", "length", "expected"),
    [
        ({"D1": 2, "D2": 1}, 7, {"D1": 5, "D2": 2}),
        ({"D1": 1, "D2": 1, "D3": 1}, 10, {"D1": 4, "D2": 3, "D3": 3}),
        (BLUEPRINT, 100, BLUEPRINT),
        ({"D1": 3}, 0, {"D1": 0}),
        ({}, 5, {}),
    ],
)
def test_shares_are_rounded_by_largest_remainders(weights, length, expected):
    assert quotas(weights, length) == expected


@given(st.dictionaries(st.sampled_from(sorted(BLUEPRINT)), st.integers(1, 20), min_size=1), st.integers(0, 120))
def test_shares_add_up_and_stay_within_one_of_the_exact_share(weights, length):
    shared = quotas(weights, length)
    assert sum(shared.values()) == length
    total = sum(weights.values())
    assert all(abs(shared[area] - weights[area] * length / total) < 1 for area in weights)


def test_the_longest_plan_that_no_area_makes_too_short():
    pool = questions(10, "D1") + questions(2, "D2")
    found = plan({"D1": 2, "D2": 1}, pool, full=12)
    assert (found.length, dict(found.quotas)) == (7, {"D1": 5, "D2": 2})


def test_it_is_no_longer_than_the_exam():
    assert plan({"D1": 1}, questions(50, "D1"), full=20).length == 20


def test_an_area_without_questions_is_left_out_and_named():
    found = plan({"D1": 5, "D2": 5}, questions(6, "D1"), full=20)
    assert (dict(found.quotas), found.left_out) == ({"D1": 6}, ("D2",))


def test_without_questions_there_is_nothing():
    assert plan({"D1": 5}, [], full=20).length == 0


def test_two_areas_that_share_a_module_share_its_questions():
    """D5 and D6 have 22 questions between them; at a length of 74 they need 13 and 9, at 75 one more."""
    pool = questions(11, "D5") + questions(11, "D5", "D6")
    pool += [question for area in BLUEPRINT.keys() - {"D5", "D6"} for question in questions(20, area)]
    found = plan(BLUEPRINT, pool, full=120)
    assert (found.length, found.quotas["D5"], found.quotas["D6"]) == (74, 13, 9)


@given(
    st.lists(st.sets(st.sampled_from(["D1", "D2", "D3"]), min_size=1), max_size=6),
    st.fixed_dictionaries({"D1": st.integers(0, 2), "D2": st.integers(0, 2), "D3": st.integers(0, 2)}),
)
def test_no_arrangement_fills_more_places(areas, wanted):
    """Against trying every arrangement by hand."""
    pool = [PoolQuestion("M", str(number), frozenset(taught)) for number, taught in enumerate(areas)]
    filled = fill(pool, wanted)
    assert all(area in question.areas for question, area in filled.items())
    most = 0
    for seats in product(*[[*question.areas, None] for question in pool]):
        if all(seats.count(area) <= number for area, number in wanted.items()):
            most = max(most, sum(seat is not None for seat in seats))
    assert len(filled) == most


def test_the_first_in_line_is_taken_even_when_others_have_to_move():
    either, only = PoolQuestion("M1", "a", frozenset({"D1", "D2"})), PoolQuestion("M1", "b", frozenset({"D1"}))
    other = PoolQuestion("M1", "c", frozenset({"D2"}))
    assert fill([either, only, other], {"D1": 1, "D2": 1}) == {either: "D2", only: "D1"}


def test_new_questions_come_before_known_ones_then_seldom_ones_then_old_ones():
    pool = questions(5, "D1", lesson="M01-01")
    known = {("M01-01", "0"): (1, 0), ("M01-01", "1"): (2, 9), ("M01-01", "2"): (1, 5), ("M01-01", "3"): (2, 0)}
    memory = {place: Memory(times, NOW - timedelta(days=days)) for place, (times, days) in known.items()}
    order = [{question.block for question, _ in draw(pool, {"D1": size}, memory, seed="s")} for size in range(1, 6)]
    new = [one - before for one, before in zip(order, [set(), *order], strict=False)]
    assert new == [{"4"}, {"2"}, {"0"}, {"1"}, {"3"}]


def test_a_draw_can_be_made_again_and_another_seed_makes_another():
    pool = questions(30, "D1") + questions(30, "D2")
    wanted = {"D1": 10, "D2": 10}
    assert draw(pool, wanted, {}, seed="a") == draw(pool[::-1], wanted, {}, seed="a")
    assert {q for q, _ in draw(pool, wanted, {}, seed="a")} != {q for q, _ in draw(pool, wanted, {}, seed="b")}


def test_areas_are_mixed():
    drawn = draw(questions(30, "D1") + questions(30, "D2"), {"D1": 10, "D2": 10}, {}, seed="a")
    assert {area for _, area in drawn[:10]} == {"D1", "D2"}


@pytest.mark.parametrize(("length", "minutes"), [(73, 92), (80, 100), (1, 2)])
def test_time_at_the_pace_of_the_exam(length, minutes):
    assert minutes_for(length, exam_minutes=150, exam_length=120) == minutes


def test_a_question_with_the_words_of_an_item_is_left_out():
    pool = questions(3, "D1", lesson="M01-01")
    stems = {("M01-01", str(number)): ("stem", str(number)) for number in range(3)}
    kept = without_words_of(pool, stems, {("stem", "1"), ("another",)})
    assert [question.block for question in kept] == ["0", "2"]
