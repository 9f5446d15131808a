"""Supervised sittings of a written exam: when and where, who supervises, who has a seat, who is there."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Enrolment
from exams.models.attempts import Attempt
from exams.models.exam_forms import Exam
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class ExamSessionQuerySet(models.QuerySet["ExamSession"]):
    """Named reads of exam sessions."""

    def visible_to(self, person: User, scope: Scope) -> "ExamSessionQuerySet":
        """Narrow to the sessions that a person supervises, or all."""
        return self if scope is Scope.ALL else self.filter(invigilators=person)

    def standing(self) -> "ExamSessionQuerySet":
        """Sessions that were not called off."""
        return self.filter(cancelled_at__isnull=True)


class ExamSession(models.Model):
    """One supervised sitting of the written exam. Candidates start in it once an invigilator has admitted them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sessions")
    place = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="Nobody starts later. Attempts end by their own clocks.")
    seats = models.PositiveSmallIntegerField()
    invigilators: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(User, related_name="+")
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Counts its changes; the sequence in calendars.")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When place or time changed last.")

    objects = ExamSessionQuerySet.as_manager()

    class Meta:
        """It lasts for some time and has room for somebody."""

        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="exams_session_lasts"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="exams_session_has_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} at {self.place}"

    @property
    def is_standing(self) -> bool:
        """Whether it was not called off."""
        return self.cancelled_at is None


class BookingState(models.TextChoices):
    """Where a candidate of a session stands before an attempt starts."""

    BOOKED = "booked", "Not here yet"
    ADMITTED = "admitted", "Admitted"
    NO_SHOW = "no_show", "Did not come"
    RELEASED = "released", "Seat given back"


HOLDING = ("booked", "admitted", "no_show")


class Booking(models.Model):
    """One seat of one candidate. `attempt` is what was started on it, the newest when a fault took an earlier one."""

    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, related_name="bookings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="exam_bookings")
    state = models.CharField(max_length=8, choices=BookingState.choices, default=BookingState.BOOKED)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="booking")
    booked_at = models.DateTimeField(default=timezone.now)
    admitted_at = models.DateTimeField(null=True, blank=True, help_text="When the identity was checked.")
    admitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """One seat for one candidate; admitted means that somebody checked who it is."""

        constraints = [
            models.UniqueConstraint(
                fields=["session", "enrolment"], condition=Q(state__in=HOLDING), name="exams_one_seat"
            ),
            models.CheckConstraint(
                condition=~Q(state="admitted") | Q(admitted_at__isnull=False, admitted_by__isnull=False),
                name="exams_booking_admitted_by",
            ),
            models.CheckConstraint(
                condition=Q(attempt__isnull=True) | Q(state="admitted"), name="exams_booking_started_admitted"
            ),
        ]

    def __str__(self) -> str:
        return f"seat of {self.enrolment_id} in {self.session_id}"
