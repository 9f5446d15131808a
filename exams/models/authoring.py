"""What people do with items before and after they count: reviewers, decisions, comments, who read a key."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.items import ItemVersion
from exams.rules.item_workflow import RetireReason, ReturnReason, Step
from lms.accounts.models import User


class ReviewAssignment(models.Model):
    """A person was asked to review a version. Open until ended; rows stay."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="item_assignments")
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Nobody is asked twice at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["version", "reviewer"],
                condition=Q(ended_at__isnull=True),
                name="exams_assignment_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} to {self.reviewer_id}"


class BlindAnswer(models.Model):
    """What a reviewer answered before the key was shown. Evidence: added, never changed."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="blind_answers")
    content_hash = models.CharField(max_length=64)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True, help_text="As a candidate's; null: no answer.")
    points = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="0 to 1; null without an answer.")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One answer for the same words: afterwards the key is known."""

        constraints = [
            models.UniqueConstraint(fields=["version", "content_hash", "reviewer"], name="exams_blind_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.reviewer_id}"


REASONS = sorted({reason.value for reason in (*RetireReason, *ReturnReason)})


class ItemDecision(models.Model):
    """One step of a version's life: who took it, on which words, and why. Evidence: added, never changed."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="decisions")
    content_hash = models.CharField(max_length=64, help_text="Of the version, as it was shown to the person.")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=[(step.value, step.value) for step in Step])
    reason = models.CharField(max_length=12, blank=True, choices=[(reason, reason) for reason in REASONS])
    text = models.TextField(blank=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A person approves the same words once for each step; what is taken away has its reason."""

        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "content_hash", "person", "step"],
                condition=Q(step="endorse"),
                name="exams_decision_endorses_once",
            ),
            models.CheckConstraint(
                condition=Q(step__in=[step.value for step in Step]), name="exams_decision_known_step"
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["return", "retire"]) | (~Q(reason="") & ~Q(text="")),
                name="exams_decision_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.step}"


class ItemComment(models.Model):
    """One remark about a version. What was written stays; it can be marked as resolved."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="comments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """In the order of writing; resolved by somebody or not at all."""

        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="exams_comment_resolved_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.person_id}"


class KeyRead(models.Model):
    """Somebody was shown the key of a version. The access log for items; rows are added, never changed."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="key_reads")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=12, help_text="Which page showed it.")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The latest first."""

        ordering = ["-read_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.reader_id}"
