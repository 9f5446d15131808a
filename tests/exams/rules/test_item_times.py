"""Seconds on an item from the moments of saves, by hand."""

from datetime import UTC, datetime, timedelta

from exams.rules.item_times import TimeSpent, seconds_by_place, time_spent

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def saved(*saves):
    return [(place, START + timedelta(seconds=seconds)) for place, seconds in saves]


def test_a_stretch_belongs_to_the_place_saved_at_its_end():
    assert seconds_by_place(START, saved((1, 40), (2, 60), (1, 65)), []) == {1: 45, 2: 20}


def test_a_stretch_with_a_pause_belongs_to_nobody():
    pause = START + timedelta(seconds=50)
    assert seconds_by_place(START, saved((1, 40), (2, 600), (3, 630)), [pause]) == {1: 40, 3: 30}


def test_a_clock_set_back_takes_nothing_away():
    assert seconds_by_place(START, saved((1, 40), (1, 30)), []) == {1: 40}


def test_median_and_tail():
    # Ten values 10 to 100: the middle of 50 and 60; the 90th percentile a tenth of the way from 90 to 100.
    assert time_spent([10.0 * value for value in range(1, 11)]) == TimeSpent(10, 55, 91)
    assert time_spent([]) is None
