"""Practice runs: what was asked and answered. They help the trainee and decide nothing."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.programmes import Enrolment
from courses.rules.practice import QuestionRef


class PracticeRun(models.Model):
    """One set of questions for one trainee. `questions` is a list of pairs: code of the lesson, id of the block."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="practice_runs")
    questions: "models.JSONField[Any, Any]" = models.JSONField()
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: without a clock.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Times follow each other."""

        ordering = ["-started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("started_at")), name="courses_practice_has_time"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="courses_practice_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"practice of {self.enrolment_id} at {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def refs(self) -> list[QuestionRef]:
        """The questions in their order."""
        return [QuestionRef(lesson, block) for lesson, block in self.questions]


class PracticeAnswer(models.Model):
    """One answer of a run. The first one stands: the reason is shown with it."""

    run = models.ForeignKey(PracticeRun, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField(help_text="1 is the first question.")
    answers: "models.JSONField[Any, Any]" = models.JSONField(help_text="Positions of options, or a number as typed.")
    right = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One answer per question."""

        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="courses_practice_answer_once")]

    def __str__(self) -> str:
        return f"answer {self.position} of {self.run_id}"
