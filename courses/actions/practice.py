"""Practising: starting a run, answering, ending it. No audit events: practice decides nothing."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from content.blocks import feedback_on
from content.rules.formative import Feedback
from courses.errors import PracticeError
from courses.models import Enrolment, PracticeAnswer, PracticeRun
from courses.practice_pool import pool_of, question_at
from courses.rules.practice import Memory, QuestionRef, choose, ends_at
from courses.rules.progress import Progress
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand


@transaction.atomic
def start_run(
    *, enrolment: Enrolment, progress: Progress, modules: Collection[str], count: int, timed: bool, by: User
) -> PracticeRun:
    """Start a run of up to `count` questions from these modules; an open run of the trainee ends with it.

    Raises `PracticeError` `no_questions` when the modules hold none.
    """
    _demand_own(enrolment, by)
    lessons = [lesson for standing in progress.modules for lesson in standing.module.lessons]
    pool = [ref for ref in pool_of(lessons) if ref.module in modules]
    chosen = choose(pool, memory_of(enrolment), count=count, seed=secrets.token_hex(8))
    if not chosen:
        raise PracticeError("no_questions", "These modules have no practice questions. Choose others.")
    now = timezone.now()
    PracticeRun.objects.filter(enrolment=enrolment, finished_at=None).update(finished_at=now)
    return PracticeRun.objects.create(
        enrolment=enrolment,
        questions=[[ref.lesson, ref.block] for ref in chosen],
        started_at=now,
        ends_at=ends_at(now, len(chosen)) if timed else None,
    )


def memory_of(enrolment: Enrolment) -> dict[QuestionRef, Memory]:
    """Return what the trainee's earlier runs say of each question that was answered."""
    rows = PracticeAnswer.objects.filter(run__enrolment=enrolment).order_by("answered_at")
    known: dict[QuestionRef, Memory] = {}
    for questions, position, right, answered_at in rows.values_list(
        "run__questions", "position", "right", "answered_at"
    ):
        ref = QuestionRef(*questions[position - 1])
        before = known.get(ref)
        known[ref] = Memory((before.right if before else 0) + right, answered_at)
    return known


def is_over(run: PracticeRun, now: datetime) -> bool:
    """Whether a run takes no more answers: ended by the trainee, or by its clock."""
    return run.finished_at is not None or (run.ends_at is not None and now > run.ends_at)


def answer(*, run: PracticeRun, position: int, answers: list[str], by: User, received_at: datetime) -> Feedback:
    """Answer one question of a run and return the feedback; the first usable answer stands.

    Raises `PracticeError`: `run_over`, `question_gone` (an editor took it out), `answered` (it has an answer).
    """
    _demand_own(run.enrolment, by)
    if is_over(run, received_at):
        raise PracticeError("run_over", "This run is over.")
    found = question_at(run.refs[position - 1])
    if found is None:
        raise PracticeError("question_gone", "This question was taken out of its lesson. Go on with the next one.")
    feedback = feedback_on(found[1], answers)
    if not feedback.answered:
        return feedback
    try:
        with transaction.atomic():
            PracticeAnswer.objects.create(
                run=run, position=position, answers=answers, right=feedback.right, answered_at=received_at
            )
    except IntegrityError as error:
        raise PracticeError("answered", "You have answered this question. The first answer stands.") from error
    return feedback


def finish(*, run: PracticeRun, by: User) -> None:
    """End a run; saying it twice changes nothing."""
    _demand_own(run.enrolment, by)
    PracticeRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=timezone.now())


def _demand_own(enrolment: Enrolment, by: User) -> None:
    demand(by, Permission.PRACTICE_TAKE)
    if enrolment.person_id != by.pk:
        raise PermissionDenied("Only the trainee practises here.")
