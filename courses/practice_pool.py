"""The formative questions of a programme's lessons, and what they ask. Never items of the exam bank.

This package stands beneath `exams` and cannot even name an item: whatever is drawn from here is formative.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.cache import cache

from courses.models import LessonPage
from courses.rules.practice import QuestionRef
from courses.rules.progress import LessonFacts

KEPT_FOR = 60 * 60


def pool_of(lessons: Sequence[LessonFacts]) -> list[QuestionRef]:
    """Return every question of these lessons that can be asked outside its lesson.

    Reading all bodies takes a while, so the list is kept by revision.
    """
    if not lessons:
        return []
    facts = sorted((lesson.code, lesson.page_id, lesson.revision) for lesson in lessons)
    key = f"practice-pool:{hashlib.sha256(repr(facts).encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = _read([page_id for _, page_id, _ in facts])
        cache.set(key, found, KEPT_FOR)
    return [QuestionRef(lesson, block) for lesson, block in found]


def _read(page_ids: list[int]) -> list[tuple[str, str]]:
    pages = LessonPage.objects.filter(pk__in=page_ids).only("code", "body").order_by("code")
    return [(page.code, raw["id"]) for page in pages for raw in page.body.raw_data if _stands_alone(raw)]


def _stands_alone(raw: Mapping[str, Any]) -> bool:
    return raw["type"] == "question" and bool(raw["value"].get("stands_alone", True))


def questions_in(lessons: Sequence[LessonFacts]) -> Iterator[tuple[QuestionRef, Any]]:
    """Yield every question of these lessons that can be asked outside its lesson, with its block; one query."""
    pages = LessonPage.objects.filter(pk__in=[lesson.page_id for lesson in lessons]).only("code", "body")
    for page in pages.order_by("code"):
        for place, raw in enumerate(page.body.raw_data):
            if _stands_alone(raw):
                yield QuestionRef(page.code, raw["id"]), page.body[place].value


def question_at(ref: QuestionRef) -> tuple[LessonPage, Any] | None:
    """Return the lesson and the question block, or None when an editor has taken it out since."""
    lesson = LessonPage.objects.live().filter(code=ref.lesson).first()
    if lesson is None:
        return None
    block = next((child for child in lesson.body if child.id == ref.block and child.block_type == "question"), None)
    return (lesson, block.value) if block is not None else None
