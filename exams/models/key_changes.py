"""Corrections of keys. The item version stays as candidates saw it; this row says how it is scored from now on."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from exams.models.items import ItemVersion
from exams.rules.key_changes import KeyPolicy
from lms.accounts.models import User
from lms.approvals.models import Proposal

POLICIES = [(policy.value, policy.words) for policy in KeyPolicy]
WITH_KEY = [policy.value for policy in KeyPolicy if policy.needs_key]


class KeyChange(models.Model):
    """One correction, in force since two people agreed on it. Rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="key_changes")
    number = models.PositiveSmallIntegerField(help_text="1 is the first change of this version.")
    policy = models.CharField(max_length=12, choices=POLICIES)
    old_key: "models.JSONField[Any, Any]" = models.JSONField(help_text="The key that the version came with.")
    new_key: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True, help_text="As items write it.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Two people, a reason, and a new key where the policy names one."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="exams_keychange_number"),
            models.CheckConstraint(condition=~Q(proposed_by=F("confirmed_by")), name="exams_keychange_by_two_people"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_keychange_has_reason"),
            models.CheckConstraint(
                condition=Q(policy__in=WITH_KEY, new_key__isnull=False)
                | (~Q(policy__in=WITH_KEY) & Q(new_key__isnull=True)),
                name="exams_keychange_key_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"key change {self.number} of {self.version_id}"
