"""Written answers that people mark: who is to mark what, the marks, and what was changed about how it is done."""

import uuid
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from exams.models.attempts import Attempt
from exams.models.exam_forms import Exam
from exams.models.items import ItemVersion
from exams.rules.marking import Criterion, Purpose, read_rubric, settled_points
from exams.rules.result_policy import ResultState
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.permissions import Scope

PURPOSES = [
    (Purpose.FIRST.value, "First mark"),
    (Purpose.SECOND.value, "Second mark, blind"),
    (Purpose.ADJUDICATION.value, "Adjudication"),
]


class MarkingTaskQuerySet(models.QuerySet["MarkingTask"]):
    """Named reads of marking."""

    def waiting(self) -> "MarkingTaskQuerySet":
        """Tasks that nobody has taken, of attempts that still wait for marking."""
        return self.filter(
            done_at__isnull=True, marker__isnull=True, attempt__result__state=ResultState.AWAITING_MARKING
        )

    def held(self) -> "MarkingTaskQuerySet":
        """Tasks that somebody has taken and not marked yet."""
        return self.filter(done_at__isnull=True, marker__isnull=False)

    def held_by(self, person: User) -> "MarkingTaskQuerySet":
        """Tasks that a person has taken and not marked yet."""
        return self.filter(done_at__isnull=True, marker=person)

    def open_to(self, person: User, scope: Scope) -> "MarkingTaskQuerySet":
        """Tasks that a person may take: see `rules.marking.may_mark`. Only those who reach all answers adjudicate."""
        answer = MarkingTask.objects.filter(attempt=OuterRef("attempt"), position=OuterRef("position"), marker=person)
        rows = self.waiting().exclude(attempt__enrolment__person__in=[person.pk, *related_to(person)])
        rows = rows.filter(~Exists(answer))
        return rows if scope is Scope.ALL else rows.exclude(purpose=Purpose.ADJUDICATION)

    def points_of(self, attempt: Attempt) -> dict[int, Fraction | None]:
        """Return what every written answer of an attempt is worth, by its place; None while a mark is missing."""
        marks: dict[int, dict[Purpose, Fraction | None]] = {}
        for place, purpose, share in self.filter(attempt=attempt).values_list("position", "purpose", "mark__share"):
            marks.setdefault(place, {})[Purpose(purpose)] = None if share is None else Fraction(share)
        return {place: settled_points(given) for place, given in marks.items()}


def related_to(person: User, *, apart_from: Collection[str] = ()) -> set[int]:
    """Return the ids of those with whom a person has a declared relationship, in either direction, but for kinds."""
    declared = DeclaredRelationship.objects.filter(Q(person=person) | Q(other=person), ended_at__isnull=True)
    declared = declared.exclude(kind__in=apart_from)
    return {member for pair in declared.values_list("person", "other") for member in pair} - {person.pk}


class MarkingTask(models.Model):
    """One answer that one person is to mark. Whose answer it is, is not shown to them.

    Frozen in the database once it is done. The id says nothing about the attempt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="marking_tasks", db_index=False)
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    marker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    laid_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = MarkingTaskQuerySet.as_manager()

    class Meta:
        """An answer is marked once for each purpose, each time by somebody else; what is done was taken before."""

        ordering = ["laid_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position", "purpose"], name="exams_marking_once"),
            models.UniqueConstraint(
                fields=["attempt", "position", "marker"],
                condition=Q(marker__isnull=False),
                name="exams_marking_by_different_people",
            ),
            models.CheckConstraint(
                condition=Q(marker__isnull=True, taken_at__isnull=True, done_at__isnull=True)
                | Q(marker__isnull=False, taken_at__isnull=False),
                name="exams_marking_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=[name for name, _ in PURPOSES]), name="exams_marking_purpose"
            ),
        ]
        indexes = [models.Index(fields=["done_at", "marker", "laid_at"], name="exams_marking_waiting")]

    def __str__(self) -> str:
        return f"{self.purpose} mark of {self.position} of {self.attempt_id}"

    @property
    def rubric(self) -> tuple[Criterion, ...]:
        """What the marker looks for."""
        return read_rubric(self.version.key)

    @property
    def is_adjudication(self) -> bool:
        """Whether two marks before this one lay too far apart."""
        return self.purpose == Purpose.ADJUDICATION


class Mark(models.Model):
    """Points that one person gave. Rows are added, never changed."""

    task = models.OneToOneField(MarkingTask, on_delete=models.PROTECT, related_name="mark")
    marker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    awards: "models.JSONField[Any, Any]" = models.JSONField(help_text="Points by criterion, as text.")
    share = models.CharField(max_length=40, help_text='Exact share of all points, as in "7/10".')
    comment = models.TextField(blank=True)
    answer_hash = models.CharField(max_length=64, help_text="Of the answer that was marked.")
    marked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.share} for {self.task_id}"


class MarkingChange(models.Model):
    """Somebody changed how answers of an exam are marked. Rows are added, never changed."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="marking_changes")
    second_marking_share = models.DecimalField(max_digits=3, decimal_places=2, help_text="From then on.")
    discrepancy_limit = models.DecimalField(max_digits=3, decimal_places=2, help_text="From then on.")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first; nothing changes without a reason."""

        ordering = ["-changed_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="exams_marking_change_has_reason")]

    def __str__(self) -> str:
        return f"marking of {self.exam_id} changed"
