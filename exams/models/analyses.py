"""What the answers to a form say about it, as worked out at one moment. Rows are added, never changed."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from exams.models.exam_forms import ExamForm
from lms.accounts.models import User


class FormAnalysis(models.Model):
    """One analysis of a form: over all first attempts, or over those handed in within a window of days.

    `figures` holds what the pages show, so that no page computes anything (`exams.analysing` makes it). The same scores
    of the same window under the same rules give the same `data_digest`, and one analysis is not kept twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="analyses")
    since = models.DateField(null=True, blank=True, help_text="First day of the window, in UTC; empty: from the start.")
    until = models.DateField(null=True, blank=True, help_text="Last day of the window, in UTC; empty: to the end.")
    persons = models.PositiveIntegerField(help_text="First attempts with a score that were not voided.")
    rules = models.CharField(max_length=32, help_text="Version of the statistics.")
    figures: "models.JSONField[Any, Any]" = models.JSONField(help_text="Statistics and the reasons of missing ones.")
    data_digest = models.CharField(max_length=64, help_text="SHA-256 over window, attempts, scores, cut and rules.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first; a window does not end before it begins."""

        ordering = ["-made_at", "pk"]
        verbose_name_plural = "form analyses"
        constraints = [
            models.UniqueConstraint(fields=["form", "data_digest"], name="exams_analysis_once"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=F("until")),
                name="exams_analysis_window",
            ),
        ]

    def __str__(self) -> str:
        return f"analysis of {self.form_id} from {self.made_at:%Y-%m-%d}"

    @property
    def window(self) -> str:
        """The window in words."""
        if self.since and self.until:
            return f"{self.since} to {self.until}"
        if self.since:
            return f"since {self.since}"
        return f"until {self.until}" if self.until else "all time"
