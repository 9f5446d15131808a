"""What mock exams of a programme can be made of: questions of its lessons, and nothing of the item bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from content.rules.formative import Option
from courses.models import Enrolment, outline_of
from courses.practice_pool import pool_of, questions_in
from courses.rules.progress import LessonFacts, ModuleFacts
from exams.models import Blueprint, Exam, ItemVersion, MockQuestion, blueprint_of
from exams.pool import need_of
from exams.rules.item_kinds import ItemKind
from exams.rules.mock_content import LessonQuestion
from exams.rules.mock_draw import Memory, MockPlan, PoolQuestion, minutes_for, plan, without_words_of
from exams.rules.similar_stems import words_of

Place = tuple[str, str]


@dataclass(frozen=True)
class MockOutline:
    """What a mock exam of an exam would be now: its plan, its time, and how many questions there are to draw from."""

    blueprint: Blueprint
    titles: Mapping[str, str]
    plan: MockPlan
    exam_length: int
    lessons: tuple[LessonFacts, ...]
    pool: tuple[PoolQuestion, ...]

    @property
    def minutes(self) -> int:
        """Time without accommodations, at the pace of the exam."""
        return minutes_for(self.plan.length, exam_minutes=self.blueprint.minutes, exam_length=self.exam_length)

    @property
    def areas(self) -> list[tuple[str, int]]:
        """Title and number of questions of each content area."""
        return [(self.titles[area], number) for area, number in self.plan.quotas.items()]

    @property
    def left_out(self) -> list[str]:
        """Titles of the areas that no lesson has a question for."""
        return [self.titles[area] for area in self.plan.left_out]


def outline_for(exam: Exam) -> MockOutline | None:
    """Return what a mock exam would be, or None while the exam has no blueprint or the lessons no questions."""
    blueprint = blueprint_of(exam)
    if blueprint is None:
        return None
    need, modules = need_of(blueprint), outline_of(exam.programme)
    lessons = tuple(lesson for module in modules for lesson in module.lessons)
    weights = {area.code: area.scored + (area.most or area.scored) for area in need.areas}
    pool = _pool(modules, lessons, frozenset(weights))
    full = need.length + need.pretest
    found = plan(weights, pool, full=full)
    titles = {area.code: area.title for area in need.areas}
    return MockOutline(blueprint, titles, found, full, lessons, pool) if found.length else None


def _pool(
    modules: tuple[ModuleFacts, ...], lessons: tuple[LessonFacts, ...], known: frozenset[str]
) -> tuple[PoolQuestion, ...]:
    areas = {module.code: known & set(module.content_areas) for module in modules}
    found = (PoolQuestion(ref.lesson, ref.block, areas.get(ref.module, frozenset())) for ref in pool_of(lessons))
    return tuple(question for question in found if question.areas)


def contents_of(outline: MockOutline) -> dict[Place, LessonQuestion]:
    """Read what every question of the lessons says, by lesson and block, in one query."""
    return {(ref.lesson, ref.block): _question(block) for ref, block in questions_in(outline.lessons)}


def _question(block: Any) -> LessonQuestion:
    options = tuple(Option(option["text"], bool(option["correct"]), option["reason"]) for option in block["options"])
    return LessonQuestion(
        kind=ItemKind(block["type"]),
        stem=block["stem"].source,
        options=options,
        answer=block["answer"],
        tolerance=block["tolerance"],
        unit=block["unit"],
        reason=block["reason"].source,
    )


def drawable(outline: MockOutline, contents: Mapping[Place, LessonQuestion]) -> list[PoolQuestion]:
    """Return the questions that may be drawn: those still there whose stem is no stem of the item bank.

    An item that was copied into a lesson would otherwise be shown as an exam question, with its key.
    """
    bank = {tuple(words_of(stem)) for stem in ItemVersion.objects.values_list("stem", flat=True)}
    still_there = [question for question in outline.pool if (question.lesson, question.block) in contents]
    return without_words_of(still_there, {place: question.words for place, question in contents.items()}, bank)


def memory_of(enrolment: Enrolment) -> dict[Place, Memory]:
    """Return which questions earlier mock exams of an enrolment asked, in one query."""
    rows = MockQuestion.objects.filter(mock__enrolment=enrolment).order_by().values_list("lesson", "block")
    counted = rows.annotate(times=Count("pk"), last=Max("mock__started_at"))
    return {(lesson, str(block)): Memory(times, last) for lesson, block, times, last in counted}
