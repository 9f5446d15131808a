"""Jobs: put in, claimed, done, failed, given up, started again."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from lms.accounts.models import User
from lms.audit.models import Event
from lms.jobs import actions
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import work
from tests.lms.jobs.conftest import DONE

MakeJob = Callable[..., Job]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_job_is_done_once(make_job: MakeJob) -> None:
    job = make_job(number=7)
    work(str(job.pk))
    work(str(job.pk))
    job.refresh_from_db()
    assert (DONE, job.state, job.attempts, job.lease_token) == ([7], JobState.DONE, 1, None)


def test_the_same_cause_twice_is_one_job(db: None) -> None:
    first = actions.enqueue("test.note", key="cause", payload={"number": 1})
    second = actions.enqueue("test.note", key="cause", payload={"number": 2})
    assert first.pk == second.pk
    assert Job.objects.get().payload == {"number": 1}


def test_many_jobs_are_put_in_at_once_and_the_first_of_a_key_stays(db: None, django_assert_num_queries) -> None:
    actions.enqueue("test.note", key="b", payload={"number": 1})
    with django_assert_num_queries(1):
        actions.enqueue_all("test.note", {key: {"number": 2} for key in "abc"})
    found = {job.key: job.payload["number"] for job in Job.objects.due()}
    assert found == {"a": 2, "b": 1, "c": 2}


def test_a_job_exists_only_when_its_cause_does(db: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.enqueue("test.note", key="cause", payload={})
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_a_delayed_job_waits_for_its_time(db: None) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        job = actions.enqueue("test.note", key="later", payload={}, delay=timedelta(minutes=5))
        assert actions.claim(job.pk) is None
        clock.shift(timedelta(minutes=5))
        assert actions.claim(job.pk) is not None


@pytest.mark.django_db
def test_a_job_that_is_gone_is_not_claimed() -> None:
    assert actions.claim(uuid.uuid4()) is None


def test_a_failed_job_comes_again_later_and_says_why(make_job: MakeJob) -> None:
    with time_machine.travel(NOON, tick=False):
        job = make_job("test.break")
        work(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert job.run_after == NOON + timedelta(seconds=2)
    assert job.last_error == "ConnectionError: the printer is on fire"


def test_a_kind_that_nobody_handles_fails_visibly(make_job: MakeJob) -> None:
    job = make_job("test.unknown")
    work(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.WAITING, "KeyError: 'test.unknown'")


def test_a_job_is_dead_after_eight_attempts(make_job: MakeJob) -> None:
    job = make_job("test.break")
    with time_machine.travel(NOON, tick=False) as clock:
        Job.objects.update(run_after=NOON)
        for _ in range(8):
            work(str(job.pk))
            clock.shift(timedelta(minutes=15))
        work(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DEAD, 8)


def test_a_job_that_kills_its_workers_is_given_up(make_job: MakeJob) -> None:
    job = make_job()
    with time_machine.travel(NOON, tick=False) as clock:
        Job.objects.update(run_after=NOON)
        claims = []
        for _ in range(9):
            claims.append(actions.claim(job.pk))
            clock.shift(timedelta(seconds=121))
    job.refresh_from_db()
    assert [claim is not None for claim in claims] == [True] * 8 + [False]
    assert (job.state, job.last_error) == (JobState.DEAD, "The worker did not come back from any attempt.")


def test_a_person_starts_a_dead_job_again(make_job: MakeJob, registrar: User) -> None:
    job = make_job(number=3)
    Job.objects.update(state=JobState.DEAD, finished_at=NOON, attempts=8)
    assert actions.retry(job, by=registrar) is True
    work(str(job.pk))
    assert DONE == [3]
    assert Event.objects.filter(verb="job.retried", actor=str(registrar.public_id), target_id=str(job.pk)).count() == 1


def test_only_a_dead_job_is_started_again(make_job: MakeJob, registrar: User) -> None:
    assert actions.retry(make_job(), by=registrar) is False
    assert not Event.objects.filter(verb="job.retried").exists()


def test_a_lapsed_lease_is_taken_over_and_the_late_worker_changes_nothing(make_job: MakeJob) -> None:
    job = make_job()
    with time_machine.travel(NOON, tick=False) as clock:
        Job.objects.update(run_after=NOON)
        slow = actions.claim(job.pk)
        assert actions.claim(job.pk) is None
        clock.shift(timedelta(seconds=121))
        quick = actions.claim(job.pk)
    assert slow is not None
    assert quick is not None
    assert actions.finish(slow) is False
    actions.fail(slow, RuntimeError("too late"))
    job.refresh_from_db()
    assert (job.state, job.lease_token, job.last_error) == (JobState.RUNNING, quick.lease_token, "")
    assert actions.finish(quick) is True


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "running"},
        {"state": "done"},
        {"state": "waiting", "finished_at": NOON},
        {"state": "lost"},
    ],
    ids=["running without lease", "done without time", "waiting with time", "no such state"],
)
def test_the_database_refuses_rows_that_make_no_sense(make_job: MakeJob, broken: dict[str, object]) -> None:
    job = make_job()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**broken)
