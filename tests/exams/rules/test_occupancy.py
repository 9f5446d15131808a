"""Minutes and resources of an appointment, held against a naive comparison of intervals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.occupancy import minutes_of, needs_device, resources_of, same_words

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_an_hour_has_sixty_minutes_and_not_the_next_one():
    assert len(minutes_of(NINE, NINE + 60 * MINUTE)) == 60
    assert not set(minutes_of(NINE, NINE + 60 * MINUTE)) & set(minutes_of(NINE + 60 * MINUTE, NINE + 61 * MINUTE))


def test_a_minute_that_is_only_touched_is_taken():
    half = timedelta(seconds=30)
    assert len(minutes_of(NINE, NINE + 12 * MINUTE + half)) == 13
    assert len(minutes_of(NINE + half, NINE + MINUTE)) == 1


whole_minutes = st.integers(0, 180)
spans = st.tuples(whole_minutes, st.integers(1, 90))


@given(spans, spans)
def test_minutes_meet_exactly_when_intervals_do(one, other):
    def moments(span):
        return NINE + span[0] * MINUTE, NINE + (span[0] + span[1]) * MINUTE

    (starts, ends), (begins, stops) = moments(one), moments(other)
    apart = ends <= begins or stops <= starts
    assert set(minutes_of(starts, ends)).isdisjoint(minutes_of(begins, stops)) == apart


seconds = st.integers(0, 7200)


@given(seconds, st.integers(1, 3600), seconds, st.integers(1, 3600))
def test_with_seconds_no_overlap_is_ever_missed(start, length, begin, duration):
    one = NINE + timedelta(seconds=start), NINE + timedelta(seconds=start + length)
    other = NINE + timedelta(seconds=begin), NINE + timedelta(seconds=begin + duration)
    overlap = any(one[0] <= NINE + timedelta(seconds=s) < one[1] for s in range(begin, begin + duration))
    if overlap:
        assert set(minutes_of(*one)) & set(minutes_of(*other))


people = st.sets(st.integers(1, 4), max_size=2)
words = st.sampled_from(["", "Room 1", " room  1 ", "ROOM 2", "No device"])


@given(people, words, words, people, words, words)
def test_resources_meet_exactly_when_somebody_or_something_is_shared(who, place, device, whom, room, coil):
    shared = who & whom
    shared_place = place.split() and place.upper().split() == room.upper().split()
    shared_device = device.split() and device.upper().split() == coil.upper().split() and device != "No device"
    one, other = (
        resources_of(people=who, place=place.strip(), device=device.strip()),
        resources_of(people=whom, place=room.strip(), device=coil.strip()),
    )
    assert bool(set(one) & set(other)) == bool(shared or shared_place or shared_device)


def test_the_order_is_the_same_for_everybody():
    assert resources_of(people=[9, 10], place="B", device="A") == ("device:a", "person:10", "person:9", "place:b")


@pytest.mark.parametrize(("one", "other", "same"), [("Room 2", " room  2", True), ("Room 2", "Room 3", False)])
def test_names_are_compared_without_case_and_spaces(one, other, same):
    assert same_words(one, other) is same


def test_without_a_device_none_is_taken():
    assert not needs_device("no  DEVICE")
    assert needs_device("No device 2")
