"""Planning seminars: making, changing, publishing and calling them off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.actions.seminar_news import tell_instructors, tell_trainees
from courses.actions.seminar_seats import locked, move_up
from courses.errors import SeminarError
from courses.models import PlaceState, Programme, Seminar, SeminarSession, SeminarState
from courses.models.seminars import OPEN
from courses.rules.seminars import Deadlines, Span, fault_of_plan, first_overlap, place_key
from courses.seminar_mails import News, TeachingNews
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand, scope_of
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text


@dataclass(frozen=True)
class SessionPlan:
    """One line of the timetable; `key` is the session that it changes, None for a new one."""

    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    key: UUID | None = None


@dataclass(frozen=True)
class SeminarPlan:
    """What a seminar is to be."""

    title: str
    summary: str
    place: str
    time_zone: str
    seats: int
    book_until: datetime
    cancel_until: datetime
    hours_to_answer: int
    sessions_needed: int | None
    instructors: Sequence[User]
    sessions: Sequence[SessionPlan]

    @property
    def fields(self) -> dict[str, object]:
        """What stands in the row of the seminar itself."""
        return {
            "title": self.title,
            "summary": self.summary,
            "place": self.place,
            "time_zone": self.time_zone,
            "seats": self.seats,
            "book_until": self.book_until,
            "cancel_until": self.cancel_until,
            "hours_to_answer": self.hours_to_answer,
            "sessions_needed": self.sessions_needed,
            "starts_at": min(session.starts_at for session in self.sessions),
            "ends_at": max(session.ends_at for session in self.sessions),
        }

    @property
    def spans(self) -> list[Span]:
        """Its times and rooms, for the rules."""
        return [Span(session.starts_at, session.ends_at, session.room) for session in self.sessions]


@transaction.atomic
def plan_seminar(*, programme: Programme, plan: SeminarPlan, by: User, now: datetime | None = None) -> Seminar:
    """Make a draft of a seminar; only those who plan see it.

    Raises `SeminarError`: `no_instructor`, `not_an_instructor`, `instructor_busy`, `room_busy`, and whatever
    `fault_of_plan` finds.
    """
    demand(by, Permission.SEMINAR_PLAN)
    _demand_sensible(plan, now or timezone.now())
    _demand_free(plan)
    seminar = Seminar.objects.create(programme=programme, planned_by=by, **plan.fields)
    seminar.instructors.set(plan.instructors)
    for session in plan.sessions:
        _add(seminar, session)
    people = sorted(str(person.public_id) for person in plan.instructors)
    record(Verb.SEMINAR_PLANNED, by=by, target=seminar, data={"programme": programme.code, "instructors": people})
    return seminar


@transaction.atomic
def change_seminar(*, seminar: Seminar, plan: SeminarPlan, seen: int, by: User, now: datetime | None = None) -> Seminar:
    """Change a seminar that has not begun; those with a seat are told of another place or timetable.

    Sessions of the plan without a row are added, rows without a plan come off the timetable. More seats let the waiting
    list move up. `seen` is the revision that the page showed. Raises `SeminarError`: `cancelled`, `begun`,
    `changed_meanwhile`, `seats_taken`, `teaches_it`, and what `plan_seminar` refuses.
    """
    demand(by, Permission.SEMINAR_PLAN)
    now = now or timezone.now()
    _lock_plans()
    seminar = locked(seminar.pk)
    _demand_changeable(seminar, seen, now)
    _demand_sensible(plan, now)
    _demand_free(plan, besides=seminar)
    _demand_room_for_the_seated(seminar, plan)
    before = set(seminar.instructors.values_list("pk", flat=True))
    after = {person.pk for person in plan.instructors}
    changed = sorted(name for name, value in plan.fields.items() if getattr(seminar, name) != value)
    retimed = _change_timetable(seminar, plan.sessions, now)
    moved = retimed or bool({"place", "time_zone", "title"} & set(changed))
    Seminar.objects.filter(pk=seminar.pk).update(
        revision=F("revision") + 1, changed_at=now if moved else seminar.changed_at, **plan.fields
    )
    seminar.instructors.set(plan.instructors)
    seminar.refresh_from_db()
    people = sorted(str(person.public_id) for person in plan.instructors)
    data = {"changed": changed, "timetable": retimed, "instructors": people}
    record(Verb.SEMINAR_CHANGED, by=by, target=seminar, data=data)
    if seminar.is_published:
        _tell_of_change(seminar, moved, before, after)
        move_up(seminar, now=now)
    return seminar


def _tell_of_change(seminar: Seminar, moved: bool, before: set[int], after: set[int]) -> None:
    tell_instructors(seminar, after - before, TeachingNews.GIVEN)
    tell_instructors(seminar, before - after, TeachingNews.TAKEN_BACK)
    if moved:
        booked = seminar.bookings.filter(state=PlaceState.BOOKED)
        tell_trainees(booked.values_list("pk", flat=True), News.CHANGED, seminar.revision)
        tell_instructors(seminar, before & after, TeachingNews.CHANGED)


@transaction.atomic
def publish_seminar(*, seminar: Seminar, by: User, now: datetime | None = None) -> Seminar:
    """Open a draft for booking and tell who teaches it. Raises `SeminarError`: `not_a_draft`, `past`."""
    demand(by, Permission.SEMINAR_PLAN)
    now = now or timezone.now()
    if seminar.book_until <= now:
        raise SeminarError("past", "The end of booking has passed. Change the seminar first.")
    drafts = Seminar.objects.filter(pk=seminar.pk, state=SeminarState.DRAFT, book_until__gt=now)
    if not drafts.update(state=SeminarState.PUBLISHED, published_at=now):
        raise SeminarError("not_a_draft", "This seminar was published or called off before.")
    seminar.refresh_from_db()
    record(Verb.SEMINAR_PUBLISHED, by=by, target=seminar)
    tell_instructors(seminar, seminar.instructors.values_list("pk", flat=True), TeachingNews.GIVEN)
    return seminar


@transaction.atomic
def cancel_seminar(*, seminar: Seminar, reason: str, by: User, now: datetime | None = None) -> Seminar:
    """Call a seminar off; everybody with a place is told why, and so are those who teach.

    Raises `SeminarError`: `no_reason`, `over`, `cancelled`.
    """
    demand(by, Permission.SEMINAR_PLAN)
    now, reason = now or timezone.now(), " ".join(reason.split())
    if not reason:
        raise SeminarError("no_reason", "Say why. Everybody with a place reads it.")
    seminar = locked(seminar.pk)
    if seminar.state == SeminarState.CANCELLED:
        raise SeminarError("cancelled", "This seminar was called off before.")
    if seminar.ends_at <= now:
        raise SeminarError("over", "This seminar is over. It can no longer be called off.")
    was_published = seminar.is_published
    Seminar.objects.filter(pk=seminar.pk).update(
        state=SeminarState.CANCELLED, cancelled_at=now, cancel_reason=reason, taken=0, revision=F("revision") + 1
    )
    seminar.refresh_from_db()
    places = list(seminar.bookings.filter(state__in=OPEN).values_list("pk", flat=True))
    seminar.bookings.filter(pk__in=places).update(state=PlaceState.CALLED_OFF, ended_at=now)
    record(Verb.SEMINAR_CANCELLED, by=by, target=seminar, data={"places": len(places)})
    tell_trainees(places, News.CALLED_OFF, seminar.revision)
    if was_published:
        tell_instructors(seminar, seminar.instructors.values_list("pk", flat=True), TeachingNews.CALLED_OFF)
    return seminar


def _demand_sensible(plan: SeminarPlan, now: datetime) -> None:
    deadlines = Deadlines(plan.book_until, plan.cancel_until)
    if fault := fault_of_plan(plan.spans, deadlines, seats=plan.seats, needed=plan.sessions_needed, now=now):
        raise SeminarError(fault.code, fault.sentence)


def _lock_plans() -> None:
    """Let plans come one after the other, so that two of them see each other."""
    list(Programme.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _demand_free(plan: SeminarPlan, *, besides: Seminar | None = None) -> None:
    """Refuse people who may not teach or teach elsewhere at that time, and rooms that another seminar has."""
    if not plan.instructors:
        raise SeminarError("no_instructor", "Name at least one instructor.")
    for person in plan.instructors:
        if not person.is_active or scope_of(person, Permission.SEMINAR_TEACH) is not Scope.ASSIGNED:
            raise SeminarError("not_an_instructor", f"{person.full_name} is not an instructor.")
    _lock_plans()
    fields = plan.fields
    others = SeminarSession.objects.standing().exclude(seminar__state=SeminarState.CANCELLED)
    others = others.filter(starts_at__lt=fields["ends_at"], ends_at__gt=fields["starts_at"])
    if besides is not None:
        others = others.exclude(seminar=besides)
    _demand_instructors_free(plan, others.filter(seminar__instructors__in=plan.instructors).distinct())
    same_house = [
        row for row in others.select_related("seminar") if place_key(row.seminar.place) == place_key(plan.place)
    ]
    for span in plan.spans:
        rows = [row for row in same_house if place_key(row.room) == place_key(span.room)]
        if taken := first_overlap([span], [Span(row.starts_at, row.ends_at, row.room) for row in rows]):
            raise SeminarError(
                "room_busy", f"{taken.room} is taken by another seminar from {moment_text(taken.starts_at)}."
            )


def _demand_instructors_free(plan: SeminarPlan, theirs: Iterable[SeminarSession]) -> None:
    rows = [Span(row.starts_at, row.ends_at, row.room) for row in theirs]
    if busy := first_overlap(plan.spans, rows):
        raise SeminarError(
            "instructor_busy",
            f"One of the instructors teaches another seminar from {moment_text(busy.starts_at)}, {busy.room}.",
        )


def _demand_changeable(seminar: Seminar, seen: int, now: datetime) -> None:
    if seminar.state == SeminarState.CANCELLED:
        raise SeminarError("cancelled", "This seminar was called off.")
    if seminar.is_published and seminar.starts_at <= now:
        raise SeminarError("begun", "The seminar has begun. It can no longer be changed.")
    if seminar.revision != seen:
        raise SeminarError("changed_meanwhile", "Somebody changed this seminar a moment ago. Look at it again.")


def _demand_room_for_the_seated(seminar: Seminar, plan: SeminarPlan) -> None:
    if seminar.taken > plan.seats:
        raise SeminarError(
            "seats_taken", f"{seminar.taken} seats are taken. Give some back first, or leave as many as are taken."
        )
    people = seminar.bookings.filter(state__in=OPEN, enrolment__person__in=plan.instructors)
    if booking := people.select_related("enrolment__person").first():
        raise SeminarError("teaches_it", f"{booking.enrolment.person.full_name} takes part and cannot teach it.")


def _add(seminar: Seminar, session: SessionPlan) -> None:
    SeminarSession.objects.create(
        seminar=seminar,
        title=session.title,
        room=session.room,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


def _change_timetable(seminar: Seminar, plans: Sequence[SessionPlan], now: datetime) -> bool:
    """Bring the sessions into the planned shape; whether anything is different."""
    rows = {row.pk: row for row in seminar.sessions.standing()}
    kept: set[UUID] = set()
    changed = False
    for plan in plans:
        row = rows.get(plan.key) if plan.key and plan.key not in kept else None
        if row is None:
            _add(seminar, plan)
            changed = True
            continue
        kept.add(row.pk)
        wanted = {"title": plan.title, "room": plan.room, "starts_at": plan.starts_at, "ends_at": plan.ends_at}
        if any(getattr(row, name) != value for name, value in wanted.items()):
            SeminarSession.objects.filter(pk=row.pk).update(**wanted)
            changed = True
    gone = [key for key in rows if key not in kept]
    SeminarSession.objects.filter(pk__in=gone).update(dropped_at=now)
    return changed or bool(gone)
