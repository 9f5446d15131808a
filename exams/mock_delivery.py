"""What a trainee gets to see of an open mock exam: the columns that are shown, never what is kept."""

from typing import Any

from content.rules.typography import keep_text_together, keep_together
from exams.delivery import LETTERS, Overview, Question, ShownOption
from exams.models import MockExam, MockQuestion
from exams.rules.wording import lead_and_rest

FIELDS = ("position", "shown", "seq", "value", "flagged")


def question(mock: MockExam, number: int) -> Question | None:
    """Read one question as shown, or None when there is no such place."""
    row = MockQuestion.objects.filter(mock=mock, position=number).values(*FIELDS).first()
    return shown_question(row) if row else None


def questions(mock: MockExam) -> list[Question]:
    """Read all questions as shown, in one query."""
    rows = MockQuestion.objects.filter(mock=mock).order_by("position").values(*FIELDS)
    return [shown_question(row) for row in rows]


def overview(mock: MockExam) -> Overview:
    """Read the state of every place, in one query."""
    return Overview(tuple(question.place for question in questions(mock)))


def last_place(mock: MockExam) -> int:
    """Return the question that was answered last; the first one in the beginning."""
    answered = MockQuestion.objects.filter(mock=mock, saved_at__isnull=False).order_by("-saved_at", "-position")
    return answered.values_list("position", flat=True).first() or 1


def shown_question(row: dict[str, Any]) -> Question:
    """Make a question of a row that holds `FIELDS`."""
    shown = row["shown"]
    lead, rest = lead_and_rest(keep_together(shown["stem"]))
    return Question(
        number=row["position"],
        kind=shown["kind"],
        lead=lead,
        rest=rest,
        options=tuple(
            ShownOption(option["id"], letter, keep_text_together(option["text"]))
            for option, letter in zip(shown["options"], LETTERS, strict=False)
        ),
        places=(),
        figure=None,
        unit=shown["unit"],
        seq=row["seq"],
        value=row["value"],
        flagged=row["flagged"],
    )
