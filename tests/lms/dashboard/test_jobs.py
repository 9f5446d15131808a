"""The page about background work."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.audit.models import Event
from lms.jobs.models import Job, JobState, WorkerHeartbeat


@pytest.fixture
def rosa(client_for: Callable[[User], Client], registrar: User) -> Client:
    return client_for(registrar)


@pytest.fixture
def dead(db: None) -> Job:
    return Job.objects.create(
        kind="mail", key="m:1", state=JobState.DEAD, attempts=8, finished_at=timezone.now(), last_error="No <way>"
    )


def test_failed_jobs_come_first_with_their_error(rosa: Client, dead: Job) -> None:
    Job.objects.create(kind="mail", key="older", run_after=timezone.now() - timezone.timedelta(days=1))
    answer = rosa.get("/jobs/")
    assert [job.key for job in answer.context["page"]] == ["m:1", "older"]
    assert "No &lt;way&gt;" in answer.content.decode()


def test_states_are_counted_and_chosen(rosa: Client, dead: Job) -> None:
    Job.objects.create(kind="mail", key="m:2")
    answer = rosa.get("/jobs/?state=waiting")
    assert [job.key for job in answer.context["page"]] == ["m:2"]
    assert {state: count for state, _, count in answer.context["states"]} == {
        "dead": 1,
        "running": 0,
        "waiting": 1,
        "done": 0,
    }


def test_an_unknown_state_or_page_is_taken_as_none(rosa: Client, dead: Job) -> None:
    assert list(rosa.get("/jobs/?state=lost&page=x").context["page"]) == [dead]


def test_a_failed_job_is_started_again_once(rosa: Client, dead: Job) -> None:
    for _ in range(2):
        assert rosa.post(f"/jobs/{dead.pk}/retry/").headers["Location"] == "/jobs/"
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (JobState.WAITING, 0)
    assert Event.objects.filter(verb="job.retried").count() == 1


def test_retrying_needs_a_post_and_a_job(rosa: Client, dead: Job) -> None:
    assert rosa.get(f"/jobs/{dead.pk}/retry/").status_code == 405
    assert rosa.post("/jobs/00000000-0000-0000-0000-000000000000/retry/").status_code == 404


def test_silent_workers_are_marked(rosa: Client) -> None:
    WorkerHeartbeat.objects.create(name="here", seen_at=timezone.now())
    WorkerHeartbeat.objects.create(name="gone", seen_at=timezone.now() - timezone.timedelta(minutes=1))
    assert [(worker.name, alive) for worker, alive in rosa.get("/jobs/").context["workers"]] == [
        ("gone", False),
        ("here", True),
    ]


@pytest.mark.parametrize("jobs", [3, 300])
def test_queries_do_not_grow_with_jobs(rosa: Client, jobs: int, django_assert_max_num_queries) -> None:
    Job.objects.bulk_create(Job(kind="mail", key=f"m:{number}") for number in range(jobs))
    rosa.get("/jobs/")
    with django_assert_max_num_queries(8):
        answer = rosa.get("/jobs/")
    assert len(answer.context["page"]) == min(jobs, 25)
