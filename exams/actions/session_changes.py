"""Changing an exam session that is planned: place, time, seats, invigilators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from exams.actions.access import eligibility
from exams.actions.appointment_news import tell_candidates, tell_invigilators
from exams.actions.exam_sessions import SETTLED_BY_THE_SESSION, demand_free, demand_sensible
from exams.appointment_mails import News
from exams.errors import SessionError
from exams.models import Booking, BookingState, ExamSession
from exams.models.exam_sessions import HOLDING
from exams.rules.practical_saves import clean_text
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

MOST_NAMED = 3


@dataclass(frozen=True)
class SessionPlan:
    """What a session is to be from now on."""

    place: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    invigilators: Sequence[User]


def change_session(
    *, session: ExamSession, plan: SessionPlan, seen: int, by: User, now: datetime | None = None
) -> ExamSession:
    """Change a planned session; those seated are told of another place or time, invigilators of everything.

    `seen` is the revision that the page showed. Not once it has begun or somebody is admitted. Raises `SessionError`:
    `cancelled`, `begun`, `changed_meanwhile`, `nothing_changed`, `seats_taken`, `own_session`, `not_eligible_then`, and
    what `plan_session` refuses.
    """
    demand(by, Permission.SESSION_PLAN)
    now = now or timezone.now()
    asked = _demand_seated_may_start(session, plan.starts_at, now) if plan.starts_at != session.starts_at else None
    return _change(session, plan, seen, by, now, asked)


def _demand_seated_may_start(session: ExamSession, starts_at: datetime, now: datetime) -> set[int]:
    """Refuse a start at which somebody seated could not start; return the seats that were asked about.

    Asked before the transaction, for it reads a lot; `_change` sees to seats that were given meanwhile.
    """
    barred = []
    seats = list(_held(session).select_related("enrolment__person"))
    for seat in seats:
        answer = eligibility(enrolment=seat.enrolment, exam=session.exam, now=max(now, starts_at))
        if any(reason.code not in SETTLED_BY_THE_SESSION for reason in answer.reasons):
            barred.append(seat.enrolment.person.full_name)
    if barred:
        more = f" and {len(barred) - MOST_NAMED} more" if len(barred) > MOST_NAMED else ""
        raise SessionError(
            "not_eligible_then",
            f"The exam system would not let {', '.join(barred[:MOST_NAMED])}{more} start then. Choose another time, or "
            "give these seats back first.",
        )
    return {seat.pk for seat in seats}


@transaction.atomic
def _change(
    session: ExamSession, plan: SessionPlan, seen: int, by: User, now: datetime, asked: set[int] | None
) -> ExamSession:
    session = ExamSession.objects.select_for_update(of=("self",)).select_related("exam").get(pk=session.pk)
    _demand_changeable(session, seen, now)
    if asked is not None and _held(session).exclude(pk__in=asked).exists():
        raise SessionError("changed_meanwhile", "Somebody was given a seat a moment ago. Look at the session again.")
    demand_sensible(plan.place, plan.starts_at, plan.ends_at, plan.seats, now)
    demand_free(plan.place, plan.invigilators, plan.starts_at, plan.ends_at, besides=session)
    _demand_room_for_the_seated(session, plan)
    before = set(session.invigilators.values_list("pk", flat=True))
    after = {person.pk for person in plan.invigilators}
    wanted = {
        "place": clean_text(plan.place),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "seats": plan.seats,
    }
    changed = sorted(name for name, value in wanted.items() if getattr(session, name) != value)
    if before == after and not changed:
        raise SessionError("nothing_changed", "Nothing is different. Change something, or leave the session as it is.")
    moved = bool(set(changed) - {"seats"})
    ExamSession.objects.filter(pk=session.pk).update(
        revision=F("revision") + 1, changed_at=now if moved else session.changed_at, **wanted
    )
    session.invigilators.set(plan.invigilators)
    session.refresh_from_db()
    people = sorted(str(person.public_id) for person in plan.invigilators)
    record(Verb.EXAM_SESSION_CHANGED, by=by, target=session, data={"changed": changed, "invigilators": people})
    if moved:
        tell_candidates(_held(session).values_list("pk", flat=True), News.CHANGED, session.revision)
    tell_invigilators(session, after - before, News.GIVEN)
    tell_invigilators(session, before - after, News.TAKEN_BACK)
    if changed:
        tell_invigilators(session, before & after, News.CHANGED)
    return session


def _held(session: ExamSession) -> "QuerySet[Booking]":
    return session.bookings.filter(state__in=HOLDING, attempt__isnull=True)


def _demand_changeable(session: ExamSession, seen: int, now: datetime) -> None:
    if not session.is_standing:
        raise SessionError("cancelled", "This session was called off.")
    # The rows are locked: an invigilator who admits somebody at this moment was first, or sees the change.
    states = list(session.bookings.select_for_update().order_by("pk").values_list("state", flat=True))
    if session.starts_at <= now or BookingState.ADMITTED in states:
        raise SessionError("begun", "The session has begun or somebody is admitted. It can no longer be changed.")
    if session.revision != seen:
        raise SessionError("changed_meanwhile", "Somebody changed this session a moment ago. Look at it again.")


def _demand_room_for_the_seated(session: ExamSession, plan: SessionPlan) -> None:
    seats = _held(session).values_list("enrolment__person", "enrolment__person__full_name")
    if len(seats) > plan.seats:
        raise SessionError(
            "seats_taken", f"{len(seats)} seats are taken. Give some back first, or leave as many as are taken."
        )
    invigilators = {person.pk for person in plan.invigilators}
    for person, name in seats:
        if person in invigilators:
            raise SessionError("own_session", f"{name} is a candidate of this session and cannot supervise it.")
