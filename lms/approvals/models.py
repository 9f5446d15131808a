"""Proposals and what became of them."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from lms.accounts.models import User


class ProposalState(models.TextChoices):
    """Where a proposal stands. Only an open one can be decided."""

    OPEN = "open", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed and done"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


DECIDED = ("confirmed", "declined", "withdrawn")


class Proposal(models.Model):
    """One act that waits for, or had, a second person. Frozen in the database once it is decided.

    `payload` is what will be done, fixed when it was proposed: whoever confirms, confirms exactly this.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=48, help_text="A name of the registry.")
    target = models.CharField(max_length=64, help_text="What it is about: the key of a row, or a code.")
    payload: "models.JSONField[Any, Any]" = models.JSONField(default=dict, help_text="Ids, numbers and codes.")
    reason = models.TextField(help_text="Of the one who proposes.")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Of the one who decides.")

    class Meta:
        """One open proposal for one thing; nobody confirms or declines their own, and nobody withdraws another's."""

        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "target"], condition=Q(state="open"), name="approvals_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False),
                name="approvals_decided_has_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (Q(state="withdrawn") & Q(decided_by=F("proposed_by")))
                | (~Q(state="withdrawn") & ~Q(decided_by=F("proposed_by"))),
                name="approvals_two_people",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approvals_has_reason"),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"], name="approvals_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def is_open(self) -> bool:
        """Whether somebody can still decide it."""
        return self.state == ProposalState.OPEN
