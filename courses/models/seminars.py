"""Seminars: days of teaching in person, who has a seat or waits for one, and who attended."""

import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.programmes import Enrolment, Programme
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class SeminarState(models.TextChoices):
    """Who sees a seminar: a draft only those who plan."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CANCELLED = "cancelled", "Called off"


class SeminarQuerySet(models.QuerySet["Seminar"]):
    """Named reads of seminars."""

    def taught_by(self, person: User, scope: Scope) -> "SeminarQuerySet":
        """Narrow to published ones that a person teaches, or all published ones."""
        published = self.filter(state=SeminarState.PUBLISHED)
        return published if scope is Scope.ALL else published.filter(instructors=person)

    def open_to(self, person: User) -> "SeminarQuerySet":
        """Narrow to published seminars of the programmes that a person is enrolled in, and to all with own places."""
        own = SeminarBooking.objects.filter(enrolment__person=person).values("seminar")
        programmes = Enrolment.objects.filter(person=person, closed_at__isnull=True).values("programme")
        offered = Q(state=SeminarState.PUBLISHED, programme__in=programmes)
        return self.filter(offered | Q(pk__in=own)).exclude(state=SeminarState.DRAFT)


class Seminar(models.Model):
    """Some days of teaching at one place. `taken` counts seats that are booked or held for an answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="seminars")
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    place = models.CharField(max_length=200, help_text="Name and address of the house.")
    time_zone = models.CharField(max_length=64, help_text="The clock on its walls.")
    seats = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    book_until = models.DateTimeField()
    cancel_until = models.DateTimeField(help_text="Until when trainees give a seat back by themselves.")
    hours_to_answer = models.PositiveSmallIntegerField(default=48, help_text="How long an offered seat is held.")
    sessions_needed = models.PositiveSmallIntegerField(null=True, blank=True, help_text="For a proof; empty: all.")
    instructors: "models.ManyToManyField[User, models.Model]" = models.ManyToManyField(User, related_name="+")
    state = models.CharField(max_length=10, choices=SeminarState.choices, default=SeminarState.DRAFT)
    starts_at = models.DateTimeField(help_text="When its first session begins.")
    ends_at = models.DateTimeField(help_text="When its last session ends.")
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="Counts its changes; the sequence in calendars.")
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When place or timetable changed last.")
    list_closed_at = models.DateTimeField(null=True, blank=True, help_text="When the waiting list ended.")

    objects = SeminarQuerySet.as_manager()

    class Meta:
        """Never more people than seats; what was published or called off has its time, and its reason."""

        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gt=0), name="courses_seminar_has_seats"),
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="courses_seminar_not_overbooked"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="courses_seminar_lasts"),
            models.CheckConstraint(
                condition=Q(book_until__lte=F("starts_at"), cancel_until__lte=F("starts_at")),
                name="courses_seminar_deadlines_before_start",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False)
                | Q(state="cancelled"),
                name="courses_seminar_published_at",
            ),
            models.CheckConstraint(
                condition=(~Q(state="cancelled") & Q(cancelled_at__isnull=True))
                | (Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="courses_seminar_cancelled_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the place."""
        return ZoneInfo(self.time_zone)

    @property
    def is_published(self) -> bool:
        """Whether people can see and book it: neither a draft nor called off."""
        return self.state == SeminarState.PUBLISHED

    @property
    def free(self) -> int:
        """How many seats nobody has."""
        return self.seats - self.taken


class SeminarSessionQuerySet(models.QuerySet["SeminarSession"]):
    """Named reads of sessions."""

    def standing(self) -> "SeminarSessionQuerySet":
        """Sessions that were not taken off the timetable."""
        return self.filter(dropped_at__isnull=True)


class SeminarSession(models.Model):
    """One line of the timetable. A session that is taken off stays as a row, for calendars have to strike it out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=120)
    room = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = SeminarSessionQuerySet.as_manager()

    class Meta:
        """It lasts for some time."""

        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="courses_seminar_session_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.seminar_id}"


class PlaceState(models.TextChoices):
    """How somebody stands with a seminar, or how it ended."""

    BOOKED = "booked", "Booked"
    OFFERED = "offered", "Seat offered"
    WAITING = "waiting", "On the waiting list"
    RELEASED = "released", "Given back"
    LAPSED = "lapsed", "Offer not answered"
    CLOSED = "closed", "No seat became free"
    CALLED_OFF = "called_off", "Seminar called off"


SEATED = ("booked", "offered")
OPEN = ("booked", "offered", "waiting")


class SeminarBooking(models.Model):
    """One person's place with a seminar. Keys rise in the order in which people came: that is the order of the list."""

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="bookings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="seminar_bookings")
    state = models.CharField(max_length=10, choices=PlaceState.choices)
    asked_at = models.DateTimeField(default=timezone.now)
    booked_at = models.DateTimeField(null=True, blank=True)
    offer_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open place of a person; an offer has its end, a seat its moment."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seminar", "enrolment"], condition=Q(state__in=OPEN), name="courses_one_place_in_a_seminar"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_until__isnull=False), name="courses_offer_has_end"
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(booked_at__isnull=False), name="courses_booked_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"place of {self.enrolment_id} in {self.seminar_id}"


class MarkedBy(models.TextChoices):
    """How an attendance was marked."""

    CODE = "code", "By code"
    LIST = "list", "By the instructor"


class SeminarAttendance(models.Model):
    """Somebody attended a session. A mark that was wrong is taken back and stays as a row; it is never changed."""

    session = models.ForeignKey(SeminarSession, on_delete=models.PROTECT, related_name="attendance")
    booking = models.ForeignKey(SeminarBooking, on_delete=models.PROTECT, related_name="attendance")
    how = models.CharField(max_length=4, choices=MarkedBy.choices)
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Once per session and person; taken back by somebody at some time."""

        constraints = [
            models.UniqueConstraint(
                fields=["session", "booking"],
                condition=Q(withdrawn_at__isnull=True),
                name="courses_attended_once",
            ),
            models.UniqueConstraint(
                fields=["session", "booking"], condition=Q(how="code"), name="courses_code_used_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="courses_attendance_withdrawn_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} at {self.session_id}"
