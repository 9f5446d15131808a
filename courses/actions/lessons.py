"""Completing lessons. Progress is an act of the trainee and is decided here, on the server."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.errors import ProgressError
from courses.models import Bookmark, Enrolment, LessonCompletion, outline_of
from courses.rules.progress import LessonFacts, Progress, State, progress_of
from courses.signals import course_completed
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def complete_lesson(*, enrolment: Enrolment, lesson_code: str, by: User) -> Progress:
    """Mark a lesson as completed by its trainee, and the course with the last one. Saying it twice changes nothing.

    Raises `ProgressError`: `enrolment_closed`, `lesson_unknown`, `module_locked`.
    """
    _hold(enrolment, by)
    outline = outline_of(enrolment.programme)
    standing = progress_of(outline, _completed(enrolment)).standing_of(lesson_code)
    if standing is None:
        raise ProgressError("lesson_unknown", "This lesson is not part of your course any more.")
    module, lesson = standing
    if lesson.state is State.LOCKED:
        raise ProgressError("module_locked", f"This lesson cannot start yet. {module.because}")
    if lesson.state is not State.COMPLETED:
        _record_completion(enrolment, lesson.lesson, by)
    progress = progress_of(outline, _completed(enrolment))
    if progress.complete:
        _complete_course(enrolment, by)
    return progress


@transaction.atomic
def reopen_lesson(*, enrolment: Enrolment, lesson_code: str, by: User) -> Progress:
    """Take a completion back. Possible until the course was completed; doing it twice changes nothing.

    Raises `ProgressError`: `enrolment_closed`, `course_completed`.
    """
    _hold(enrolment, by)
    if Enrolment.objects.filter(pk=enrolment.pk, course_completed_at__isnull=False).exists():
        raise ProgressError("course_completed", "You completed the course; its lessons stay completed.")
    undone = LessonCompletion.objects.open().filter(enrolment=enrolment, lesson_code=lesson_code)
    if undone.update(undone_at=timezone.now()):
        record(Verb.LESSON_REOPENED, by=by, target=enrolment, data={"lesson": lesson_code})
    return progress_of(outline_of(enrolment.programme), _completed(enrolment))


def keep_bookmark(*, enrolment: Enrolment, lesson_code: str, by: User) -> None:
    """Remember the lesson that a trainee opened, for Continue. No event: it is a convenience, not evidence."""
    _demand_own(enrolment, by)
    opened = {"lesson_code": lesson_code, "opened_at": timezone.now()}
    Bookmark.objects.update_or_create(enrolment=enrolment, defaults=opened)


def _demand_own(enrolment: Enrolment, by: User) -> None:
    demand(by, Permission.LESSON_COMPLETE)
    if enrolment.person_id != by.pk:
        raise PermissionDenied("Only the trainee can say that a lesson is done.")


def _hold(enrolment: Enrolment, by: User) -> None:
    """Check who acts, and make changes of this enrolment's progress wait for each other: the row is the gate."""
    _demand_own(enrolment, by)
    held = Enrolment.objects.filter(pk=enrolment.pk, closed_at__isnull=True).update(progress_at=timezone.now())
    if not held:
        raise ProgressError("enrolment_closed", "This enrolment is closed. Ask the registrar.")


def _completed(enrolment: Enrolment) -> frozenset[str]:
    codes = LessonCompletion.objects.open().filter(enrolment=enrolment).values_list("lesson_code", flat=True)
    return frozenset(codes)


def _record_completion(enrolment: Enrolment, lesson: LessonFacts, by: User) -> None:
    LessonCompletion.objects.create(enrolment=enrolment, lesson_code=lesson.code, page_revision=lesson.revision)
    record(
        Verb.LESSON_COMPLETED, by=by, target=enrolment, data={"lesson": lesson.code, "revision": lesson.revision or 0}
    )


def _complete_course(enrolment: Enrolment, by: User) -> None:
    """Set the time of completion once; what follows from it is told in the same transaction."""
    now = timezone.now()
    if Enrolment.objects.filter(pk=enrolment.pk, course_completed_at__isnull=True).update(course_completed_at=now):
        enrolment.course_completed_at = now
        record(
            Verb.COURSE_COMPLETED,
            by=by,
            target=enrolment,
            data={"curriculum_version": enrolment.programme.curriculum_version},
        )
        course_completed.send(sender=Enrolment, enrolment=enrolment)
