"""A programme, and the people enrolled in it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.permissions import Scope


class Pathway(models.TextChoices):
    """By which road a trainee is admitted (curriculum section 5)."""

    ACADEMIC = "academic", "A: degree in a listed field"
    EXPERIENCE = "experience", "B: psychiatric or medical work"
    PROVIDER = "provider", "C: on the job with a TMS provider"
    LICENSED = "licensed", "D: licensed clinician or R. EEG T."


class Programme(models.Model):
    """One road from admission to a credential: a course, an exam and a practical."""

    code = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    curriculum_version = models.CharField(max_length=16)
    months_to_finish = models.PositiveSmallIntegerField(default=24)

    def __str__(self) -> str:
        return self.title


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Named reads of enrolments."""

    def visible_to(self, person: User, scope: Scope) -> "EnrolmentQuerySet":
        """Narrow to what a person may see: own rows, those of assigned sittings, or all."""
        if scope is Scope.ALL:
            return self
        if scope is Scope.ASSIGNED:
            return self.filter(sittings__assessor=person).distinct()
        return self.filter(person=person)


class Enrolment(models.Model):
    """One person takes part in one programme. Everything earned hangs on this row, so it is never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="enrolments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    curriculum_version = models.CharField(max_length=16, help_text="The version that the trainee was admitted to.")
    pathway = models.CharField(max_length=16, choices=Pathway.choices)
    enrolled_at = models.DateTimeField(default=timezone.now)
    course_completed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    progress_at = models.DateTimeField(
        null=True, blank=True, help_text="When progress last changed; updating it makes changes wait for each other."
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        """One open enrolment per person and programme."""

        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(closed_at__isnull=True),
                name="courses_one_open_enrolment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.programme_id}"
