"""What the clock starts in learning."""

from typing import Any

from courses.actions.seminar_news import remind
from courses.actions.seminar_seats import move_waiting_lists
from lms.jobs.registry import every, handles

LIST_MOVING_JOB = "courses.move_waiting_lists"
SEMINAR_REMINDING_JOB = "courses.remind_of_seminars"


@handles(LIST_MOVING_JOB)
def move_lists(payload: dict[str, Any]) -> None:
    """Let offers go on that nobody answered in time, and end the waiting lists of seminars that have begun."""
    move_waiting_lists()


@handles(SEMINAR_REMINDING_JOB)
def remind_of_seminars(payload: dict[str, Any]) -> None:
    """Remind trainees and instructors of the seminars of the next 24 hours, each of them once."""
    remind()


every(kind=LIST_MOVING_JOB, minutes=1)
every(kind=SEMINAR_REMINDING_JOB, hours=1)
