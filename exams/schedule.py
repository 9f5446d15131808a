"""What the clock starts in exams."""

from typing import Any

from exams.actions import attempts, exposure, mocks, presence
from lms.jobs.registry import every, handles

CLOSING_JOB = "exams.close_overdue"
EXPOSURE_JOB = "exams.count_exposure"
FORGETTING_JOB = "exams.forget_signals"


@handles(CLOSING_JOB)
def close_overdue_attempts(payload: dict[str, Any]) -> None:
    """Close and score what ran out of time; also what `manage.py close_overdue_attempts` does."""
    attempts.close_overdue()
    mocks.close_overdue()


@handles(FORGETTING_JOB)
def forget_old_signals(payload: dict[str, Any]) -> None:
    """Remove what exam rooms noted of browsers once it is old."""
    presence.forget_old()


every(kind=CLOSING_JOB, seconds=30)
every(kind=FORGETTING_JOB, hours=24)


@handles(EXPOSURE_JOB)
def count_exposure(payload: dict[str, Any]) -> None:
    """Count how often items were given out, for the forms that come."""
    exposure.count_exposure()


every(kind=EXPOSURE_JOB, hours=1)
