"""Completing and reopening lessons."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from courses.actions.lessons import complete_lesson, keep_bookmark, reopen_lesson
from courses.errors import ProgressError
from courses.models import Bookmark, Enrolment, LessonCompletion, LessonPage, Programme
from courses.signals import course_completed
from lms.accounts.models import User
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.conftest import make_programme
from tests.factories.courses import make_course


@pytest.fixture(scope="module")
def course(standing: None) -> None:
    make_course(make_programme(), lessons=(2, 1), prerequisites={"M02": ["M01"]})


@pytest.fixture
def programme(course: None, db: None) -> Programme:
    """The programme whose pages stand for all tests here."""
    return Programme.objects.get()


def complete_all(enrolment: Enrolment) -> None:
    for code in ("M01-01", "M01-02", "M02-01"):
        complete_lesson(enrolment=enrolment, lesson_code=code, by=enrolment.person)


def code_of_refusal(call: object, **arguments: object) -> str:
    with pytest.raises(ProgressError) as refused:
        call(**arguments)  # type: ignore[operator]
    return refused.value.code


def test_completing_keeps_the_revision_that_was_read(course: None, enrolment: Enrolment) -> None:
    complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    completion = LessonCompletion.objects.get()
    assert completion.page_revision == LessonPage.objects.get(code="M01-01").live_revision_id
    assert Event.objects.filter(verb=Verb.LESSON_COMPLETED, target_id=str(enrolment.pk)).count() == 1


def test_completing_twice_is_completing_once(course: None, enrolment: Enrolment) -> None:
    for _ in range(2):
        progress = complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    assert (progress.done, LessonCompletion.objects.count()) == (1, 1)
    assert Event.objects.filter(verb=Verb.LESSON_COMPLETED).count() == 1


def test_the_last_lesson_completes_the_course_once(course: None, enrolment: Enrolment) -> None:
    heard: list[Enrolment] = []

    def hear(enrolment: Enrolment, **_: object) -> None:
        heard.append(enrolment)

    course_completed.connect(hear)
    try:
        complete_all(enrolment)
        complete_lesson(enrolment=enrolment, lesson_code="M02-01", by=enrolment.person)
    finally:
        course_completed.disconnect(hear)
    enrolment.refresh_from_db()
    assert enrolment.course_completed_at is not None
    assert heard == [enrolment]
    assert Event.objects.filter(verb=Verb.COURSE_COMPLETED).count() == 1


def test_a_failing_listener_takes_the_completion_back(course: None, enrolment: Enrolment) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    complete_lesson(enrolment=enrolment, lesson_code="M01-02", by=enrolment.person)
    course_completed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            complete_lesson(enrolment=enrolment, lesson_code="M02-01", by=enrolment.person)
    finally:
        course_completed.disconnect(fail)
    assert LessonCompletion.objects.count() == 2
    assert Enrolment.objects.get().course_completed_at is None


def test_reopening_and_completing_again_leaves_both_rows(course: None, enrolment: Enrolment) -> None:
    complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    assert reopen_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person).done == 0
    complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    assert [row.undone_at is None for row in LessonCompletion.objects.order_by("pk")] == [False, True]
    assert Event.objects.filter(verb=Verb.LESSON_REOPENED).count() == 1


def test_reopening_what_is_open_changes_nothing(course: None, enrolment: Enrolment) -> None:
    reopen_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    assert not Event.objects.filter(verb=Verb.LESSON_REOPENED).exists()


def test_a_completed_course_stays_completed(course: None, enrolment: Enrolment) -> None:
    complete_all(enrolment)
    arguments = {"enrolment": enrolment, "lesson_code": "M01-01", "by": enrolment.person}
    assert code_of_refusal(reopen_lesson, **arguments) == "course_completed"


def test_refusals(course: None, enrolment: Enrolment) -> None:
    arguments = {"enrolment": enrolment, "by": enrolment.person}
    assert code_of_refusal(complete_lesson, lesson_code="M09-01", **arguments) == "lesson_unknown"
    assert code_of_refusal(complete_lesson, lesson_code="M02-01", **arguments) == "module_locked"
    Enrolment.objects.update(closed_at=timezone.now())
    assert code_of_refusal(complete_lesson, lesson_code="M01-01", **arguments) == "enrolment_closed"
    assert code_of_refusal(reopen_lesson, lesson_code="M01-01", **arguments) == "enrolment_closed"
    assert not LessonCompletion.objects.exists()


@pytest.mark.parametrize("who", ["other_trainee", "registrar", "editor"])
def test_nobody_completes_for_another(
    course: None, enrolment: Enrolment, who: str, request: pytest.FixtureRequest
) -> None:
    by: User = request.getfixturevalue(who)
    for action in (complete_lesson, reopen_lesson, keep_bookmark):
        with pytest.raises(PermissionDenied):
            action(enrolment=enrolment, lesson_code="M01-01", by=by)
    assert not LessonCompletion.objects.exists()
    assert not Bookmark.objects.exists()


def test_an_unpublished_lesson_no_longer_counts(course: None, enrolment: Enrolment) -> None:
    LessonPage.objects.get(code="M01-02").unpublish()
    complete_lesson(enrolment=enrolment, lesson_code="M01-01", by=enrolment.person)
    assert complete_lesson(enrolment=enrolment, lesson_code="M02-01", by=enrolment.person).complete


def test_the_database_refuses_two_open_completions(enrolment: Enrolment) -> None:
    LessonCompletion.objects.create(enrolment=enrolment, lesson_code="M01-01")
    with pytest.raises(IntegrityError):
        LessonCompletion.objects.create(enrolment=enrolment, lesson_code="M01-01")


def test_the_bookmark_is_the_lesson_opened_last(course: None, enrolment: Enrolment) -> None:
    for code in ("M01-01", "M01-02"):
        keep_bookmark(enrolment=enrolment, lesson_code=code, by=enrolment.person)
    assert Bookmark.objects.get().lesson_code == "M01-02"
