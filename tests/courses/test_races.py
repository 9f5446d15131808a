"""Two requests of one trainee at the same moment."""

import pytest

from courses.actions.lessons import complete_lesson, reopen_lesson
from courses.errors import ProgressError
from courses.models import Enrolment, LessonCompletion
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.courses import make_course
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def complete(enrolment: Enrolment, code: str) -> bool:
    row = Enrolment.objects.get(pk=enrolment.pk)
    return complete_lesson(enrolment=row, lesson_code=code, by=row.person).complete


def reopen(enrolment: Enrolment, code: str) -> bool:
    row = Enrolment.objects.get(pk=enrolment.pk)
    try:
        reopen_lesson(enrolment=row, lesson_code=code, by=row.person)
    except ProgressError:
        return False
    return True


def test_a_double_click_completes_a_lesson_once(enrolment: Enrolment) -> None:
    make_course(enrolment.programme, lessons=(2,))
    at_once([lambda: complete(enrolment, "M01-01")] * 4)
    assert LessonCompletion.objects.count() == 1
    assert Event.objects.filter(verb=Verb.LESSON_COMPLETED).count() == 1


def test_the_last_two_lessons_at_once_complete_the_course_once(enrolment: Enrolment) -> None:
    make_course(enrolment.programme, lessons=(2,))
    finished = at_once([lambda: complete(enrolment, "M01-01"), lambda: complete(enrolment, "M01-02")])
    assert sorted(finished) == [False, True]
    assert Event.objects.filter(verb=Verb.COURSE_COMPLETED).count() == 1


def test_a_course_is_never_complete_with_a_lesson_reopened(enrolment: Enrolment) -> None:
    make_course(enrolment.programme, lessons=(2,))
    complete(enrolment, "M01-01")
    finished, reopened = at_once([lambda: complete(enrolment, "M01-02"), lambda: reopen(enrolment, "M01-01")])
    assert finished is not reopened
    assert (Enrolment.objects.get().course_completed_at is not None) is finished
    assert LessonCompletion.objects.open().count() == (2 if finished else 1)
