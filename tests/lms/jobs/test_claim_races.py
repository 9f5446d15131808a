"""Workers that reach for the same job at the same moment."""

from functools import partial

import pytest

from lms.jobs import actions
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import work
from tests.lms.jobs.conftest import DONE
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_many_workers_gets_a_job() -> None:
    for number in range(10):
        job = actions.enqueue("test.note", key=f"job:{number}", payload={})
        claims = at_once([partial(actions.claim, job.pk)] * 4)
        assert sum(claim is not None for claim in claims) == 1


def test_many_workers_do_every_job_once() -> None:
    jobs = [actions.enqueue("test.note", key=f"job:{number}", payload={"number": number}) for number in range(20)]

    def one_worker() -> None:
        for job in jobs:
            work(str(job.pk))

    at_once([one_worker] * 4)
    assert sorted(DONE) == list(range(20))
    assert Job.objects.filter(state=JobState.DONE).count() == 20


def test_the_same_cause_at_the_same_moment_is_one_job() -> None:
    jobs = at_once([partial(actions.enqueue, "test.note", key="one cause", payload={})] * 4)
    assert len({job.pk for job in jobs}) == 1
