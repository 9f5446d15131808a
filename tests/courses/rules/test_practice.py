"""Which questions to practise, and the words for how it went."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.practice import Level, Memory, QuestionRef, Tally, Trend, choose, ends_at, tally, trend

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
POOL = [QuestionRef(f"M0{module}-0{lesson}", f"b{lesson}") for module in (1, 2, 3) for lesson in range(1, 5)]


def ref(number):
    return POOL[number]


def test_unknown_questions_come_before_known_ones():
    memory = {question: Memory(0, NOW) for question in POOL[:9]}
    assert set(choose(POOL, memory, count=3, seed="s")) == set(POOL[9:])


def test_then_those_that_were_seldom_right_then_the_oldest():
    memory = {question: Memory(2, NOW) for question in POOL}
    memory[ref(5)] = Memory(0, NOW)
    memory[ref(7)] = Memory(2, NOW - timedelta(days=1))
    assert set(choose(POOL, memory, count=2, seed="s")) == {ref(5), ref(7)}


@given(st.integers(0, 20), st.text(max_size=8))
def test_a_choice_is_part_of_the_pool_without_repeats_and_can_be_made_again(count, seed):
    chosen = choose(POOL, {}, count=count, seed=seed)
    assert len(chosen) == len(set(chosen)) == min(count, len(POOL))
    assert set(chosen) <= set(POOL)
    assert chosen == choose(list(reversed(POOL)), {}, count=count, seed=seed)


def test_two_seeds_ask_in_another_order():
    orders = {tuple(choose(POOL, {}, count=12, seed=str(seed))) for seed in range(5)}
    assert len(orders) == 5


@pytest.mark.parametrize(
    ("right", "asked", "level"),
    [
        (0, 3, Level.ATTEMPTED),
        (2, 3, Level.ATTEMPTED),
        (69, 100, Level.ATTEMPTED),
        (7, 10, Level.FAMILIAR),
        (99, 100, Level.FAMILIAR),
        (3, 3, Level.PROFICIENT),
    ],
)
def test_levels(right, asked, level):
    assert Tally(right, asked).level is level


def test_the_tally_counts_by_module():
    assert tally(POOL[:6], [ref(0), ref(1), ref(5)]) == {"M01": Tally(2, 4), "M02": Tally(1, 2)}


@pytest.mark.parametrize(
    ("before", "word"),
    [(None, Trend.FIRST), (Tally(0, 2), Trend.UP), (Tally(7, 10), Trend.SAME), (Tally(4, 4), Trend.DOWN)],
)
def test_trends(before, word):
    assert trend(Tally(8, 10), before) is word


def test_a_timed_run_has_the_pace_of_the_exam():
    assert ends_at(NOW, 120) - NOW == timedelta(minutes=150)
