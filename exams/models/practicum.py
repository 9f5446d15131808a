"""The practicum log: sessions that trainees log, and what their supervisors say of them."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Enrolment
from exams.rules.practicum import KIND_WORDS, MOST_PATIENTS, PROTOCOL_WORDS, LoggedSession, Protocol, SessionKind
from lms.accounts.models import User

KINDS = [(kind.value, words) for kind, words in KIND_WORDS.items()]
PROTOCOLS = [(protocol.value, words) for protocol, words in PROTOCOL_WORDS.items()]


class PracticumVerdict(models.TextChoices):
    """What became of a logged session."""

    CONFIRMED = "confirmed", "Confirmed"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ReturnReason(models.TextChoices):
    """Why a supervisor does not confirm. A closed list, so that nothing can be written about a patient."""

    NOT_THERE = "not_there", "I was not the supervisor of this session"
    WRONG_PART = "wrong_part", "The part of the trainee was another one"
    WRONG_FACTS = "wrong_facts", "Month, protocol or steps are wrong"
    TWICE = "twice", "This session is logged already"


class PracticumEntryQuerySet(models.QuerySet["PracticumEntry"]):
    """Named reads of the log."""

    def confirmed(self) -> "PracticumEntryQuerySet":
        """Narrow to sessions that count."""
        return self.filter(decision__verdict=PracticumVerdict.CONFIRMED)

    def waiting(self) -> "PracticumEntryQuerySet":
        """Narrow to sessions that nobody has decided on."""
        return self.filter(decision__isnull=True)

    def to_confirm_by(self, person: User) -> "PracticumEntryQuerySet":
        """Narrow to what waits for this supervisor."""
        return self.waiting().filter(supervisor=person)


class PracticumEntry(models.Model):
    """One session that a trainee logged. Added only: who made a mistake withdraws the session and logs it anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="practicum_entries")
    kind = models.CharField(max_length=12, choices=KINDS)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(help_text="Never a day: dates of treatment are patient data (S-35).")
    patient = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The trainee's own count; empty for a drill."
    )
    protocol = models.CharField(max_length=16, choices=PROTOCOLS, blank=True)
    motor_threshold = models.BooleanField(default=False)
    head_measurement = models.BooleanField(default=False)
    remap = models.BooleanField(default=False)
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    nonce = models.UUIDField(unique=True, help_text="Of the request that logged it; a repeat finds this row.")
    logged_at = models.DateTimeField(default=timezone.now)

    objects = PracticumEntryQuerySet.as_manager()

    class Meta:
        """A drill has no patient; what was only watched has no steps."""

        ordering = ["-year", "-month", "-logged_at"]
        indexes = [models.Index(fields=["supervisor", "logged_at"], name="exams_practicum_supervisor")]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="exams_practicum_month"),
            models.CheckConstraint(
                condition=Q(kind="drill", patient__isnull=True, protocol="")
                | Q(
                    kind__in=["observed", "supervised", "independent"],
                    patient__gte=1,
                    patient__lte=MOST_PATIENTS,
                    protocol__in=[protocol.value for protocol in Protocol],
                ),
                name="exams_practicum_patient",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["supervised", "independent"])
                | Q(motor_threshold=False, head_measurement=False, remap=False),
                name="exams_practicum_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} session of {self.enrolment_id}"

    @property
    def first_day(self) -> date:
        """The first of the month, for writing the month in words."""
        return date(self.year, self.month, 1)

    @property
    def facts(self) -> LoggedSession:
        """The session as rules know it."""
        return LoggedSession(
            kind=SessionKind(self.kind),
            year=self.year,
            month=self.month,
            patient=self.patient,
            protocol=Protocol(self.protocol) if self.protocol else None,
            motor_threshold=self.motor_threshold,
            head_measurement=self.head_measurement,
            remap=self.remap,
        )


class PracticumDecision(models.Model):
    """The one decision about a logged session. Added only."""

    entry = models.OneToOneField(PracticumEntry, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    verdict = models.CharField(max_length=10, choices=PracticumVerdict.choices)
    reason = models.CharField(max_length=12, choices=ReturnReason.choices, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """What is returned has a reason, nothing else has one."""

        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="returned", reason__in=ReturnReason.values)
                | Q(verdict__in=["confirmed", "withdrawn"], reason=""),
                name="exams_practicum_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.entry_id}"
