"""Addresses of courses."""

from typing import Any

from django.core.files.base import ContentFile

from content.models import Figure
from courses.models import LessonPage, PracticeRun
from lms.accounts.permissions import Permission
from tests.factories.courses import QUESTION_ID, make_course
from tests.project.endpoints import Endpoint


def lesson(request: Any) -> dict[str, Any]:
    """A lesson of the course that the trainee is enrolled in."""
    make_course(request.getfixturevalue("enrolment").programme, lessons=(2,))
    return {"code": "M01-01"}


def question(request: Any) -> dict[str, Any]:
    """A practice question of that lesson."""
    return {**lesson(request), "block": QUESTION_ID}


def lesson_page(request: Any) -> dict[str, Any]:
    """The page of that lesson."""
    return {"lesson_id": LessonPage.objects.get(code=lesson(request)["code"]).pk}


def figure(request: Any) -> dict[str, Any]:
    """A figure, with the trainee enrolled."""
    request.getfixturevalue("enrolment")
    row = Figure(key="coil.svg")
    row.file.save("coil.svg", ContentFile(b"<svg/>"))
    return {"digest": row.digest}


def course(request: Any) -> dict[str, Any]:
    """The programme that the trainee is enrolled in."""
    lesson(request)
    return {"code": request.getfixturevalue("enrolment").programme.code}


def practice_run(request: Any) -> dict[str, Any]:
    """A practice run of the trainee, in progress."""
    lesson(request)
    enrolment = request.getfixturevalue("enrolment")
    return {"run_id": PracticeRun.objects.create(enrolment=enrolment, questions=[["M01-01", QUESTION_ID]]).pk}


OTHERS = ("other_trainee",)

ENDPOINTS = [
    Endpoint("courses:complete_lesson", Permission.LESSON_COMPLETE, lesson, OTHERS, ("POST",)),
    Endpoint("courses:reopen_lesson", Permission.LESSON_COMPLETE, lesson, OTHERS, ("POST",)),
    Endpoint("courses:lesson_opened", Permission.LESSON_COMPLETE, lesson, OTHERS, ("POST",)),
    Endpoint("courses:check_question", Permission.COURSE_READ, question, OTHERS),
    Endpoint("courses:start_review", Permission.LESSON_REVIEW, lesson_page, methods=("POST",)),
    Endpoint("courses:practice", Permission.PRACTICE_TAKE, course, OTHERS, ("GET", "POST")),
    Endpoint(
        "courses:practice_question",
        Permission.PRACTICE_TAKE,
        lambda request: {**practice_run(request), "number": 1},
        OTHERS,
        ("GET", "POST"),
    ),
    Endpoint("courses:practice_finish", Permission.PRACTICE_TAKE, practice_run, OTHERS, ("POST",)),
    Endpoint("courses:practice_result", Permission.PRACTICE_TAKE, practice_run, OTHERS),
    Endpoint("courses:glossary", None),
    Endpoint("courses:bibliography", None),
    Endpoint("courses:search", None),
    Endpoint("courses:file", Permission.COURSE_READ, figure, OTHERS),
]
