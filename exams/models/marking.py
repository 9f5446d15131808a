"""Written answers that people mark: who is to mark what, and the marks."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.attempts import Attempt
from exams.models.items import ItemVersion
from exams.rules.marking import Purpose
from lms.accounts.models import User

PURPOSES = [
    (Purpose.FIRST.value, "First mark"),
    (Purpose.SECOND.value, "Second mark, blind"),
    (Purpose.ADJUDICATION.value, "Adjudication"),
]


class MarkingTaskQuerySet(models.QuerySet["MarkingTask"]):
    """Named reads of marking."""

    def waiting(self) -> "MarkingTaskQuerySet":
        """Tasks that nobody has taken."""
        return self.filter(done_at__isnull=True, marker__isnull=True)

    def held_by(self, person: User) -> "MarkingTaskQuerySet":
        """Tasks that a person has taken and not marked yet."""
        return self.filter(done_at__isnull=True, marker=person)


class MarkingTask(models.Model):
    """One answer that one person is to mark. Whose answer it is, is not shown to them."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="marking_tasks")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    marker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    laid_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = MarkingTaskQuerySet.as_manager()

    class Meta:
        """An answer is marked once for each purpose; what is done was done by somebody."""

        ordering = ["laid_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "purpose"], name="exams_marking_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(marker__isnull=False), name="exams_marking_done_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[name for name, _ in PURPOSES]), name="exams_marking_purpose"
            ),
        ]
        indexes = [models.Index(fields=["done_at", "marker", "laid_at"], name="exams_marking_waiting")]

    def __str__(self) -> str:
        return f"{self.purpose} mark of {self.position} of {self.attempt_id}"


class Mark(models.Model):
    """Points that one person gave. Rows are added, never changed."""

    task = models.OneToOneField(MarkingTask, on_delete=models.PROTECT, related_name="mark")
    marker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    awards: "models.JSONField[Any, Any]" = models.JSONField(help_text="Points by criterion, as text.")
    share = models.CharField(max_length=40, help_text='Exact share of all points, as in "7/10".')
    comment = models.TextField(blank=True)
    answer_hash = models.CharField(max_length=64, help_text="Of the answer that was marked.")
    marked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.share} for {self.task_id}"
