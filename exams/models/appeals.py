"""Appeals: a candidate objects to a result, or to one question of their form."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from exams.models.attempts import Attempt
from exams.models.exam_forms import FormItem
from exams.models.key_changes import KeyChange
from exams.models.results import ResultEvent
from exams.rules.appeal_policy import AppealKind, AppealState
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Scope

KINDS = [(kind.value, kind.words) for kind in AppealKind]
STATES = [(state.value, state.words) for state in AppealState]


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Named reads of appeals."""

    def visible_to(self, person: User, scope: Scope) -> "AppealQuerySet":
        """Narrow to what a person may see: own appeals, or all."""
        return self if scope is Scope.ALL else self.filter(opened_by=person)


class Appeal(models.Model):
    """One objection with its decision. Frozen in the database once it is decided or withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="appeals")
    kind = models.CharField(max_length=6, choices=KINDS)
    position = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of the question on the form.")
    text = models.TextField(help_text="In the candidate's own words.")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appeals")
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(help_text="By when it is to be decided.")
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=STATES, default=AppealState.OPEN.value)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it was decided or withdrawn.")
    reasons = models.TextField(blank=True, help_text="Of the decision; the candidate reads them.")

    objects = AppealQuerySet.as_manager()

    class Meta:
        """One open objection to one thing; a decision has a person, reasons, and is not the candidate's own."""

        ordering = ["due_on", "opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="item", position__isnull=False) | Q(kind="result", position__isnull=True),
                name="exams_appeal_item_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, decided_by__isnull=True, reasons="")
                | Q(state="withdrawn", closed_at__isnull=False, decided_by__isnull=True, reasons="")
                | (Q(state__in=["upheld", "rejected"], closed_at__isnull=False, decided_by__isnull=False))
                & ~Q(reasons=""),
                name="exams_appeal_decision_complete",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("opened_by")), name="exams_appeal_not_own"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="exams_appeal_has_text"),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(state="open", kind="result"), name="exams_appeal_one_open"
            ),
            models.UniqueConstraint(
                fields=["attempt", "position"], condition=Q(state="open", kind="item"), name="exams_appeal_item_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="exams_appeal_docket")]

    def __str__(self) -> str:
        return f"appeal about {self.attempt_id}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == AppealState.OPEN

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return f"Question {self.position}" if self.position else "The result"

    def correction(self) -> KeyChange | None:
        """Return the first correction of the question's key since the appeal about it was upheld, if any. A query."""
        if self.state != AppealState.UPHELD or self.position is None:
            return None
        asked = FormItem.objects.filter(form=self.attempt.form_id, position=self.position).values("version")
        since = KeyChange.objects.filter(version__in=asked, decided_at__gte=self.closed_at)
        return since.order_by("number").first()

    def changed_score(self) -> bool | None:
        """Whether the score that counts changed when this decision had it scored again; None where it had not. A query.

        Nobody decides twice about one result, and a key change scores on a proposal: so the step by which the decider
        let out a score, after it was scored again on no proposal, is the one of this decision.
        """
        if self.state != AppealState.UPHELD or self.kind != AppealKind.RESULT:
            return None
        steps = ResultEvent.objects.filter(result=self.attempt_id, to_state=ResultState.RELEASED, score__isnull=False)
        before = None
        for step in steps.select_related("score").order_by("pk"):
            is_ours = step.by_id == self.decided_by_id and step.proposal_id is None
            if before and step.score and is_ours and step.from_state == ResultState.REGRADED:
                return not step.score.shows_the_same_as(before)
            before = step.score
        return None


class AppealStep(models.TextChoices):
    """What happened to an appeal."""

    OPENED = "opened", "Opened"
    ASSIGNED = "assigned", "Assigned"
    UPHELD = "upheld", "Upheld"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AppealEvent(models.Model):
    """One step of an appeal. Rows are added, never changed."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=9, choices=AppealStep.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Steps are read in their order."""

        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.step} of {self.appeal_id}"
