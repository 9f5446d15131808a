"""Putting work into the outbox, claiming it, and recording how it ended."""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.audit.actions import Actor, record
from lms.audit.verbs import Verb
from lms.jobs.models import Job, JobState
from lms.jobs.rules import next_slot, next_try_of_periodic, retry_delay

logger = logging.getLogger(__name__)

TASK_NAME = "jobs.work"
LONGEST_ERROR = 2000


def enqueue(kind: str, *, key: str, payload: dict[str, Any], delay: timedelta = timedelta()) -> Job:
    """Add a job in the caller's transaction, so that it exists exactly when its cause does.

    The same `key` twice is one job: the first stays. Payloads hold ids, never names or answers.
    """
    job, created = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "payload": payload, "run_after": timezone.now() + delay}
    )
    if created and not delay:
        transaction.on_commit(lambda: ring(job.pk))
    return job


def enqueue_all(kind: str, jobs: Mapping[str, dict[str, Any]]) -> None:
    """Add many jobs in the caller's transaction by one query: the payload of each by its key.

    As with `enqueue`, the same key twice is one job. The broker is not rung for each: workers find them by themselves.
    """
    rows = [Job(kind=kind, key=key, payload=payload) for key, payload in jobs.items()]
    Job.objects.bulk_create(rows, ignore_conflicts=True)


def ring(job_id: uuid.UUID) -> None:
    """Tell a worker through the broker that there is work. Losing the message costs seconds, never the work."""
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return  # embedded workers poll the outbox themselves
    try:
        current_app.send_task(TASK_NAME, args=[str(job_id)])
    except OperationalError as error:
        logger.warning("The broker did not take a message; workers will find the job by themselves.", exc_info=error)


def claim(job_id: uuid.UUID | str) -> Job | None:
    """Take a due job for this worker; None when another one has it or it is not due.

    A job whose lease lapsed at its last attempt is given up instead: whatever it does seems to kill its worker.
    """
    if _bury(job_id):
        return None
    token = uuid.uuid4()
    lease_until = timezone.now() + timedelta(seconds=settings.JOBS_LEASE_SECONDS)
    claimed = (
        Job.objects.due()
        .filter(pk=job_id)
        .update(state=JobState.RUNNING, lease_until=lease_until, lease_token=token, attempts=F("attempts") + 1)
    )
    return Job.objects.filter(pk=job_id, lease_token=token).first() if claimed else None


def _bury(job_id: uuid.UUID | str) -> bool:
    """Give up a job that never came back from its last attempt; periodic work is never given up."""
    now = timezone.now()
    lost = Job.objects.filter(
        pk=job_id,
        state=JobState.RUNNING,
        lease_until__lt=now,
        attempts__gte=settings.JOBS_MAXIMUM_ATTEMPTS,
        every_seconds__isnull=True,
    )
    return bool(
        lost.update(
            state=JobState.DEAD,
            finished_at=now,
            lease_until=None,
            lease_token=None,
            last_error="The worker did not come back from any attempt.",
        )
    )


def finish(job: Job) -> bool:
    """Mark a claimed job as done; False when its lease had lapsed and somebody else took it over."""
    if job.every_seconds:
        run_after = next_slot(timezone.now(), job.every_seconds)
        return _give_back(job, state=JobState.WAITING, run_after=run_after, attempts=0, last_error="")
    return _give_back(job, state=JobState.DONE, finished_at=timezone.now(), last_error="")


def fail(job: Job, error: BaseException) -> None:
    """Record a failed attempt: try again later, or give up visibly after the last attempt.

    Periodic work is never given up: its row waits for the next slot and keeps the error for everybody to see.
    """
    text = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    now = timezone.now()
    if job.attempts >= settings.JOBS_MAXIMUM_ATTEMPTS:
        logger.error("A job failed for the last time.", extra={"job": str(job.pk), "kind": job.kind})
    if job.every_seconds:
        run_after = next_try_of_periodic(now, job.every_seconds, job.attempts)
        attempts = min(job.attempts, settings.JOBS_MAXIMUM_ATTEMPTS)
        _give_back(job, state=JobState.WAITING, run_after=run_after, attempts=attempts, last_error=text)
    elif job.attempts >= settings.JOBS_MAXIMUM_ATTEMPTS:
        _give_back(job, state=JobState.DEAD, finished_at=now, last_error=text)
    else:
        _give_back(job, state=JobState.WAITING, run_after=now + retry_delay(job.attempts), last_error=text)


def _give_back(job: Job, **changes: Any) -> bool:
    """End this worker's hold on a job; False when it no longer had it."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
    return bool(held.update(lease_until=None, lease_token=None, **changes))


@transaction.atomic
def retry(job: Job, *, by: Actor) -> bool:
    """Start a dead job again, by a person; False when it is not dead."""
    revived = Job.objects.filter(pk=job.pk, state=JobState.DEAD).update(
        state=JobState.WAITING, run_after=timezone.now(), attempts=0, finished_at=None
    )
    if revived:
        record(Verb.JOB_RETRIED, by=by, target=job, data={"kind": job.kind})
        transaction.on_commit(lambda: ring(job.pk))
    return bool(revived)
