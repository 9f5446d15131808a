"""Applications for admission: what was declared, and what was decided."""

import uuid

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from courses.models.programmes import Enrolment, Pathway, Programme
from courses.rules.admission import Facts
from lms.accounts.models import User
from lms.accounts.permissions import Scope

REFERENCE_LENGTH = 8


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    SUBMITTED = "submitted", "Waiting for a decision"
    ADMITTED = "admitted", "Admitted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Degree(models.TextChoices):
    """Degrees that pathway A knows."""

    ASSOCIATE = "associate", "Associate's degree"
    BACHELOR = "bachelor", "Bachelor's degree"
    HIGHER = "higher", "Higher degree"


class DegreeField(models.TextChoices):
    """Fields that pathway A lists."""

    HEALTH = "health", "Health or allied health"
    NURSING = "nursing", "Nursing"
    PSYCHOLOGY = "psychology", "Psychology or neuroscience"
    PSYCHIATRY = "psychiatry", "Psychiatry or medicine"


class Tasks(models.TextChoices):
    """The technical-standards statement: see a twitch, lift a coil, hear an alarm. No diagnosis is asked."""

    YES = "yes", "Yes"
    WITH_ACCOMMODATIONS = "with_accommodations", "Yes, with accommodations"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Named reads of applications."""

    def visible_to(self, person: User, scope: Scope) -> "ApplicationQuerySet":
        """Narrow to what a person may see: all for those who decide, else own rows."""
        return self if scope is Scope.ALL else self.filter(person=person)

    def waiting(self) -> "ApplicationQuerySet":
        """Those that wait for a decision, oldest first."""
        return self.filter(state=ApplicationState.SUBMITTED).order_by("submitted_at")

    def waiting_first(self) -> "ApplicationQuerySet":
        """All of them: those that wait come first, oldest on top; then the others, newest on top."""
        waiting = Q(state=ApplicationState.SUBMITTED)
        return self.order_by(
            Case(When(waiting, then=0), default=1),
            Case(When(waiting, then=F("submitted_at"))),
            F("submitted_at").desc(),
            "pk",
        )

    def matching(self, words: str) -> "ApplicationQuerySet":
        """Those whose applicant's name or address holds `words`, or whose reference it is, however it was typed."""
        found = Q(person__full_name__icontains=words) | Q(person__email__icontains=words)
        reference = "".join(character for character in words.lower() if character.isalnum())
        if len(reference) == REFERENCE_LENGTH and set(reference) <= set("0123456789abcdef"):
            rest = 32 - REFERENCE_LENGTH
            found |= Q(pk__range=(uuid.UUID(reference + "0" * rest), uuid.UUID(reference + "f" * rest)))
        return self.filter(found)


class Application(models.Model):
    """One person asks to be admitted to one programme by one pathway."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="applications")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    pathway = models.CharField(max_length=16, choices=Pathway.choices)

    is_adult = models.BooleanField("18 or older", help_text="Only the yes is kept, no date of birth.")
    bls_valid_until = models.DateField("BLS card valid until")
    conduct_version = models.CharField("code of conduct accepted", max_length=16)
    can_do_tasks = models.CharField(max_length=20, choices=Tasks.choices)
    accommodations = models.TextField(blank=True)
    degree = models.CharField(max_length=16, choices=Degree.choices, blank=True)
    degree_field = models.CharField(max_length=16, choices=DegreeField.choices, blank=True)
    has_diploma = models.BooleanField(default=False)
    hours = models.PositiveIntegerField(null=True, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    supervising_physician = models.CharField(max_length=200, blank=True)
    evidence_to_follow = models.BooleanField(default=False)
    licence = models.CharField(max_length=200, blank=True)
    licence_valid_until = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.SUBMITTED)
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        """One open application; a decision has its person, time and result; nobody decides on themselves."""

        indexes = [models.Index(fields=["state", "submitted_at"], name="courses_application_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(state="submitted"),
                name="courses_one_open_application",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["admitted", "declined"], decided_at__isnull=False, decided_by__isnull=False)
                | Q(state__in=["submitted", "withdrawn"], decided_at__isnull=True, decided_by__isnull=True),
                name="courses_decision_has_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(state="admitted", enrolment__isnull=False)
                | (~Q(state="admitted") & Q(enrolment__isnull=True)),
                name="courses_admitted_has_enrolment",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="courses_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="courses_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")),
                name="courses_nobody_decides_on_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.id}"

    @property
    def reference(self) -> str:
        """What people read out when they ask about it: the first eight characters of the id."""
        return str(self.id)[:REFERENCE_LENGTH].upper()

    @property
    def facts(self) -> Facts:
        """What was declared, for the rule."""
        return Facts(
            pathway=self.pathway,
            is_adult=self.is_adult,
            bls_valid_until=self.bls_valid_until,
            conduct_version=self.conduct_version,
            can_do_tasks=self.can_do_tasks,
            accommodations=self.accommodations,
            degree=self.degree,
            degree_field=self.degree_field,
            has_diploma=self.has_diploma,
            hours=self.hours,
            employer=self.employer,
            supervising_physician=self.supervising_physician,
            evidence_to_follow=self.evidence_to_follow,
            licence=self.licence,
            licence_valid_until=self.licence_valid_until,
        )
