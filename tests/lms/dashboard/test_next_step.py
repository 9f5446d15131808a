"""What the home page offers first."""

from typing import Any, cast

from lms.dashboard.certificate_path import CONTINUE_EXAM, Road, Step

READY = Step("First exam", "Ready", "accent", act="Go to the exam")
RUNNING = Step("Second exam", "In progress", "accent", act=CONTINUE_EXAM)
DONE = Step("Admission", "Completed", "")


def next_of(*steps: Step) -> Step | None:
    return Road(cast(Any, None), cast(Any, None), steps).next_step


def test_an_exam_whose_clock_runs_comes_before_one_that_is_ready() -> None:
    assert next_of(DONE, READY, RUNNING) == RUNNING


def test_else_the_first_that_offers_something() -> None:
    assert next_of(DONE, READY, Step("Third", "Ready", "accent", act="Go")) == READY
    assert next_of(DONE) is None
