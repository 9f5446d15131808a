"""Mock exams: made of lesson questions, taken in the exam room, shown to nobody but the trainee.

Nothing here refers to items, forms or attempts, and nothing of those refers here: a mock exam cannot show an item of
the bank, and it can never count.
"""

import uuid
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from courses.models import Enrolment
from exams.models.blueprints import Blueprint
from exams.models.exam_forms import Exam
from lms.accounts.models import User


class MockState(models.TextChoices):
    """Where a mock exam stands. Nothing leads back from its end."""

    STARTED = "started", "In progress"
    SUBMITTED = "submitted", "Submitted"
    EXPIRED = "expired", "Closed at the end of its time"


class MockExamQuerySet(models.QuerySet["MockExam"]):
    """Named reads of mock exams."""

    def of(self, person: User) -> "MockExamQuerySet":
        """Narrow to a trainee's own; there is no other way to see one."""
        return self.filter(enrolment__person=person)

    def running(self) -> "MockExamQuerySet":
        """Those that take answers, time permitting."""
        return self.filter(state=MockState.STARTED)


class MockExam(models.Model):
    """One mock exam of one trainee. Questions and time were fixed at the start, as for an attempt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="mock_exams")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+", help_text="Which exam it is like.")
    blueprint = models.ForeignKey(
        Blueprint, on_delete=models.PROTECT, related_name="+", help_text="Whose proportions and pace it has."
    )
    state = models.CharField(max_length=9, choices=MockState.choices, default=MockState.STARTED)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    submitted_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was handed in; the deadline itself when time ran out."
    )
    minutes = models.PositiveSmallIntegerField(help_text="Time without accommodations.")
    large_print = models.BooleanField(default=False)
    token = models.CharField(max_length=32, help_text="Held by the one session that may answer.")
    claims = models.PositiveIntegerField(default=0, help_text="How often another session took over.")
    last_saved_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(
        max_digits=9, decimal_places=4, null=True, blank=True, help_text="Cut off after four places; empty while open."
    )

    objects = MockExamQuerySet.as_manager()

    class Meta:
        """One open mock exam per enrolment and exam; state and times agree."""

        ordering = ["-started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "exam"], condition=Q(state="started"), name="exams_one_open_mock"
            ),
            models.CheckConstraint(
                condition=Q(state="started", submitted_at__isnull=True, points__isnull=True)
                | Q(state__in=["submitted", "expired"], submitted_at__isnull=False),
                name="exams_mock_closed_has_time",
            ),
            models.CheckConstraint(condition=Q(deadline__gt=F("started_at")), name="exams_mock_has_time"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=Decimal(0)), name="exams_mock_points_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="exams_mock_overdue")]

    def __str__(self) -> str:
        return f"mock exam of {self.enrolment_id} at {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self.state == MockState.STARTED


class MockQuestion(models.Model):
    """One question of a mock exam as it was when it was drawn, with the answer; a save is one update.

    `shown` reaches the trainee at once, `kept` only after the end. `seq` 0 means not reached; a `value` of None with a
    higher `seq` means seen and left empty. An answer that did not count stands under `late`.
    """

    mock = models.ForeignKey(MockExam, on_delete=models.CASCADE, related_name="questions", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="1 is the first question.")
    lesson = models.CharField(max_length=12, help_text="Code of the lesson that it comes from.")
    block = models.UUIDField(help_text="Its block in that lesson.")
    area = models.CharField(max_length=8, help_text="The content area that it stands for.")
    shown: "models.JSONField[Any, Any]" = models.JSONField(help_text="Kind, stem, options in their order, unit.")
    kept: "models.JSONField[Any, Any]" = models.JSONField(help_text="Key, scoring rule, reasons.")
    seq = models.PositiveIntegerField(default=0)
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True, help_text="Option ids, or a number as typed.")
    saved_at = models.DateTimeField(null=True, blank=True)
    flagged = models.BooleanField(default=False)
    late_seq = models.PositiveIntegerField(default=0)
    late_value: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    late_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One row per place; each names the lesson it comes from, whose codes are unlike those of items."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["mock", "position"], name="exams_mockquestion_once"),
            models.UniqueConstraint(fields=["mock", "lesson", "block"], name="exams_mockquestion_drawn_once"),
            models.CheckConstraint(condition=Q(lesson__startswith="M"), name="exams_mockquestion_from_a_lesson"),
            models.CheckConstraint(
                condition=Q(seq=0, saved_at__isnull=True) | Q(seq__gt=0, saved_at__isnull=False),
                name="exams_mockquestion_saved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.position} of {self.mock_id}"
