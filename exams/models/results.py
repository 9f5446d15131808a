"""What became of a closed attempt: whether its result is out, under review, or void."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.attempts import Attempt, Score, VoidKind
from exams.rules.appeal_policy import appeal_until
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.approvals.models import Proposal

STATES = [(state.value, state.words) for state in ResultState]


class Result(models.Model):
    """The standing of one closed attempt. The score that people see, and that counts, is `released_score`.

    Scores are rows that never change; a new one counts only when it is released.
    """

    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, primary_key=True, related_name="result")
    state = models.CharField(max_length=16, choices=STATES)
    void_kind = models.CharField(max_length=10, choices=VoidKind.choices, blank=True)
    released_score = models.ForeignKey(Score, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    passed = models.BooleanField(
        null=True, blank=True, help_text="Decision of the released score, so that lists need not read scores."
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """What is out has a score; what has not been out has none."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=[name for name, _ in STATES]), name="exams_result_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "appealed", "regraded"]) | Q(released_score__isnull=False),
                name="exams_result_out_has_score",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["awaiting_marking", "scored", "held"]) | Q(released_score__isnull=True),
                name="exams_result_in_has_none",
            ),
            models.CheckConstraint(
                condition=(Q(state="voided") & ~Q(void_kind="")) | (~Q(state="voided") & Q(void_kind="")),
                name="exams_result_void_has_kind",
            ),
            models.CheckConstraint(
                condition=Q(released_score__isnull=True, passed__isnull=True)
                | Q(released_score__isnull=False, passed__isnull=False),
                name="exams_result_decision_with_score",
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_at"], name="exams_result_waiting")]

    def __str__(self) -> str:
        return f"result of {self.attempt_id}"

    @property
    def out_since(self) -> datetime:
        """When the score that counts was first let out; only for a result that is out. One query."""
        steps = self.events.filter(to_state="released", score=self.released_score_id).order_by("happened_at")
        return steps.values_list("happened_at", flat=True).first() or self.changed_at

    @property
    def appeal_until(self) -> datetime:
        """The last moment at which the candidate may appeal; only for a result that is out."""
        return appeal_until(self.out_since, days=self.attempt.exam.appeal_days)


class ResultEvent(models.Model):
    """One step of a result from one state to another. Rows are added, never changed."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=16, blank=True, help_text="Empty for the first step.")
    to_state = models.CharField(max_length=16, choices=STATES)
    score = models.ForeignKey(Score, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Steps are read in their order."""

        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_state} to {self.to_state} of {self.result_id}"
