"""What people ask and decide about the issuing of credentials: new editions, and holds."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates.models.credentials import Credential
from courses.models import Enrolment
from lms.accounts.models import User


class ReissueRequest(models.Model):
    """Somebody asks that a credential be issued again with another name. Frozen in the database once it is settled."""

    class Reason(models.TextChoices):
        """Why the name is another one."""

        NAME_CHANGE = "name_change", "The name changed"
        CORRECTION = "correction", "The name was written wrongly"

    class Outcome(models.TextChoices):
        """What became of it."""

        REISSUED = "reissued", "Issued again"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="reissue_requests")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    wanted_name = models.CharField(max_length=120)
    explanation = models.TextField(help_text="What the registrar is to know and to check.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="What the holder is told when it is declined.")

    class Meta:
        """One open request for one credential; what is settled has an outcome and a person."""

        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(settled_at__isnull=True),
                name="certificates_one_open_reissue_request",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, outcome="")
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    outcome__in=["reissued", "declined", "withdrawn"],
                ),
                name="certificates_reissue_request_settled_whole",
            ),
            models.CheckConstraint(
                condition=~Q(wanted_name="") & ~Q(explanation=""), name="certificates_reissue_request_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"new edition of {self.credential_id}"

    @property
    def is_open(self) -> bool:
        """Whether it waits to be settled."""
        return self.settled_at is None


class IssuanceHold(models.Model):
    """A registrar holds the certificate of an enrolment back until the hold is released. Frozen once it is."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificate_holds")
    reason = models.TextField(help_text="Why nothing is issued for now.")
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Why it was released.")

    class Meta:
        """One hold at a time; a release has a person and a reason."""

        ordering = ["placed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(released_at__isnull=True), name="certificates_one_open_hold"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True, note="")
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(note="")),
                name="certificates_hold_release_complete",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="certificates_hold_has_reason"),
        ]

    def __str__(self) -> str:
        return f"hold of {self.enrolment_id}"
