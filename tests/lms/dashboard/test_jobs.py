"""The page about background work."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.audit.models import Event
from lms.dashboard.job_words import KIND_WORDS
from lms.jobs.models import Job, JobState, WorkerHeartbeat

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = {"lms", "content", "courses", "exams", "certificates"}


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


def test_every_kind_of_job_has_words() -> None:
    code = "\n".join(path.read_text() for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] in PACKAGES)
    constants = dict(re.findall(r'^(\w+) = "([\w.]+)"$', code, re.MULTILINE))
    named = re.findall(r"^@handles\(([^)]+)\)", code, re.MULTILINE)
    assert {constants.get(name.rpartition(".")[2], name.strip('"')) for name in named} == set(KIND_WORDS)


def test_kinds_are_shown_in_words_beside_their_names(rosa: Client, db: None) -> None:
    Job.objects.create(kind="certificate.render", key="certificate.render:1")
    page = rosa.get("/jobs/").content.decode()
    assert "Make and sign a certificate</span>" in page
    assert "certificate.render certificate.render:1" in page


def test_filter_by_kind_and_day_keeps_the_state(rosa: Client, dead: Job) -> None:
    render = Job.objects.create(kind="certificate.render", key="r:1")
    old = Job.objects.create(kind="certificate.render", key="r:2")
    Job.objects.filter(pk=old.pk).update(created_at="2020-05-04T10:00:00Z")
    assert list(rosa.get("/jobs/", {"kind": "certificate.render"}).context["page"]) == [render, old]
    assert list(rosa.get("/jobs/", {"day": "2020-05-04"}).context["page"]) == [old]
    answer = rosa.get("/jobs/", {"kind": "certificate.render", "state": "dead"})
    assert list(answer.context["page"]) == []
    assert "kind=certificate.render&amp;state=waiting" in answer.content.decode()


@pytest.mark.parametrize("query", [{"day": "soon"}, {"kind": "lost"}])
def test_a_filter_that_cannot_be_read_says_so(rosa: Client, dead: Job, query: dict[str, str]) -> None:
    answer = rosa.get("/jobs/", query)
    assert list(answer.context["page"]) == [dead]
    assert answer.context["form"].errors
