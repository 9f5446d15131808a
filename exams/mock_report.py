"""What a trainee learns from a closed mock exam: points by content area, and each question with its reasons."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from content.rules.typography import keep_together
from courses.reading import standing_in
from courses.rules.progress import Progress, State
from exams.mock_delivery import FIELDS, shown_question
from exams.models import BlueprintArea, MockExam, MockQuestion
from exams.rules.mock_content import MockFeedback, Verdict, feedback
from exams.rules.scoring import stored_points


@dataclass(frozen=True)
class ReportedQuestion:
    """One question with its answer in words, what it was worth and why, and the lesson it comes from.

    `late` is an answer in words that did not count. The lesson has no address while the trainee cannot start it, which
    `because` explains, and once an editor has taken it away.
    """

    number: int
    stem: str
    own_words: str
    feedback: MockFeedback
    flagged: bool
    lesson: str
    address: str
    because: str
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
    """Put the report of a closed mock exam together, in a fixed number of queries. Raises `LookupError` while open."""
    if mock.is_open:
        raise LookupError("a mock exam is told of after its end")
    rows = list(
        MockQuestion.objects.filter(mock=mock)
        .order_by("position")
        .values(*FIELDS, "kept", "area", "lesson", "late_value", "late_at")
    )
    progress = standing_in(mock.exam.programme, mock.enrolment)
    told = [(row["area"], _told(row, progress)) for row in rows]
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


def _told(row: dict[str, Any], progress: Progress) -> ReportedQuestion:
    question, found = shown_question(row), progress.standing_of(row["lesson"])
    module, standing = found or (None, None)
    is_open = standing is not None and standing.state is not State.LOCKED
    is_late = row["late_value"] is not None
    return ReportedQuestion(
        number=row["position"],
        stem=keep_together(row["shown"]["stem"]),
        own_words=question.own_words,
        feedback=feedback(row["shown"], row["kept"], row["value"]),
        flagged=row["flagged"],
        lesson=standing.lesson.title if standing else f"Lesson {row['lesson']}",
        address=standing.lesson.address if standing and is_open else "",
        because=module.because if module else "It is no longer part of the course.",
        late=question.words_of(row["late_value"]) if is_late else "",
        late_at=row["late_at"] if is_late else None,
    )
