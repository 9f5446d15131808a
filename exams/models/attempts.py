"""Attempts: one person's sitting of a form, every answer with its history, and the results."""

import uuid
from collections.abc import Collection, Mapping, Set
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from courses.models import Enrolment
from exams.models.exam_forms import Exam, ExamForm, FormItem
from exams.rules.accommodations import Adjustments
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class AttemptState(models.TextChoices):
    """Where an attempt stands (exams.md 1.3). Only a pause leads back to `started`; what is closed is frozen."""

    STARTED = "started", "In progress"
    PAUSED = "paused", "Paused"
    SUBMITTED = "submitted", "Submitted"
    EXPIRED = "expired", "Closed at the end of its time"
    VOIDED = "voided", "Void"


OPEN_STATES = ("started", "paused")
CLOSED_STATES = ("submitted", "expired", "voided")


class VoidKind(models.TextChoices):
    """Why an attempt is void: the first does not use up an attempt, the second does."""

    TECHNICAL = "technical", "Technical fault"
    MISCONDUCT = "misconduct", "Misconduct"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Named reads of attempts."""

    def visible_to(self, person: User, scope: Scope) -> "AttemptQuerySet":
        """Narrow to what a person may see: own attempts, or all."""
        return self if scope is Scope.ALL else self.filter(enrolment__person=person)

    def open(self) -> "AttemptQuerySet":
        """Attempts that have not been closed, paused ones included."""
        return self.filter(state__in=OPEN_STATES)

    def running(self) -> "AttemptQuerySet":
        """Attempts whose clock runs."""
        return self.filter(state=AttemptState.STARTED)

    def paused(self) -> "AttemptQuerySet":
        """Attempts whose clock stands still."""
        return self.filter(state=AttemptState.PAUSED)

    def with_result(self) -> "AttemptQuerySet":
        """Read along `passed` of the score that is out, None while there is none; the result's state and void."""
        return self.annotate(  # type: ignore[no-redef]  # named on the model for readers
            passed=F("result__released_score__passed"),
            result_state=F("result__state"),
            result_void_kind=F("result__void_kind"),
        )

    def technically_void(self) -> "AttemptQuerySet":
        """Attempts that a technical fault took, whether they were open or handed in when they were voided."""
        return self.filter(result__state="voided", result__void_kind=VoidKind.TECHNICAL)

    def passing(self) -> "AttemptQuerySet":
        """Attempts whose result is out and passes."""
        return self.filter(result__released_score__passed=True).exclude(result__state="voided")

    def passed_by(self, enrolment: Enrolment) -> "AttemptQuerySet":
        """Attempts of an enrolment whose result is out and passes."""
        return self.passing().filter(enrolment=enrolment)


def required_exams_passed_at(enrolment: Enrolment) -> datetime | None:
    """Return when the last required exam of the programme was passed for the first time, in two queries.

    None while one of them is not passed, and in a programme that has none.
    """
    return required_exams_passed([enrolment])[enrolment.pk]


def required_exams_passed(enrolments: Collection[Enrolment]) -> dict[uuid.UUID, datetime | None]:
    """Return what `required_exams_passed_at` says, of many enrolments by their keys, in two queries for all."""
    programmes = {enrolment.programme_id for enrolment in enrolments}
    required: dict[int, set[int]] = {}
    exams = Exam.objects.filter(programme__in=programmes, is_required=True)
    for programme, exam in exams.values_list("programme", "pk"):
        required.setdefault(programme, set()).add(exam)
    passes = Attempt.objects.passing().filter(enrolment__in=[enrolment.pk for enrolment in enrolments])
    first: dict[uuid.UUID, dict[int, datetime]] = {}
    newest_first = passes.order_by("-submitted_at").values_list("enrolment", "exam", "submitted_at")
    for key, exam, at in newest_first:
        if at:
            first.setdefault(key, {})[exam] = at
    return {
        enrolment.pk: _last_of(required.get(enrolment.programme_id, set()), first.get(enrolment.pk, {}))
        for enrolment in enrolments
    }


def _last_of(required: Set[int], passed: Mapping[int, datetime]) -> datetime | None:
    return max(passed[exam] for exam in required) if required and required <= passed.keys() else None


class Attempt(models.Model):
    """One sitting. Everything that decides about it was copied here at the start, nothing is looked up later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="attempts")
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(help_text="1 is the first attempt of this enrolment at this exam.")
    state = models.CharField(max_length=9, choices=AttemptState.choices, default=AttemptState.STARTED)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    submitted_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was handed in; the deadline itself when time ran out."
    )
    minutes = models.PositiveSmallIntegerField(help_text="Base time of the form.")
    time_multiplier = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1))
    extra_minutes = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    accommodation: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text="Breaks, large print, room, reader as granted at the start; time has columns."
    )
    window_closes_at = models.DateTimeField(
        null=True, blank=True, help_text="When the exam closes for this attempt; the deadline is never later."
    )
    window_moves = models.BooleanField(default=False, help_text="Whether more time moves the close as well.")
    blocked_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the browser does not prove itself; answers are still stored."
    )
    seed = models.CharField(max_length=64, help_text="32 random bytes in hex: the key of the option order.")
    honour_text = models.CharField(max_length=80, help_text="Which text was accepted: blueprint code and version.")
    honour_accepted_at = models.DateTimeField()
    token = models.CharField(max_length=32, help_text="Held by the one session that may answer.")
    claims = models.PositiveIntegerField(default=0, help_text="How often another session took over.")
    rev = models.PositiveIntegerField(default=0, help_text="Counts accepted requests; the order of the answer log.")

    remaining = models.DurationField(null=True, blank=True, help_text="Time left, while the clock is paused.")
    void_kind = models.CharField(max_length=10, choices=VoidKind.choices, blank=True)

    passed: bool | None  # only on rows read by `with_result`
    result_state: str | None
    result_void_kind: str | None

    objects = AttemptQuerySet.as_manager()

    class Meta:
        """One open attempt per enrolment and exam; state and times agree."""

        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "exam"], condition=Q(state__in=OPEN_STATES), name="exams_one_open_attempt"
            ),
            models.UniqueConstraint(fields=["enrolment", "exam", "number"], name="exams_attempt_number"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, submitted_at__isnull=True)
                | Q(state__in=CLOSED_STATES, submitted_at__isnull=False),
                name="exams_attempt_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="paused", remaining__isnull=False) | (~Q(state="paused") & Q(remaining__isnull=True)),
                name="exams_attempt_paused_has_rest",
            ),
            models.CheckConstraint(
                condition=(Q(state="voided") & ~Q(void_kind="")) | (~Q(state="voided") & Q(void_kind="")),
                name="exams_attempt_void_has_kind",
            ),
            models.CheckConstraint(condition=Q(deadline__gt=F("started_at")), name="exams_attempt_has_time"),
        ]
        indexes = [
            models.Index(fields=["state", "deadline"], name="exams_attempt_overdue"),
            models.Index(fields=["-started_at", "id"], name="exams_attempt_newest"),
            models.Index(fields=["exam", "-started_at", "id"], name="exams_attempt_by_exam"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.enrolment_id}"

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed; a paused attempt is open too."""
        return self.state in OPEN_STATES

    @property
    def is_running(self) -> bool:
        """Whether answers can arrive, time permitting."""
        return self.state == AttemptState.STARTED

    @property
    def is_paused(self) -> bool:
        """Whether an invigilator has stopped the clock."""
        return self.state == AttemptState.PAUSED

    @property
    def adjustments(self) -> Adjustments:
        """What the candidate got beyond the base time, as it was when the attempt started or was extended."""
        return Adjustments(self.time_multiplier, self.extra_minutes, **self.accommodation)

    @property
    def void(self) -> str:
        """Why it is void, a value of `VoidKind`; empty when it is not."""
        result = getattr(self, "result", None)
        return self.void_kind or (result.void_kind if result is not None else "")

    @property
    def released_score(self) -> "Score | None":
        """The score that is out and counts; None before that, and for an attempt that is void."""
        result = getattr(self, "result", None)
        return result.released_score if result is not None and result.state != "voided" else None


class Response(models.Model):
    """The current answer at one place of the form. Rows are made at the start, so a save is one update.

    `seq` 0 means not reached; a `value` of None with a higher `seq` means seen and left empty.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses", db_index=False)
    form_item = models.ForeignKey(FormItem, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    option_order: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="Option ids as shown.")
    seq = models.PositiveIntegerField(default=0)
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True, help_text="Option ids, or a number as typed.")
    body_hash = models.CharField(max_length=64, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    flagged = models.BooleanField(default=False)

    class Meta:
        """One row per attempt and place."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="exams_response_once"),
            models.CheckConstraint(
                condition=Q(seq=0, saved_at__isnull=True) | Q(seq__gt=0, saved_at__isnull=False),
                name="exams_response_saved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.position} of {self.attempt_id}"


class ResponseLog(models.Model):
    """Every accepted save, chained per attempt by hashes. Rows are added, never changed."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="log", db_index=False)
    position = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    rev = models.PositiveIntegerField()
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    body_hash = models.CharField(max_length=64)
    client_time = models.CharField(max_length=40, blank=True, help_text="What the device claimed; evidence only.")
    received_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """One row per number of an answer, one line per attempt."""

        ordering = ["rev"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "seq"], name="exams_log_seq"),
            models.UniqueConstraint(fields=["attempt", "rev"], name="exams_log_rev"),
        ]

    def __str__(self) -> str:
        return f"save {self.rev} of {self.attempt_id}"


class StrayReason(models.TextChoices):
    """Why an answer was kept but not taken."""

    SUPERSEDED = "superseded", "The attempt had gone on at another device"
    CLOSED = "closed", "The attempt was closed"


class StraySave(models.Model):
    """An answer that arrived and did not count. Shown to the candidate; it never counts by itself."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="strays", db_index=False)
    position = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    value: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    body_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=StrayReason.choices)
    client_time = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        """A repeat of the same stray is the same row."""

        ordering = ["received_at", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "seq", "body_hash"], name="exams_stray_once")
        ]

    def __str__(self) -> str:
        return f"stray {self.position}/{self.seq} of {self.attempt_id}"


class ScoreQuerySet(models.QuerySet["Score"]):
    """Named reads of scores."""

    def not_voided(self) -> "ScoreQuerySet":
        """Leave out scores of attempts that were voided, before or after they were scored."""
        return self.exclude(attempt__state="voided").exclude(attempt__result__state="voided")

    def counted(self) -> "ScoreQuerySet":
        """Narrow to what statistics count: the last score of each attempt that was not voided."""
        last = Score.objects.filter(attempt=OuterRef("attempt")).order_by("-number").values("pk")[:1]
        return self.not_voided().filter(pk=Subquery(last))


class Score(models.Model):
    """One scoring of an attempt. A rescore is a new row with the next number; `Result` says which one counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="scores", db_index=False)
    number = models.PositiveSmallIntegerField()
    scorer = models.CharField(max_length=32, help_text="Version of the scoring rules.")
    items: "models.JSONField[Any, Any]" = models.JSONField(help_text="Per place: version, section, state, exact score.")
    areas: "models.JSONField[Any, Any]" = models.JSONField(help_text="Per content area: points and number of items.")
    raw = models.DecimalField(max_digits=9, decimal_places=4, help_text="Points, cut off after four places.")
    maximum = models.DecimalField(max_digits=7, decimal_places=2)
    cut = models.DecimalField(max_digits=7, decimal_places=2)
    passed = models.BooleanField(help_text="Decided on the exact points, before any rounding.")
    scaled = models.PositiveSmallIntegerField(null=True, blank=True, help_text="On the scale of the blueprint.")
    minimums: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text="Per minimum: title, points reached, points asked for, whether met."
    )
    missed = models.PositiveSmallIntegerField(default=0, help_text="How many minimums were not reached.")
    key_changes: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text="Ids of the key changes in force when it was scored."
    )
    log_hash = models.CharField(max_length=64, help_text="End of the answer log that was scored.")
    scored_at = models.DateTimeField(default=timezone.now)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        """Results are numbered; the decision agrees with the points."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="exams_score_number"),
            models.CheckConstraint(
                condition=Q(passed=True, raw__gte=F("cut"), missed=0)
                | Q(passed=False, raw__lt=F("cut"))
                | Q(passed=False, missed__gt=0),
                name="exams_score_decision_agrees",
            ),
            models.CheckConstraint(
                condition=Q(raw__gte=Decimal(0), raw__lte=F("maximum")), name="exams_score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.number} of {self.attempt_id}"

    def shows_the_same_as(self, other: "Score") -> bool:
        """Whether a candidate reads the same of both: decision, points in all and by area, scale and minimums."""
        shown = ("passed", "raw", "maximum", "cut", "scaled", "areas", "minimums")
        return all(getattr(self, name) == getattr(other, name) for name in shown)
