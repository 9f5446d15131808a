"""The policy of an exam: when it opens, how often one may come again, from where and with which browser."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from exams.models.exam_forms import Exam
from exams.rules import attempt_policy as rules
from exams.rules.safe_exam_browser import Keys
from lms.accounts.models import User


def default_waits() -> list[int]:
    """Days after the first and the second attempt."""
    return [wait.days for wait in rules.RetakePolicy().waits]


def default_counts() -> list[str]:
    """Outcomes that use up an attempt."""
    return sorted(rules.COUNTING)


class ExamPolicy(models.Model):
    """What an exam administrator decides about one exam; an exam without a row follows the defaults.

    Attempts in progress keep what they started with, except for access: networks and browser are checked as they are
    now. How many attempts there are is told by the exam itself.
    """

    exam = models.OneToOneField(Exam, on_delete=models.PROTECT, related_name="policy")
    revision = models.PositiveIntegerField(default=0, help_text="Counts changes; a change names the one it saw.")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True, help_text="It beats the time limit.")
    accommodation_moves_close = models.BooleanField(
        default=False, help_text="Whether the exam closes later for those who have more time."
    )
    window_days = models.PositiveSmallIntegerField(default=365, help_text="Days in which attempts are counted.")
    wait_days: "models.JSONField[Any, Any]" = models.JSONField(
        default=default_waits, help_text="Days after the first, second, ... attempt."
    )
    wait_after_last_days = models.PositiveSmallIntegerField(default=183)
    counts: "models.JSONField[Any, Any]" = models.JSONField(
        default=default_counts, help_text="Outcomes that use up an attempt."
    )
    wait_after_pass_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: whoever passed does not come again."
    )
    password_hash = models.CharField(max_length=256, blank=True)
    networks: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="Empty: from anywhere.")
    seb_required = models.BooleanField(default=False, help_text="Whether Safe Exam Browser is needed.")
    seb_config_key = models.CharField(max_length=64, blank=True, help_text="Of the newest settings file.")
    seb_browser_keys: "models.JSONField[Any, Any]" = models.JSONField(default=list)

    class Meta:
        """Times in order; there is a window to count in."""

        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="exams_policy_closes_after_opening",
            ),
            models.CheckConstraint(condition=Q(window_days__gt=0), name="exams_policy_has_window"),
        ]

    def __str__(self) -> str:
        return f"policy of {self.exam_id}, revision {self.revision}"

    @property
    def window(self) -> rules.Window:
        """When it can be started."""
        return rules.Window(self.opens_at, self.closes_at)

    @property
    def keys(self) -> Keys:
        """The keys of Safe Exam Browser that are accepted."""
        return Keys(self.seb_config_key, tuple(self.seb_browser_keys))

    @property
    def guards_room(self) -> bool:
        """Whether each page of the exam room has something to check."""
        return self.seb_required or bool(self.networks)

    def retakes(self, maximum_attempts: int) -> rules.RetakePolicy:
        """The rules of retakes as plain values."""
        after_pass = self.wait_after_pass_days
        return rules.RetakePolicy(
            maximum_attempts=maximum_attempts,
            window=timedelta(days=self.window_days),
            waits=tuple(timedelta(days=days) for days in self.wait_days),
            wait_after_last=timedelta(days=self.wait_after_last_days),
            counts=frozenset(rules.Outcome(outcome) for outcome in self.counts),
            wait_after_pass=None if after_pass is None else timedelta(days=after_pass),
        )


def policy_of(exam: Exam) -> ExamPolicy:
    """Return the policy of an exam, or the defaults for one without. No query where it was selected along."""
    found: ExamPolicy | None = getattr(exam, "policy", None)
    return found or ExamPolicy(exam=exam)


class SafeExamBrowserFile(models.Model):
    """One settings file of Safe Exam Browser. Added only; the newest of an exam counts."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField(help_text="The file as it was uploaded; candidates download it.")
    config_key = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"settings {self.pk} of {self.exam_id}"


class ExamPolicyChange(models.Model):
    """Who changed the policy of an exam, which fields, and why. Added only."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="policy_changes")
    revision = models.PositiveIntegerField()
    fields: "models.JSONField[Any, Any]" = models.JSONField(help_text="Names of what changed; values stay out.")
    reason = models.CharField(max_length=300)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One row for each revision, with a reason."""

        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "revision"], name="exams_policy_change_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_policy_change_has_reason"),
        ]

    def __str__(self) -> str:
        return f"change {self.revision} of {self.exam_id}"
