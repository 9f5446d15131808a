"""Reminding people of exam sessions, practicals, requests that wait and remediation plans that are due."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from exams.actions.appointment_news import remind_of, tell_of_circuit, tell_of_request, tell_of_sitting
from exams.actions.sitting_requests import lapse
from exams.appointment_mails import News, RequestNews
from exams.models import Circuit, ExamSession, RemediationPlan, Sitting, SittingRequest, SittingState
from exams.models.exam_sessions import HOLDING
from exams.remediation_mails import PlanNews, tell_of_plan
from exams.rules.slots import ANSWER_WITHIN
from lms.accounts.days import site_day

BEFORE = timedelta(hours=24)
PLAN_BEFORE = timedelta(days=3)


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


@transaction.atomic
def remind_of_plans(*, now: datetime | None = None) -> None:
    """Leave a reminder of plans from three days before their last day on, and another one on the day itself.

    For the trainee and whoever follows up. Whoever heard of the plan within these three days is not reminded before the
    day. Safe to run again, for a reminder is one job by its key; a plan that is moved is reminded of anew.
    """
    today = site_day(now)
    for plan in RemediationPlan.objects.open().with_people().filter(due_on__range=(today, today + PLAN_BEFORE)):
        people = [plan.trainee.pk, plan.follow_up_by_id]
        if plan.due_on == today:
            tell_of_plan(plan, people, PlanNews.TODAY)
        elif site_day(plan.written_at) < plan.due_on - PLAN_BEFORE:
            tell_of_plan(plan, people, PlanNews.SOON)
