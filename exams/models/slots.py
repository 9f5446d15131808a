"""Slots that assessors offer, and what trainees ask of them."""

import uuid
import zoneinfo
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from courses.models import Enrolment
from exams.models.practicals import DEVICE_FAMILIES, Sitting, SittingState
from exams.models.sites import ProviderSite
from exams.rules.assessors import DeviceFamily
from exams.rules.slots import Span, can_be_given_back
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class RequestState(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", "waits for an answer"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"
    LAPSED = "lapsed", "not answered in time"
    CANCELLED = "cancelled", "cancelled"


STANDING = (RequestState.ASKED, RequestState.ACCEPTED)


class SlotQuerySet(models.QuerySet["Slot"]):
    """Named reads of slots."""

    def standing(self) -> "SlotQuerySet":
        """Narrow to slots that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def free(self, now: datetime) -> "SlotQuerySet":
        """Narrow to what can be asked for: to come, not taken, and nobody and nothing of it planned elsewhere."""
        taken = SittingRequest.objects.filter(slot=OuterRef("pk"), state__in=STANDING)
        meanwhile = Sitting.objects.filter(
            Q(assessor=OuterRef("assessor"))
            | Q(place__iexact=OuterRef("place"), rates_again__isnull=True)
            | Q(device__iexact=OuterRef("device"), rates_again__isnull=True),
            state=SittingState.OPEN,
            starts_at__lt=OuterRef("ends_at"),
            ends_at__gt=OuterRef("starts_at"),
        )
        rows = self.standing().filter(starts_at__gt=now, assessor__is_active=True)
        return rows.exclude(Exists(taken)).exclude(Exists(meanwhile))


class Slot(models.Model):
    """A stretch of time that an assessor offers for a practical, with its room and device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="slots")
    site = models.ForeignKey(
        ProviderSite, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: elsewhere."
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64, help_text="Of the clock on which it was offered.")
    place = models.CharField(max_length=120)
    device = models.CharField(max_length=120)
    device_family = models.CharField(max_length=16, choices=DEVICE_FAMILIES)
    simulated = models.BooleanField(help_text="With an actor or manikin, not with a patient.")
    most_stations = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: as many as fit.")
    books_at_once = models.BooleanField(default=False, help_text="A trainee books it without being asked first.")
    series = models.UUIDField(help_text="What was published in one act.")
    published_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        """It ends after it begins; an assessor begins one at a time; one act publishes a moment once."""

        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["assessor", "starts_at"], name="exams_slot_of_assessor")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="exams_slot_times"),
            models.CheckConstraint(
                condition=Q(most_stations__isnull=True) | Q(most_stations__gte=1), name="exams_slot_some_station"
            ),
            models.UniqueConstraint(fields=["series", "starts_at"], name="exams_slot_series_once"),
            models.UniqueConstraint(
                fields=["assessor", "starts_at"], condition=Q(withdrawn_at__isnull=True), name="exams_slot_starts_once"
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.pk}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The clock on which it was offered; UTC when the stored zone no longer exists."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")

    @property
    def day(self) -> date:
        """The day on that clock: the day of the practical."""
        return timezone.localdate(self.starts_at, self.zone)

    @property
    def span(self) -> Span:
        """Its time as the rules know it."""
        return Span(self.starts_at, self.ends_at)

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.ends_at - self.starts_at

    @property
    def minutes(self) -> int:
        """The same in whole minutes."""
        return int(self.length.total_seconds() // 60)

    @property
    def family(self) -> DeviceFamily:
        """The kind of device."""
        return DeviceFamily(self.device_family)


class SittingRequestQuerySet(models.QuerySet["SittingRequest"]):
    """Named reads of requests."""

    def visible_to(self, person: User, scope: Scope) -> "SittingRequestQuerySet":
        """Narrow to requests of one's own, to those that name one as the assessor, or all."""
        if scope is Scope.ALL:
            return self
        own = {"assessor": person} if scope is Scope.ASSIGNED else {"enrolment__person": person}
        return self.filter(**own)

    def with_people(self) -> "SittingRequestQuerySet":
        """Fetch what every page about a request shows."""
        return self.select_related("enrolment__person", "enrolment__programme", "assessor", "slot__site", "sitting")

    def waiting(self) -> "SittingRequestQuerySet":
        """Narrow to what nobody has answered."""
        return self.filter(state=RequestState.ASKED)

    def standing(self) -> "SittingRequestQuerySet":
        """Narrow to what waits or was accepted."""
        return self.filter(state__in=STANDING)


class SittingRequest(models.Model):
    """A trainee asks an assessor for a practical, in an offered slot or at a time to be found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sitting_requests")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sitting_requests")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")
    stations: "models.JSONField[list[str], list[str]]" = models.JSONField(help_text="Codes of the stations wanted.")
    wish = models.CharField(max_length=300, blank=True, help_text="Days and times that suit, where no slot is named.")
    nonce = models.UUIDField(unique=True, help_text="Of the request that asked; a repeat finds this row.")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was declined or cancelled.")
    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="request")

    objects = SittingRequestQuerySet.as_manager()

    class Meta:
        """A slot is taken once; what was accepted has a sitting, what was declined a reason."""

        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["assessor", "state"], name="exams_request_of_assessor")]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state__in=["asked", "accepted"]), name="exams_slot_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "cancelled"], sitting__isnull=False)
                | Q(state__in=["asked", "declined", "withdrawn", "lapsed"], sitting__isnull=True),
                name="exams_request_has_sitting",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="exams_request_declined_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="exams_request_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.state == RequestState.ASKED

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the trainee may still give the booked practical back."""
        sitting = self.sitting
        return (
            self.state == RequestState.ACCEPTED
            and sitting is not None
            and sitting.is_open
            and sitting.opened_at is None
            and can_be_given_back(sitting.starts_at, timezone.now())
        )
