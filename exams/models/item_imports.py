"""Files of items on their way into the bank: read by a worker, reported item by item, carried out when confirmed."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.accounts.models import User


class ImportState(models.TextChoices):
    """Where a file stands. It goes back from confirmed to reported when the bank has changed meanwhile."""

    READING = "reading", "Being read"
    REPORTED = "reported", "Waits for your decision"
    REFUSED = "refused", "Refused"
    CONFIRMED = "confirmed", "Being imported"
    IMPORTED = "imported", "Imported"
    DISCARDED = "discarded", "Discarded"
    EXPIRED = "expired", "Expired"


# In these nothing was decided yet, and the file is kept.
LIVE = [ImportState.READING.value, ImportState.REPORTED.value, ImportState.CONFIRMED.value]
WITH_REPORT = [ImportState.REPORTED.value, ImportState.CONFIRMED.value, ImportState.IMPORTED.value]


class ItemImport(models.Model):
    """One file of one person. Nobody else sees it, and what is imported is exactly these bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(help_text="From then on it cannot be confirmed, and the file goes.")
    name = models.CharField(max_length=200, help_text="As the sender called the file.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes.")
    storage_name = models.CharField(max_length=255, blank=True, help_text="Empty once the file is gone.")
    encoding = models.CharField(max_length=16)
    defaults: "models.JSONField[Any, Any]" = models.JSONField(help_text="Facts for items that name none.")
    state = models.CharField(max_length=9, choices=ImportState.choices, default=ImportState.READING.value)
    progress = models.CharField(max_length=100, blank=True, help_text="What the worker is at, in words.")
    report: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True)
    report_number = models.PositiveSmallIntegerField(default=0, help_text="Counts reports; a decision names its own.")
    error_code = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True, help_text="Why it was refused, or reported anew.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; what can be confirmed has a report."""

        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=WITH_REPORT) | Q(report__isnull=False), name="exams_import_has_report"
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, finished_at__isnull=True)
                | (~Q(state__in=LIVE) & Q(finished_at__isnull=False)),
                name="exams_import_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.REFUSED.value) | ~Q(error=""), name="exams_import_refused_says_why"
            ),
        ]
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="exams_import_own")]

    def __str__(self) -> str:
        return f"import {self.pk} ({self.state})"

    @property
    def is_working(self) -> bool:
        """Whether a worker has to do something with it before a person can."""
        return self.state in (ImportState.READING, ImportState.CONFIRMED)

    @property
    def can_import(self) -> int:
        """How many items would be made."""
        counts: dict[str, int] = (self.report or {}).get("counts", {})
        return counts.get("imported", 0) + counts.get("imported_with_changes", 0)
