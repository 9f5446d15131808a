"""What the clock starts in exams."""

from typing import Any

from exams.actions import attempts
from lms.jobs.registry import every, handles

CLOSING_JOB = "exams.close_overdue"


@handles(CLOSING_JOB)
def close_overdue_attempts(payload: dict[str, Any]) -> None:
    """Close and score every attempt whose time is over; also what `manage.py close_overdue_attempts` does."""
    attempts.close_overdue()


every(kind=CLOSING_JOB, seconds=30)
