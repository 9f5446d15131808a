"""Pauses and slots, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.jobs.rules import next_slot, next_try_of_periodic, retry_delay

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
periods = st.integers(1, 7 * 24 * 3600)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 8), (3, 32), (4, 128), (5, 512), (6, 900), (5000, 900)])
def test_pauses_grow_fourfold_up_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert retry_delay(attempts) == timedelta(seconds=seconds)


@given(now=moments, period=periods)
def test_the_next_slot_is_the_first_multiple_of_the_period_after_now(now: datetime, period: int) -> None:
    slot = next_slot(now, period)
    assert timedelta() < slot - now <= timedelta(seconds=period)
    assert int(slot.timestamp()) % period == 0


@given(now=moments, period=periods, attempts=st.integers(1, 100))
def test_failed_periodic_work_is_tried_no_later_than_its_next_slot(now: datetime, period: int, attempts: int) -> None:
    assert now < next_try_of_periodic(now, period, attempts) <= next_slot(now, period)
