"""A seminar in the story: two days in person, planned and published by the registrar, with a seat of one trainee."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.actions.seminar_seats import book
from courses.actions.seminars import SeminarPlan, SessionPlan, plan_seminar, publish_seminar
from courses.models import Enrolment, PlaceState, Programme, Seminar, SeminarBooking, SeminarState
from lms.accounts.models import User

TITLE = "Two days at the chair"
ZONE = "America/New_York"
SEATS = 12
# Day, topic, room, begin and end on the clock of the place.
TIMETABLE = (
    (0, "Room, coils and safety", "Room 204", time(9), time(12, 30)),
    (0, "Motor threshold and targeting", "Room 204", time(13, 30), time(17)),
    (1, "Emergency drill and hand-over", "Simulation room", time(9), time(13)),
)


def offer(
    programme: Programme, *, instructor: User, registrar: User, days_ahead: int, sessions: int = len(TIMETABLE)
) -> Seminar:
    """Let the registrar plan and publish the seminar, unless one from an earlier run is still to come."""
    ahead = Seminar.objects.filter(title=TITLE, state=SeminarState.PUBLISHED, book_until__gt=timezone.now())
    if earlier := ahead.first():
        return earlier
    zone = ZoneInfo(ZONE)
    first = (timezone.now().astimezone(zone) + timedelta(days=days_ahead)).date()
    lines = [
        SessionPlan(
            topic,
            room,
            datetime.combine(first + timedelta(days=day), begins, tzinfo=zone),
            datetime.combine(first + timedelta(days=day), ends, tzinfo=zone),
        )
        for day, topic, room, begins, ends in TIMETABLE[:sessions]
    ]
    starts = lines[0].starts_at
    plan = SeminarPlan(
        title=TITLE,
        summary=(
            "From the landmarks on the head to a motor threshold that two people agree on, and what to do when "
            "something goes wrong.\n\nBring an identity document and flat shoes."
        ),
        place="Teaching house, 12 Harbor Street, Boston",
        time_zone=ZONE,
        seats=SEATS,
        book_until=starts - timedelta(days=7),
        cancel_until=starts - timedelta(days=5),
        hours_to_answer=48,
        sessions_needed=None,
        instructors=[instructor],
        sessions=lines,
    )
    return publish_seminar(seminar=plan_seminar(programme=programme, plan=plan, by=registrar), by=registrar)


def take_part(seminar: Seminar, enrolment: Enrolment) -> SeminarBooking:
    """Let a trainee book a seat, unless they have one from an earlier run."""
    seated = SeminarBooking.objects.filter(seminar=seminar, enrolment=enrolment, state=PlaceState.BOOKED).first()
    return seated or book(seminar=seminar, enrolment=enrolment, by=enrolment.person)
