"""What the clock starts in exams."""

from typing import Any

from exams.actions import attempts, exposure
from lms.jobs.registry import every, handles

CLOSING_JOB = "exams.close_overdue"
EXPOSURE_JOB = "exams.count_exposure"


@handles(CLOSING_JOB)
def close_overdue_attempts(payload: dict[str, Any]) -> None:
    """Close and score every attempt whose time is over; also what `manage.py close_overdue_attempts` does."""
    attempts.close_overdue()


every(kind=CLOSING_JOB, seconds=30)


@handles(EXPOSURE_JOB)
def count_exposure(payload: dict[str, Any]) -> None:
    """Count how often items were given out, for the forms that come."""
    exposure.count_exposure()


every(kind=EXPOSURE_JOB, hours=1)
