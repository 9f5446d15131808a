"""Exams and their forms."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Programme
from exams.models.blueprints import Blueprint
from exams.models.items import ItemVersion
from lms.accounts.models import User


class Section(models.TextChoices):
    """Whether an item counts. Candidates cannot tell."""

    SCORED = "scored", "Scored"
    PRETEST = "pretest", "Pretest"


class FormKind(models.TextChoices):
    """Whether many attempts use a form, or one."""

    FIXED = "fixed", "Fixed"
    PER_ATTEMPT = "per_attempt", "Made for one attempt"


class FormStatus(models.TextChoices):
    """Where a form stands. Nothing leads back from locked."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    LOCKED = "locked", "Locked"


class ExamForm(models.Model):
    """One assembled set of item versions, in order. Frozen in the database once locked, its items included.

    `published_at` is the moment of locking. Whoever put a form together does not lock it.
    """

    code = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="forms")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 over blueprint version and item versions.")
    kind = models.CharField(max_length=11, choices=FormKind.choices, default=FormKind.FIXED)
    status = models.CharField(max_length=9, choices=FormStatus.choices, default=FormStatus.DRAFT)
    assembly: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, blank=True, help_text="Solver, seed, demands, objective and end of the search; empty by hand."
    )
    assembled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Versions are numbered; what a person assembled, another one locks."""

        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="exams_form_version"),
            models.CheckConstraint(
                condition=Q(status="locked", published_at__isnull=False)
                | Q(status__in=["draft", "in_review"], published_at__isnull=True),
                name="exams_form_locked_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="locked")
                | Q(assembled_by__isnull=True)
                | Q(locked_by__isnull=False) & ~Q(locked_by=F("assembled_by")),
                name="exams_form_locked_by_another",
            ),
        ]
        indexes = [models.Index(fields=["kind", "status", "-created_at"], name="exams_form_listed")]

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"

    @property
    def is_locked(self) -> bool:
        """Whether nothing about it can change any more."""
        return self.status == FormStatus.LOCKED


class FormItem(models.Model):
    """One item version at one place of a form."""

    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="form_items")
    position = models.PositiveSmallIntegerField(help_text="1 is the first question.")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="form_items")
    section = models.CharField(max_length=8, choices=Section.choices)

    class Meta:
        """One item per place, one place per item."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="exams_formitem_position"),
            models.UniqueConstraint(fields=["form", "version"], name="exams_formitem_version"),
            models.CheckConstraint(condition=Q(section__in=["scored", "pretest"]), name="exams_formitem_section"),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.form_id}"


class Release(models.TextChoices):
    """When candidates learn their result."""

    AT_ONCE = "at_once", "As soon as it is scored"
    BY_PEOPLE = "by_people", "When two people have released it"


class Exam(models.Model):
    """The written exam of a programme. Its active form is what the next attempt gets; time and cut come with it."""

    code = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="exams")
    active_form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    release = models.CharField(max_length=10, choices=Release.choices, default=Release.AT_ONCE)
    supervised_only = models.BooleanField(
        default=False, help_text="It starts only in an exam session, once an invigilator has admitted the candidate."
    )
    is_required = models.BooleanField(
        default=True,
        help_text="The practical and the certificate ask for a pass.",
    )
    maximum_attempts = models.PositiveSmallIntegerField(default=3, help_text="Within twelve months.")
    appeal_days = models.PositiveSmallIntegerField(default=30, help_text="To appeal, from the release of a result.")
    decision_days = models.PositiveSmallIntegerField(default=30, help_text="To decide an appeal, from its arrival.")
    regrade_may_lower = models.BooleanField(
        default=False, help_text="Whether a corrected key may lower a result that is out. Usually it may not."
    )
    second_marking_share = models.DecimalField(
        max_digits=3, decimal_places=2, default=Decimal("0.10"), help_text="Share of written answers marked twice."
    )
    discrepancy_limit = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.20"),
        help_text="How far apart two marks may lie, as a share of full points, before a third person decides.",
    )

    class Meta:
        """Shares lie between nothing and all."""

        constraints = [
            models.CheckConstraint(
                condition=models.Q(second_marking_share__gte=0, second_marking_share__lte=1),
                name="exams_exam_second_marking_share",
            ),
            models.CheckConstraint(
                condition=models.Q(discrepancy_limit__gte=0, discrepancy_limit__lte=1),
                name="exams_exam_discrepancy_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.title
