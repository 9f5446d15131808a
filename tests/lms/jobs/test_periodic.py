"""Work that comes round by the clock: one row per kind, one run per slot."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.jobs import actions, schedule_rows
from lms.jobs.models import Job, JobState
from lms.jobs.registry import every, handles
from lms.jobs.tasks import work
from tests.lms.jobs.conftest import DONE

pytestmark = pytest.mark.django_db
AT_7 = datetime(2026, 11, 21, 10, 7, tzinfo=UTC)
AT_30 = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


def planned(kind: str) -> Job:
    every(kind=kind, minutes=30)
    schedule_rows.ensure()
    return Job.objects.get(kind=kind)


def test_it_waits_for_the_next_slot_runs_and_waits_again() -> None:
    with time_machine.travel(AT_7, tick=False) as clock:
        job = planned("test.note")
        work(str(job.pk))
        assert DONE == []
        clock.move_to(AT_30 + timedelta(seconds=1))
        work(str(job.pk))
        work(str(job.pk))
    job.refresh_from_db()
    assert (DONE, job.state, job.run_after) == ([0], JobState.WAITING, AT_30 + timedelta(minutes=30))


def test_slots_that_passed_are_not_made_up_for() -> None:
    with time_machine.travel(AT_7, tick=False) as clock:
        job = planned("test.note")
        clock.shift(timedelta(days=7))
        work(str(job.pk))
        work(str(job.pk))
    assert DONE == [0]


def test_a_failure_is_tried_again_soon_and_never_given_up() -> None:
    with time_machine.travel(AT_7, tick=False) as clock:
        job = planned("test.break")
        for _ in range(12):
            clock.shift(timedelta(minutes=30))
            work(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 8)
    assert "on fire" in job.last_error


def test_planning_twice_makes_one_row_and_a_new_period_is_followed() -> None:
    planned("test.note")
    schedule_rows.ensure()
    Job.objects.update(every_seconds=60)
    schedule_rows.ensure()
    assert [job.every_seconds for job in Job.objects.all()] == [1800]


def test_periodic_rows_do_not_count_as_unfinished_work() -> None:
    planned("test.note")
    assert not Job.objects.unfinished().exists()
    actions.enqueue("test.note", key="once", payload={})
    assert Job.objects.unfinished().count() == 1


def test_a_kind_has_one_period_and_one_handler() -> None:
    every(kind="test.note", hours=1)
    every(kind="test.note", minutes=60)
    with pytest.raises(ValueError, match="Two periods"):
        every(kind="test.note", seconds=30)
    with pytest.raises(ValueError, match="at least one second"):
        every(kind="test.note")
    with pytest.raises(ValueError, match="Two handlers"):
        handles("test.note")(lambda payload: None)
