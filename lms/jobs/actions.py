"""Putting work into the outbox, claiming it, and recording how it ended."""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lms.audit.actions import Actor, record
from lms.audit.verbs import Verb
from lms.jobs.models import Job, JobState
from lms.jobs.rules import retry_delay

logger = logging.getLogger(__name__)


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


def ring(job_id: uuid.UUID) -> None:
    """Tell a worker through the broker that there is work. Losing the message costs seconds, never the work."""
    from lms.jobs.tasks import work

    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return  # embedded workers poll the outbox themselves
    try:
        work.delay(str(job_id))
    except work.OperationalError as error:
        logger.warning("The broker did not take a message; workers will find the job by themselves.", exc_info=error)


def claim(job_id: uuid.UUID | str) -> Job | None:
    """Take a due job for this worker; None when another one has it or it is not due."""
    token = uuid.uuid4()
    lease_until = timezone.now() + timedelta(seconds=settings.JOBS_LEASE_SECONDS)
    claimed = (
        Job.objects.due()
        .filter(pk=job_id)
        .update(state=JobState.RUNNING, lease_until=lease_until, lease_token=token, attempts=F("attempts") + 1)
    )
    return Job.objects.get(pk=job_id) if claimed else None


def finish(job: Job) -> bool:
    """Mark a claimed job as done; False when its lease had lapsed and somebody else took it over."""
    return bool(
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token).update(
            state=JobState.DONE, finished_at=timezone.now(), lease_until=None, lease_token=None, last_error=""
        )
    )


def fail(job: Job, error: BaseException) -> None:
    """Record a failed attempt: try again later, or give up visibly after the last attempt."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)
    text = f"{type(error).__name__}: {error}"[:2000]
    if job.attempts >= settings.JOBS_MAXIMUM_ATTEMPTS:
        held.update(
            state=JobState.DEAD, finished_at=timezone.now(), lease_until=None, lease_token=None, last_error=text
        )
        logger.error("A job failed for the last time.", extra={"job": str(job.pk), "kind": job.kind})
        return
    held.update(
        state=JobState.WAITING,
        run_after=timezone.now() + retry_delay(job.attempts),
        lease_until=None,
        lease_token=None,
        last_error=text,
    )


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
