"""What happened around an attempt besides its answers: signals of the browser, acts of the invigilator."""

from typing import Any

from django.db import models
from django.utils import timezone

from exams.models.attempts import Attempt
from lms.accounts.models import User


class AttemptEventKind(models.TextChoices):
    """Signals are for a person to judge and decide nothing by themselves (exams.md 2.5)."""

    FOCUS_LOST = "focus_lost", "Left the exam window"
    FOCUS_GAINED = "focus_gained", "Came back to the exam window"
    FULL_SCREEN_LEFT = "full_screen_left", "Left the full screen"
    COPY = "copy", "Copied text"
    PASTE = "paste", "Pasted text"
    RECONNECTED = "reconnected", "Connected again"
    TAKEN_OVER = "taken_over", "Went on in another session"
    ADDRESS_CHANGED = "address_changed", "Network address changed"
    BROWSER_CHANGED = "browser_changed", "Another browser"
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
    """One event. Rows are added, never changed; `by` is the invigilator, empty for signals and for the clock."""

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
