"""What a trainee learns from a closed mock exam: points by content area, and each question with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from content.models.pages import address_of
from content.rules.typography import keep_together
from courses.models import LessonPage
from exams.mock_delivery import FIELDS, shown_question
from exams.models import BlueprintArea, MockExam, MockQuestion
from exams.rules.mock_content import MockFeedback, Verdict, feedback
from exams.rules.scoring import stored_points


@dataclass(frozen=True)
class ReportedQuestion:
    """One question with its answer in words, what it was worth and why, and the lesson it comes from.

    `late` is an answer in words that did not count. The lesson has no address once an editor has taken it away.
    """

    number: int
    stem: str
    own_words: str
    feedback: MockFeedback
    flagged: bool
    lesson: str
    address: str
    late: str
    late_at: datetime | None

    @property
    def points(self) -> Decimal:
        """What it was worth, with four places."""
        return stored_points(self.feedback.points)

    @property
    def is_right(self) -> bool:
        """Whether it earned the full point."""
        return self.feedback.verdict is Verdict.RIGHT


@dataclass(frozen=True)
class ReportedArea:
    """Points in one content area, of as many as it has questions."""

    title: str
    points: Decimal
    maximum: int


@dataclass(frozen=True)
class MockReport:
    """A closed mock exam: its questions in order, its content areas, and what the exam itself asks for."""

    questions: tuple[ReportedQuestion, ...]
    areas: tuple[ReportedArea, ...]
    exam_cut: Decimal
    exam_maximum: int

    @property
    def late(self) -> list[ReportedQuestion]:
        """Questions to which an answer came that did not count."""
        return [question for question in self.questions if question.late_at]

    def showing(self, which: str) -> tuple[ReportedQuestion, ...]:
        """Narrow to questions that were `missed` or `flagged`; anything else is all of them."""
        if which == "missed":
            return tuple(question for question in self.questions if not question.is_right)
        return tuple(question for question in self.questions if question.flagged or which != "flagged")


def report_on(mock: MockExam) -> MockReport:
    """Put the report of a closed mock exam together, in three queries. Raises `LookupError` while it is open."""
    if mock.is_open:
        raise LookupError("a mock exam is told of after its end")
    rows = list(
        MockQuestion.objects.filter(mock=mock)
        .order_by("position")
        .values(*FIELDS, "kept", "area", "lesson", "late_value", "late_at")
    )
    lessons = _lessons({row["lesson"] for row in rows})
    told = [(row["area"], _told(row, lessons)) for row in rows]
    areas = list(BlueprintArea.objects.filter(blueprint=mock.blueprint_id).order_by("position"))
    blueprint = mock.blueprint
    return MockReport(
        questions=tuple(question for _, question in told),
        areas=tuple(
            ReportedArea(area.title, stored_points(sum(points, Fraction(0))), len(points))
            for area in areas
            if (points := [question.feedback.points for code, question in told if code == area.code])
        ),
        exam_cut=blueprint.cut_raw,
        exam_maximum=blueprint.scored_count or sum(area.scored for area in areas),
    )


def _lessons(codes: set[str]) -> dict[str, tuple[str, str]]:
    """Return title and address of each lesson that is still there."""
    rows = LessonPage.objects.live().filter(code__in=codes).values_list("code", "title", "url_path")
    return {code: (title, address_of(path)) for code, title, path in rows}


def _told(row: dict[str, Any], lessons: Mapping[str, tuple[str, str]]) -> ReportedQuestion:
    question = shown_question(row)
    title, address = lessons.get(row["lesson"], (f"Lesson {row['lesson']}", ""))
    return ReportedQuestion(
        number=row["position"],
        stem=keep_together(row["shown"]["stem"]),
        own_words=question.own_words,
        feedback=feedback(row["shown"], row["kept"], row["value"]),
        flagged=row["flagged"],
        lesson=title,
        address=address,
        late=question.words_of(row["late_value"]) if row["late_at"] else "",
        late_at=row["late_at"],
    )
