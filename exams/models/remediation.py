"""Remediation plans: what was not met, what is done about it until when, and everything that happened to the plan."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Enrolment
from exams.models.practicals import SignOff
from exams.rules.remediation import PlanFacts
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class ActivityKind(models.TextChoices):
    """What a trainee does."""

    LESSON = "lesson", "Lesson of the course"
    PRACTICE = "practice", "Supervised practice"
    READING = "reading", "Reading"


class PlanOutcome(models.TextChoices):
    """How a plan ended."""

    DONE = "done", "Done"
    NOT_DONE = "not_done", "Not done"


class EntryKind(models.TextChoices):
    """What happened to a plan after it was written."""

    AGREED = "agreed", "The trainee agrees"
    RECEIVED = "received", "The trainee has read it and remarks"
    NOTE = "note", "Follow-up"
    POSTPONED = "postponed", "Moved to a later day"
    HANDED_OVER = "handed_over", "Handed over"
    DONE = "done", "Closed as done"
    NOT_DONE = "not_done", "Closed as not done"


ANSWERS = (EntryKind.AGREED.value, EntryKind.RECEIVED.value)


class PlanQuerySet(models.QuerySet["RemediationPlan"]):
    """Named reads of plans."""

    def visible_to(self, person: User, scope: Scope) -> "PlanQuerySet":
        """Narrow to one's own as trainee, to those one wrote, follows up or assessed for, or all."""
        if scope is Scope.ALL:
            return self
        own = Q(enrolment__person=person)
        if scope is Scope.OWN:
            return self.filter(own)
        return self.filter(own | Q(written_by=person) | Q(follow_up_by=person) | Q(sign_off__sitting__assessor=person))

    def open(self) -> "PlanQuerySet":
        """Narrow to those that nobody has closed."""
        return self.filter(closed_at__isnull=True)

    def unanswered(self) -> "PlanQuerySet":
        """Narrow to those that the trainee has not answered."""
        return self.exclude(entries__kind__in=ANSWERS)

    def with_people(self) -> "PlanQuerySet":
        """Fetch what every page about a plan shows."""
        return self.select_related("enrolment__person", "enrolment__programme", "follow_up_by", "written_by")


class RemediationPlan(models.Model):
    """One plan after a record with stations that were not met. Frozen in the database once it is closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="remediation_plans")
    sign_off = models.ForeignKey(SignOff, on_delete=models.PROTECT, related_name="remediation_plans")
    stations: "models.JSONField[Any, Any]" = models.JSONField(help_text="Codes of the stations that were not met.")
    findings: "models.JSONField[Any, Any]" = models.JSONField(help_text="What was not met, as the record has it.")
    due_on = models.DateField()
    follow_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plans_to_follow_up"
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    nonce = models.UUIDField(unique=True, help_text="Of the request that wrote it; a repeat finds this row.")
    outcome = models.CharField(max_length=8, choices=PlanOutcome.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        """One open plan per record; what is closed has a person, a moment and an outcome."""

        ordering = ["due_on", "written_at"]
        indexes = [models.Index(fields=["closed_at", "due_on"], name="exams_remediation_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_off"], condition=Q(closed_at__isnull=True), name="exams_remediation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | Q(closed_at__isnull=False, closed_by__isnull=False, outcome__in=PlanOutcome.values),
                name="exams_remediation_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"remediation plan {self.id}"

    @property
    def trainee(self) -> User:
        """For whom it is."""
        return self.enrolment.person

    @property
    def is_open(self) -> bool:
        """Whether it still takes entries."""
        return self.closed_at is None

    def is_overdue(self, today: date) -> bool:
        """Whether its last day has passed and nobody has closed it."""
        return self.is_open and self.due_on < today

    @property
    def facts(self) -> PlanFacts:
        """The plan as rules know it."""
        return PlanFacts(tuple(self.stations), self.written_at, self.due_on, self.outcome)


class RemediationActivity(models.Model):
    """One thing to do. Added only."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ActivityKind.choices)
    lesson_code = models.CharField(max_length=16, blank=True)
    text = models.CharField(max_length=300)

    class Meta:
        """In order; a lesson has its code, nothing else has one."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="exams_remediation_activity_position"),
            models.CheckConstraint(
                condition=(Q(kind="lesson") & ~Q(lesson_code="")) | Q(kind__in=["practice", "reading"], lesson_code=""),
                name="exams_remediation_activity_lesson",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="exams_remediation_activity_text"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class RemediationEntry(models.Model):
    """One thing that happened to a plan, with who and when. Added only."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    text = models.TextField(blank=True)
    due_before = models.DateField(null=True, blank=True)
    due_after = models.DateField(null=True, blank=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The trainee answers once; all but agreement have a text, only a move has days, only a hand-over a person."""

        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind__in=["agreed", "received"]), name="exams_remediation_one_answer"
            ),
            models.CheckConstraint(condition=Q(kind="agreed") | ~Q(text=""), name="exams_remediation_entry_text"),
            models.CheckConstraint(
                condition=Q(kind="postponed", due_before__isnull=False, due_after__gt=models.F("due_before"))
                | (~Q(kind="postponed") & Q(due_before__isnull=True, due_after__isnull=True)),
                name="exams_remediation_entry_days",
            ),
            models.CheckConstraint(
                condition=Q(kind="handed_over", to__isnull=False) | (~Q(kind="handed_over") & Q(to__isnull=True)),
                name="exams_remediation_entry_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.plan_id}"
