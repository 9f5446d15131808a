"""Credentials that went out of force for now, and came back."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import Exact
from django.utils import timezone

from certificates.models.evidential import Evidential
from lms.accounts.models import User


class SuspensionAct(models.TextChoices):
    """What an event of a suspension does."""

    SUSPENDED = "suspended", "Suspended"
    REINSTATED = "reinstated", "Back in force"


class SuspensionEvent(Evidential):
    """A credential went out of force for now, or came back into force. Added, never changed.

    The events of a credential are numbered, odd ones suspend and even ones reinstate: what is suspended cannot be
    suspended again, and of two people at once one gets the number.
    """

    class Reason(models.TextChoices):
        """Why, in the register's words: the first group suspends, the second reinstates."""

        ASSESSMENT_REVIEW = "assessment_review", "An assessment is under review"
        CONDUCT_REVIEW = "conduct_review", "Conduct is under review"
        IDENTITY_REVIEW = "identity_review", "It is under review who took the assessments"
        HOLDER_REQUEST = "holder_request", "The holder asked for it"
        REVIEW_ENDED = "review_ended", "The review ended in the holder’s favour"
        IN_ERROR = "in_error", "It was suspended in error"
        REQUEST_ENDED = "request_ended", "The holder asked to end it"

    credential = models.ForeignKey(
        "certificates.Credential", on_delete=models.PROTECT, related_name="suspension_events"
    )
    number = models.PositiveSmallIntegerField(help_text="1 is the first suspension, 2 its end.")
    act = models.CharField(max_length=10, choices=SuspensionAct.choices)
    reason = models.CharField(max_length=32, choices=Reason.choices)
    public_text = models.CharField(max_length=300, blank=True, help_text="Shown to everybody while it is suspended.")
    private_note = models.TextField(blank=True, help_text="For the register only.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Suspensions and their ends take turns; a suspension has a text, its end a second person."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "number"], name="certificates_one_suspension_event"),
            models.CheckConstraint(
                condition=Q(Exact(F("number") % 2, Value(1)), act="suspended")
                | Q(Exact(F("number") % 2, Value(0)), act="reinstated", number__gte=2),
                name="certificates_suspensions_take_turns",
            ),
            models.CheckConstraint(
                condition=Q(act="reinstated") | ~Q(public_text=""), name="certificates_suspension_has_text"
            ),
            models.CheckConstraint(
                condition=Q(act="suspended")
                | (Q(act="reinstated", confirmed_by__isnull=False) & ~Q(confirmed_by=F("by"))),
                name="certificates_reinstated_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.number} of {self.credential_id}"
