"""Studies of stored answers: calibrations, comparisons of groups, equatings; and who asked for which, how far it is."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from exams.models.exam_forms import Exam, ExamForm
from lms.accounts.models import User


class StudyKind(models.TextChoices):
    """What is worked out."""

    CALIBRATION = "calibration", "Calibration"
    FAIRNESS = "fairness", "Comparison of groups"
    EQUATING = "equating", "Equating"


class StudyState(models.TextChoices):
    """Where a request stands. Nothing leads back from done and stopped."""

    ASKED = "asked", "Waiting for a worker"
    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


OPEN_STUDY_STATES = ("asked", "running")
# Which forms each kind of study is about.
FORMS_OF_KIND = (
    Q(kind="calibration", old_form__isnull=True)
    | Q(kind="fairness", form__isnull=False, old_form__isnull=True)
    | Q(kind="equating", form__isnull=False, old_form__isnull=False) & ~Q(form=F("old_form"))
)


class StudySubject(models.Model):
    """What a study is about: an exam, one of its forms or all of them, for equating the old form as well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=11, choices=StudyKind.choices)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(
        ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: all forms."
    )
    old_form = models.ForeignKey(
        ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Whose scale is used."
    )
    method = models.CharField(max_length=14, blank=True, help_text="Item response model, or way of equating.")

    class Meta:
        """No rows of its own."""

        abstract = True

    @property
    def title(self) -> str:
        """What it is about, in words."""
        if self.kind == StudyKind.EQUATING:
            return f"{self.form} on the scale of {self.old_form}"
        return str(self.form) if self.form else f"all forms of {self.exam}"


class Study(StudySubject):
    """What stored answers said at one moment. Rows are added, never changed.

    `figures` holds what the page shows. The same answers under the same rules give the same `data_digest`, and one
    study is not kept twice.
    """

    persons = models.PositiveIntegerField(help_text="Attempts that were counted.")
    rules = models.CharField(max_length=32, help_text="Version of the statistics.")
    software = models.CharField(max_length=120, help_text="What computed it beside our rules, with versions.")
    figures: "models.JSONField[Any, Any]" = models.JSONField(help_text="Statistics and the reasons of missing ones.")
    data_digest = models.CharField(max_length=64, help_text="SHA-256 over the question, the scores and the rules.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first; each kind with the forms it needs."""

        ordering = ["-made_at", "pk"]
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint(fields=["exam", "data_digest"], name="exams_study_once"),
            models.CheckConstraint(condition=FORMS_OF_KIND, name="exams_study_forms"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.title}"


class StudyRequest(StudySubject):
    """Somebody asked for a study; a worker makes it and says how far it is. `study` is what came of it."""

    random_groups = models.BooleanField(default=False, help_text="Equating: chance decided who took which form.")
    state = models.CharField(max_length=7, choices=StudyState.choices, default=StudyState.ASKED)
    step = models.CharField(max_length=11, blank=True, help_text="Which part of the work is under way.")
    share = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Percent of the step, where known.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")

    class Meta:
        """Newest first; what is done has its study, what has ended its time."""

        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "running"], ended_at__isnull=True, study__isnull=True)
                | Q(state="done", ended_at__isnull=False, study__isnull=False)
                | Q(state="stopped", ended_at__isnull=False, study__isnull=True),
                name="exams_study_request_ends",
            ),
            models.CheckConstraint(condition=FORMS_OF_KIND, name="exams_study_request_forms"),
            models.CheckConstraint(condition=Q(share__isnull=True) | Q(share__lte=100), name="exams_study_share"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in OPEN_STUDY_STATES

    @property
    def job_key(self) -> str:
        """The key of its job in the outbox."""
        return f"exams.study:{self.pk}"
