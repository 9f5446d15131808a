"""What people did about an attempt. What browsers signal stands in `signals`, because that is not kept for long."""

from typing import Any

from django.db import models
from django.utils import timezone

from exams.models.attempts import Attempt
from lms.accounts.models import User


class AttemptEventKind(models.TextChoices):
    """Acts of the people who run the exam, and what stops an attempt until one of them acts."""

    KEY_MISMATCH = "key_mismatch", "Not the browser that the exam asks for"
    UNLOCKED = "unlocked", "Unlocked by an invigilator"
    ADMITTED = "admitted", "Admitted"
    PAUSED = "paused", "Paused"
    RESUMED = "resumed", "Resumed"
    EXTENDED = "extended", "Time added"
    INCIDENT = "incident", "Technical incident"
    NOTE = "note", "Note of the invigilator"
    VOIDED = "voided", "Voided"


class AttemptEvent(models.Model):
    """One event. Rows are added, never changed; `by` is who acted, empty for the clock."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=AttemptEventKind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, help_text="Reason or note. No patient data, no health data.")
    detail: "models.JSONField[Any, Any]" = models.JSONField(default=dict, help_text="Numbers and codes.")
    client_time = models.CharField(max_length=40, blank=True, help_text="What the device claimed; evidence only.")
    happened_at = models.DateTimeField(default=timezone.now, help_text="By the server's clock.")

    class Meta:
        """Events are read in the order in which they came."""

        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.attempt_id}"
