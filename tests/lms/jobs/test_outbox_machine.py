"""The outbox against a plain model of it: any order of claims, crashes, late ends and clock steps (T-1)."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from lms.jobs import actions
from lms.jobs.models import Job, JobState
from lms.jobs.rules import retry_delay

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=120)
ATTEMPTS = 8


@dataclass
class Expected:
    """What the model knows of one job."""

    state: str
    free_at: datetime
    attempts: int = 0
    token: uuid.UUID | None = None


class OutboxMachine(RuleBasedStateMachine):
    """Two or more workers without memory of each other, one clock."""

    jobs = Bundle("jobs")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[uuid.UUID, Expected] = {}
        self.now = START
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.travel.stop()

    @rule(target=jobs, delay=st.integers(0, 30))
    def enqueue(self, delay: int) -> Job:
        job = actions.enqueue("test.note", key=uuid.uuid4().hex, payload={}, delay=timedelta(seconds=delay))
        self.expected[job.pk] = Expected("waiting", self.now + timedelta(seconds=delay))
        return job

    @rule(seconds=st.sampled_from([1, 2, 31, 119, 120, 121, 900]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.clock.move_to(self.now)

    @rule(target=claims, job=jobs)
    def claim(self, job: Job) -> Job | None:
        known = self.expected[job.pk]
        due = (known.state == "waiting" and known.free_at <= self.now) or (
            known.state == "running" and known.free_at < self.now
        )
        claimed = actions.claim(job.pk)
        if due and known.state == "running" and known.attempts >= ATTEMPTS:
            assert claimed is None
            self.expected[job.pk] = Expected("dead", self.now, known.attempts)
            return None
        assert (claimed is not None) == due
        if claimed is not None:
            self.expected[job.pk] = Expected("running", self.now + LEASE, known.attempts + 1, claimed.lease_token)
        return claimed

    @rule(claim=consumes(claims))
    def finish(self, claim: Job | None) -> None:
        if claim is None:
            return
        known = self.expected[claim.pk]
        held = known.state == "running" and known.token == claim.lease_token
        assert actions.finish(claim) == held
        if held:
            self.expected[claim.pk] = Expected("done", self.now, known.attempts)

    @rule(claim=consumes(claims))
    def fail(self, claim: Job | None) -> None:
        if claim is None:
            return
        known = self.expected[claim.pk]
        actions.fail(claim, RuntimeError("no"))
        if known.state != "running" or known.token != claim.lease_token:
            return
        dead = known.attempts >= ATTEMPTS
        free_at = self.now if dead else self.now + retry_delay(known.attempts)
        self.expected[claim.pk] = Expected("dead" if dead else "waiting", free_at, known.attempts)

    @rule(claim=consumes(claims))
    def crash(self, claim: Job | None) -> None:
        """The worker is gone: nothing is written, the lease lapses by itself."""

    @rule(job=jobs)
    def retry(self, job: Job) -> None:
        dead = self.expected[job.pk].state == "dead"
        assert actions.retry(job, by=None) == dead
        if dead:
            self.expected[job.pk] = Expected("waiting", self.now)

    @invariant()
    def rows_are_as_expected(self) -> None:
        rows = {job.pk: (job.state, job.attempts, job.lease_token) for job in Job.objects.all()}
        assert rows == {pk: (JobState(known.state), known.attempts, known.token) for pk, known in self.expected.items()}


@pytest.mark.django_db
def test_the_outbox_behaves_like_its_model() -> None:
    run_state_machine_as_test(
        OutboxMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
