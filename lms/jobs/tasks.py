"""The one Celery task: claim a job of the outbox, do it, record how it ended."""

import logging

from celery import shared_task

from lms.jobs import actions
from lms.jobs.registry import handler_for

logger = logging.getLogger(__name__)


@shared_task(name=actions.TASK_NAME)
def work(job_id: str) -> None:
    """Do the job with this id, unless another worker has it.

    Failures are recorded on the job's row, which decides about the next attempt; Celery's own retries stay unused.
    """
    job = actions.claim(job_id)
    if job is None:
        return
    try:
        handler_for(job.kind)(job.payload)
    except Exception as error:
        logger.warning("A job failed.", exc_info=error, extra={"job": job_id, "kind": job.kind})
        actions.fail(job, error)
    else:
        if not actions.finish(job):
            logger.warning("A job outlived its lease.", extra={"job": job_id, "kind": job.kind})
