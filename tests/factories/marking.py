"""Attempts with essays, and marks for them, through the real actions."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from courses.models import Enrolment
from exams.actions import attempts
from exams.actions.marking import mark, take_next
from exams.actions.saving import Save, save
from exams.models import Attempt, Exam, Mark, MarkingTask
from lms.accounts.models import User
from tests.factories.bank import ESSAY
from tests.factories.exams import make_exam, start_attempt

# Of 2, 1 and 2 points.
FULL = {"a": "2", "b": "1", "c": "2"}
NOTHING = dict.fromkeys("abc", "0")


def essay(code: str, **changes: Any) -> dict[str, Any]:
    """Write an essay item of five points in three criteria."""
    return ESSAY | {"code": code, "stem": f"Describe what you do in case {code.lower()}."} | changes


def make_essay_exam(essays: int, scored: int, pretest: int = 0, *, twice: str = "0", **changes: Any) -> Exam:
    """Make an exam whose first items are essays; `twice` is the share of answers that two people mark."""
    items = [essay(f"D1-9{number:02}") for number in range(1, essays + 1)]
    exam = make_exam(scored, pretest, items=items, **changes)
    Exam.objects.filter(pk=exam.pk).update(second_marking_share=Decimal(twice))
    exam.refresh_from_db()
    return exam


def hand_in(enrolment: Enrolment, exam: Exam, answers: dict[int, Any]) -> Attempt:
    """Sit an exam with these answers by place, and hand it in."""
    attempt = start_attempt(enrolment, exam)
    person, now = enrolment.person, timezone.now()
    for place, value in answers.items():
        save(attempt_id=attempt.pk, token=attempt.token, answer=Save(place, 1, value), by=person, received_at=now)
    return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=person, received_at=timezone.now())


def take(by: User) -> MarkingTask:
    """Take the next answer, which there has to be."""
    task = take_next(by=by)
    assert task is not None
    return task


def give(task: MarkingTask, by: User, comment: str = "", **awards: str) -> Mark:
    """Mark an answer with these points: a="1.5"."""
    return mark(task_id=task.pk, awards={n: Decimal(p) for n, p in awards.items()}, comment=comment, by=by)
