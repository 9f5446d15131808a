"""Drafts of rubric versions, and every change that was made to them. Nothing that is assessed points here."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.practicals import Rubric, RubricVersion


class DraftState(models.TextChoices):
    """What became of a draft. Whether it waits for a second person, the proposals say."""

    OPEN = "open", "Draft"
    APPROVED = "approved", "Approved"
    DISCARDED = "discarded", "Discarded"


class RubricDraft(models.Model):
    """The next version of a rubric while people write it. Frozen in the database once it is approved or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="drafts")
    base = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, related_name="drafts", help_text="The version that it changes."
    )
    content: "models.JSONField[Any, Any]" = models.JSONField(help_text="As typed; it may have faults.")
    rev = models.PositiveIntegerField(default=0, help_text="Counts changes.")
    state = models.CharField(max_length=9, choices=DraftState.choices, default=DraftState.OPEN)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.OneToOneField(
        RubricVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="made_from",
        help_text="What it became.",
    )

    class Meta:
        """One open draft per rubric; only an approved one became a version."""

        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["rubric"], condition=Q(state="open"), name="exams_rubric_one_draft"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, closed_by__isnull=True, version__isnull=True)
                | Q(state="approved", closed_at__isnull=False, closed_by__isnull=False, version__isnull=False)
                | Q(state="discarded", closed_at__isnull=False, closed_by__isnull=False, version__isnull=True),
                name="exams_rubric_draft_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"draft of rubric {self.rubric_id}"

    @property
    def is_open(self) -> bool:
        """Whether it can still change."""
        return self.state == DraftState.OPEN


class RubricDraftChange(models.Model):
    """One change of a draft with the part before and after it. Added only."""

    draft = models.ForeignKey(RubricDraft, on_delete=models.PROTECT, related_name="changes")
    rev = models.PositiveIntegerField()
    part = models.CharField(max_length=64, blank=True, help_text="Code of the station; empty: the rubric as a whole.")
    before: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    after: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Numbered within the draft."""

        ordering = ["rev"]
        constraints = [models.UniqueConstraint(fields=["draft", "rev"], name="exams_rubric_draft_change_number")]

    def __str__(self) -> str:
        return f"change {self.rev} of draft {self.draft_id}"
