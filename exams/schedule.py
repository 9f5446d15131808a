"""What the clock starts in exams."""

from typing import Any

from celery import shared_task

from exams.actions import attempts
from lms.jobs.registry import handles


@shared_task(name="exams.close_overdue_attempts")
def close_overdue_attempts() -> int:
    """Close every attempt whose time is over; for a scheduler, and for `manage.py close_overdue_attempts`."""
    return attempts.close_overdue()


@handles(attempts.CLOSING_JOB)
def close_after_deadline(payload: dict[str, Any]) -> None:
    """Run when an attempt's time is over: each start leaves this job in the outbox.

    It closes whatever is overdue, so one lost job is made good by the next.
    """
    attempts.close_overdue()
