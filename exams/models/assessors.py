"""Who is qualified to assess the practical, and conflicts that a second person allowed."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.models.practicals import Qualification
from exams.rules.assessors import FAMILY_WORDS, DeviceFamily, Standing
from lms.accounts.days import site_day
from lms.approvals.models import Proposal


class Origin(models.TextChoices):
    """How a qualification came to be."""

    GRANTED = "granted", "granted"
    CARRIED_OVER = "carried_over", "carried over"


class AssessorQualificationQuerySet(models.QuerySet["AssessorQualification"]):
    """Named reads of qualifications."""

    def standing(self) -> "AssessorQualificationQuerySet":
        """Narrow to those that nobody has withdrawn; their days may still be to come or be over."""
        return self.filter(withdrawn_at__isnull=True)

    def with_renewals(self) -> "AssessorQualificationQuerySet":
        """Fetch what tells from when a later one holds in its place."""
        return self.select_related("renewal")


class AssessorQualification(models.Model):
    """What entitles one person to assess, for which stations and devices, from when until when.

    Rows are added and withdrawn, never edited. A renewal is another row that names the one before: it holds in its
    place from its own first day on. Frozen by the database once withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessor_qualifications"
    )
    basis = models.CharField(max_length=16, choices=Qualification.choices)
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: every programme.",
    )
    stations: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, blank=True, help_text="Codes; an empty list means every station."
    )
    device_families: "models.JSONField[Any, Any]" = models.JSONField(help_text="Kinds of device.")
    valid_from = models.DateField(help_text="First day, by the calendar of the site.")
    valid_until = models.DateField(help_text="Last day.")
    trained_on = models.DateField(null=True, blank=True, help_text="Assessor training; unknown when carried over.")
    calibrated_on = models.DateField(null=True, blank=True, help_text="Last calibration; unknown when carried over.")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.GRANTED)
    note = models.TextField(blank=True)
    renews = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewal")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    doubted_from = models.DateField(
        null=True, blank=True, help_text="Records signed from this day on are in doubt; empty: none is."
    )

    objects = AssessorQualificationQuerySet.as_manager()

    class Meta:
        """Days in order; granted by somebody else who saw the training; withdrawn by somebody for a reason."""

        ordering = ["-valid_from", "-granted_at"]
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=Qualification.values), name="exams_qualification_known_basis"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="exams_qualification_days"),
            models.CheckConstraint(
                condition=Q(
                    origin="granted",
                    granted_by__isnull=False,
                    trained_on__isnull=False,
                    calibrated_on__isnull=False,
                )
                | (Q(origin="carried_over", granted_by__isnull=True) & ~Q(note="")),
                name="exams_qualification_has_grounds",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person")),
                name="exams_qualification_not_own",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawn_by__isnull=True,
                    withdrawal_reason="",
                    doubted_from__isnull=True,
                )
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="exams_qualification_withdrawal",
            ),
        ]

    def __str__(self) -> str:
        return f"qualification {self.pk} of {self.person_id}"

    @property
    def is_carried_over(self) -> bool:
        """Whether it was taken over from before qualifications were kept."""
        return self.origin == Origin.CARRIED_OVER

    @property
    def family_words(self) -> list[str]:
        """The kinds of device in words."""
        return [FAMILY_WORDS[DeviceFamily(family)] for family in self.device_families]

    @property
    def facts(self) -> Standing:
        """The qualification as the rules know it. A renewal cuts it off on the day before its own first day."""
        renewal = getattr(self, "renewal", None)
        last = self.valid_until
        if renewal is not None and renewal.withdrawn_at is None:
            last = min(last, renewal.valid_from - timedelta(days=1))
        withdrawn_on = site_day(self.withdrawn_at) if self.withdrawn_at else None
        return Standing(
            key=str(self.pk),
            basis=self.basis,
            programme=self.programme_id,
            stations=frozenset(self.stations),
            families=frozenset(self.device_families),
            valid_from=self.valid_from,
            valid_until=last,
            trained_on=self.trained_on,
            calibrated_on=self.calibrated_on,
            carried_over=self.is_carried_over,
            withdrawn_on=withdrawn_on,
        )


def standings_of(people: Collection[int]) -> dict[int, list[Standing]]:
    """Return the qualifications of people, withdrawn ones too, as the rules know them; one query."""
    found: dict[int, list[Standing]] = defaultdict(list)
    for row in AssessorQualification.objects.filter(person__in=people).with_renewals():
        found[row.person_id].append(row.facts)
    return found


class ConflictOverride(models.Model):
    """A conflict of interest that two people allowed, for one assessor and one enrolment. Added only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="conflict_overrides")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    conflicts: "models.JSONField[Any, Any]" = models.JSONField(help_text="Keys of what was known and is allowed.")
    sentences: "models.JSONField[Any, Any]" = models.JSONField(help_text="The same in words, as both people saw it.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField(default=timezone.now)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Two different people, neither of them the assessor."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by=F("allowed_by"))
                & ~Q(assessor=F("allowed_by"))
                & ~Q(assessor=F("proposed_by"))
                & ~Q(reason=""),
                name="exams_override_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"override {self.pk} for {self.assessor_id}"
