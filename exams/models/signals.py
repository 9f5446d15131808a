"""What the exam room notes of a browser. Kept for a short time, then removed (docs/decisions/0008)."""

import uuid

from django.db import models
from django.utils import timezone

from exams.models.attempts import Attempt


class SignalKind(models.TextChoices):
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


# What an invigilator gets counted: the others come with every honest attempt or belong to one of these.
COUNTED = ("focus_lost", "full_screen_left", "copy", "paste", "taken_over", "address_changed", "browser_changed")


class IntegritySignal(models.Model):
    """One signal of a browser, or of the server about a browser. No evidence: the retention job removes it."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="signals")
    key = models.UUIDField(default=uuid.uuid4, help_text="Made by the browser, so that sending again adds nothing.")
    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    client_time = models.CharField(max_length=40, blank=True, help_text="What the device claimed.")
    happened_at = models.DateTimeField(default=timezone.now, help_text="By the server's clock.")

    class Meta:
        """Signals are read in the order in which they came."""

        ordering = ["happened_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["attempt", "key"], name="exams_signal_once")]
        indexes = [models.Index(fields=["happened_at"], name="exams_signal_age")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.attempt_id}"


class Presence(models.Model):
    """When the room of an attempt was last heard of. One row that is written over, not a history.

    Address and browser are kept as keyed hashes: enough to see that one changed, too little to say what it was.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, primary_key=True, related_name="presence")
    seen_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0, help_text="The question on the screen; 0 is not known.")
    address_mark = models.CharField(max_length=16)
    browser_mark = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"presence of {self.attempt_id}"
