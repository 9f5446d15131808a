"""Lessons whose questions can make a mock exam."""

import uuid
from collections.abc import Mapping
from typing import Any

from courses.models import CoursePage, LessonPage, ModulePage, Programme
from tests.factories.courses import items, make_course


def choice(stem: str, *, right: str = "This", **changes: Any) -> dict[str, Any]:
    """Write a question with three options as a lesson stores it; This, That and Neither, of which one is right."""
    options = ({"text": text, "correct": text == right, "reason": f"Reason of {text}."} for text in OPTIONS)
    value = {"stem": f"<p>{stem}</p>", "type": "single_choice", "options": items(*options)} | changes
    return {"type": "question", "id": str(uuid.uuid5(uuid.NAMESPACE_OID, stem)), "value": value}


OPTIONS = ("This", "That", "Neither")


def teach(programme: Programme, areas: Mapping[str, list[str]], *, questions: int = 4) -> CoursePage:
    """Publish a course with one lesson in each module, M01 and so on; `areas` says which content areas each teaches.

    Each lesson has so many single choices besides the choice and the number of `tests.factories.courses`.
    """
    course = make_course(programme, lessons=tuple(1 for _ in areas))
    for code, taught in areas.items():
        ModulePage.objects.filter(code=code).update(content_areas=taught)
        add_questions(f"{code}-01", *(choice(f"Question {number} of {code}?") for number in range(1, questions + 1)))
    return course


def add_questions(lesson: str, *blocks: dict[str, Any]) -> None:
    """Write more questions into a lesson and publish it."""
    page = LessonPage.objects.get(code=lesson)
    page.body = type(page.body)(page.body.stream_block, [*page.body.raw_data, *blocks], is_lazy=True)
    page.save_revision().publish()
