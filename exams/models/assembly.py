"""How exams get their forms: policy, decisions about forms, changes of drafts, and how often items were given out."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.blueprints import Blueprint
from exams.models.exam_forms import Exam, ExamForm
from exams.models.items import ItemVersion
from lms.accounts.models import User


class FormMode(models.TextChoices):
    """Where an attempt gets its form from."""

    FIXED = "fixed", "Fixed forms"
    PER_ATTEMPT = "per_attempt", "A form made for each attempt"


class AssemblyPolicy(models.Model):
    """How one exam gives out forms. An exam without a row gives out its active form."""

    exam = models.OneToOneField(Exam, on_delete=models.PROTECT, primary_key=True, related_name="assembly_policy")
    form_mode = models.CharField(max_length=11, choices=FormMode.choices, default=FormMode.FIXED)
    blueprint = models.ForeignKey(
        Blueprint, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Of forms per attempt."
    )
    different_form_required = models.BooleanField(default=False, help_text="Nobody sees a form twice.")
    overlap_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most items that a form shares with one the person saw before."
    )
    exposure_days = models.PositiveSmallIntegerField(default=365, help_text="Attempts of so many days count.")

    class Meta:
        """Forms per attempt need a blueprint, the count of exposure a span of time."""

        constraints = [
            models.CheckConstraint(
                condition=Q(form_mode="fixed") | Q(blueprint__isnull=False), name="exams_policy_has_blueprint"
            ),
            models.CheckConstraint(condition=Q(exposure_days__gt=0), name="exams_policy_counts_days"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.form_mode}"

    @property
    def makes_forms(self) -> bool:
        """Whether each attempt gets a form of its own."""
        return self.form_mode == FormMode.PER_ATTEMPT


def assembly_policy_of(exam: Exam) -> AssemblyPolicy:
    """Return the policy of an exam, or the ordinary one that is nowhere stored."""
    try:
        return exam.assembly_policy
    except AssemblyPolicy.DoesNotExist:
        return AssemblyPolicy(exam=exam)


def blueprint_of(exam: Exam) -> Blueprint | None:
    """Return the blueprint of the forms that an exam gives out now, or None while it gives out none."""
    policy = assembly_policy_of(exam)
    if policy.makes_forms:
        return policy.blueprint
    return exam.active_form.blueprint if exam.active_form else None


class FormAct(models.TextChoices):
    """What was decided about a form for an exam."""

    ACTIVATED = "activated", "Made the active form"
    ADDED = "added", "Given out beside the active form"
    WITHDRAWN = "withdrawn", "No longer given out"


class FormUseQuerySet(models.QuerySet["FormUse"]):
    """Named reads of decisions."""

    def standing(self, exam: Exam) -> "FormUseQuerySet":
        """Return the last decision about each form of an exam, unless it was to withdraw the form."""
        later = FormUse.objects.filter(exam=exam, form=models.OuterRef("form")).order_by("-pk")
        last = self.filter(exam=exam, pk=models.Subquery(later.values("pk")[:1]))
        return last.exclude(act=FormAct.WITHDRAWN)

    def standing_anywhere(self) -> "FormUseQuerySet":
        """Return the last decision about each form of every exam, unless it was to withdraw the form."""
        later = FormUse.objects.filter(
            exam=models.OuterRef("exam"), form=models.OuterRef("form"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(later)).exclude(act=FormAct.WITHDRAWN)


class FormUse(models.Model):
    """One decision about a locked form for one exam, with its reason. Rows are added, never changed."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="form_uses")
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="uses")
    act = models.CharField(max_length=9, choices=FormAct.choices)
    reason = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    objects = FormUseQuerySet.as_manager()

    class Meta:
        """In the order in which they were made."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["exam", "form", "-id"], name="exams_formuse_last")]

    def __str__(self) -> str:
        return f"{self.form_id} for {self.exam_id}: {self.act}"


class FormChange(models.Model):
    """One item of a draft was taken out and another put in. Rows are added, never changed."""

    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="changes")
    position = models.PositiveSmallIntegerField()
    taken_out = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    put_in = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order in which they were made."""

        ordering = ["changed_at", "pk"]

    def __str__(self) -> str:
        return f"change at {self.position} of {self.form_id}"


class ItemExposure(models.Model):
    """How many attempts at an exam saw one item version, out of how many. Counted by the clock, read by assembly.

    A count of its own, so that no start has to change a row that every other start changes too.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="exposures")
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    administrations = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField(help_text="All attempts of the same days.")
    counted_at = models.DateTimeField()

    class Meta:
        """One count per exam and version; nobody saw an item more often than there were attempts."""

        constraints = [
            models.UniqueConstraint(fields=["exam", "version"], name="exams_itemexposure_once"),
            models.CheckConstraint(
                condition=Q(administrations__lte=models.F("attempts")), name="exams_itemexposure_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.administrations} of {self.attempts}"
