"""Courses as pages, and people enrolled in them."""

import json
import uuid
from datetime import date
from typing import Any

from content.models import HomePage
from courses.models import CoursePage, Enrolment, LessonPage, ModulePage, Pathway, Programme
from lms.accounts.models import User

DATES = {"verified_on": date(2026, 11, 21), "review_by": date(2027, 11, 21)}
QUESTION_ID = "11111111-1111-4111-8111-111111111111"
NUMBER_ID = "22222222-2222-4222-8222-222222222222"


def items(*values: Any) -> list[dict[str, Any]]:
    """The entries of a list block."""
    return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]


BODY = [
    {"type": "heading", "value": "A coil and a current"},
    {"type": "text", "value": "<p>CANARY-BODY text of a lesson.</p>"},
    {
        "type": "question",
        "id": QUESTION_ID,
        "value": {
            "stem": "<p>Which one?</p>",
            "type": "single_choice",
            "options": items(
                {"text": "This", "correct": True, "reason": "Because it is."},
                {"text": "That", "correct": False, "reason": "Because it is not."},
            ),
        },
    },
    {
        "type": "question",
        "id": NUMBER_ID,
        "value": {
            "stem": "<p>How much?</p>",
            "type": "numeric",
            "options": [],
            "answer": "62.4",
            "tolerance": "0.1",
            "unit": "% MSO",
            "reason": "<p>52 times 1.2.</p>",
        },
    },
]


def make_course(
    programme: Programme, *, lessons: tuple[int, ...] = (2, 1), prerequisites: dict[str, list[str]] | None = None
) -> CoursePage:
    """Publish a course with modules M01, M02 … that hold so many lessons each; `prerequisites` by module code."""
    course = CoursePage(title=programme.title, slug=programme.code, programme=programme, summary="<p>A course.</p>")
    HomePage.objects.get().add_child(instance=course)
    for number, count in enumerate(lessons, start=1):
        code = f"M{number:02}"
        module = ModulePage(
            title=f"Module {number}",
            slug=code.lower(),
            code=code,
            area="history",
            summary="<p>A module.</p>",
            prerequisites=(prerequisites or {}).get(code, []),
            **DATES,
        )
        course.add_child(instance=module)
        for place in range(1, count + 1):
            make_lesson(module, f"{code}-{place:02}")
    course.refresh_from_db()
    return course


def make_lesson(module: ModulePage, code: str) -> LessonPage:
    """Publish one lesson."""
    lesson = LessonPage(
        title=f"Lesson {code}", slug=code.lower(), code=code, minutes=10, body=json.dumps(BODY), **DATES
    )
    module.add_child(instance=lesson)
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    return lesson


def enrol(person: User, programme: Programme) -> Enrolment:
    """Enrol a person without an application."""
    return Enrolment.objects.create(
        person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
    )
