"""Reminding people of an exam session or a practical the day before, and assessors of requests that wait."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from exams.actions.appointment_news import remind_of, tell_of_circuit, tell_of_request, tell_of_sitting
from exams.actions.sitting_requests import lapse
from exams.appointment_mails import News, RequestNews
from exams.models import Circuit, ExamSession, Sitting, SittingRequest, SittingState
from exams.models.exam_sessions import HOLDING
from exams.rules.slots import ANSWER_WITHIN

BEFORE = timedelta(hours=24)


@transaction.atomic
def remind(*, now: datetime | None = None) -> None:
    """Leave a reminder for everybody whose session begins within 24 hours.

    Whoever heard of the seat or of its place and time within those 24 hours is not reminded: that mail did it. Safe to
    run again, for a reminder is one job by its key; a session that is moved to a later day is reminded of anew.
    """
    now = now or timezone.now()
    told_earlier = Q(changed_at__isnull=True, planned_at__lt=F("starts_at") - BEFORE) | Q(
        changed_at__lt=F("starts_at") - BEFORE
    )
    sessions = ExamSession.objects.standing().filter(told_earlier, starts_at__gt=now, starts_at__lte=now + BEFORE)
    for session in sessions:
        seats = session.bookings.filter(
            state__in=HOLDING, attempt__isnull=True, booked_at__lt=session.starts_at - BEFORE
        )
        remind_of(session, seats.values_list("pk", flat=True), session.invigilators.values_list("pk", flat=True))


@transaction.atomic
def remind_of_practicals(*, now: datetime | None = None) -> None:
    """Remind trainee and assessor of a practical within 24 hours, of a circuit once; not who heard of it since then.

    Safe to run again: a reminder is one job by its key.
    """
    now = now or timezone.now()
    soon = {"starts_at__gt": now, "starts_at__lte": now + BEFORE, "assigned_at__lt": F("starts_at") - BEFORE}
    sittings = Sitting.objects.filter(state=SittingState.OPEN, circuits__isnull=True, **soon)
    for sitting in sittings.with_people():
        tell_of_sitting(sitting, News.REMINDER)
    coming = Circuit.objects.filter(
        begins_at__gt=now, begins_at__lte=now + BEFORE, planned_at__lt=F("begins_at") - BEFORE
    )
    for circuit in coming:
        tell_of_circuit(circuit, people_in(circuit), News.REMINDER)


def remind_of_requests(*, now: datetime | None = None) -> None:
    """Close requests whose slot began unanswered, and remind assessors once of what waits for some days."""
    now = now or timezone.now()
    for request in SittingRequest.objects.waiting().filter(slot__starts_at__lte=now).with_people():
        lapse(request=request)
    late = SittingRequest.objects.waiting().filter(asked_at__lte=now - ANSWER_WITHIN)
    with transaction.atomic():
        for request in late:
            tell_of_request(request, RequestNews.REMINDER, request.assessor_id)


def people_in(circuit: Circuit) -> set[int]:
    """Return everybody who assesses or is assessed in a circuit."""
    pairs = circuit.sittings.values_list("assessor", "enrolment__person")
    return {person for pair in pairs for person in pair}
