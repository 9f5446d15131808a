"""Seats in seminars: booking, waiting, being offered a seat, giving it back.

Every change of who has a seat locks the row of the seminar first, so changes come one after the other. `taken` counts
the seats, and the database refuses more of them than there are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.actions.seminar_news import tell_trainees
from courses.errors import SeminarError
from courses.models import Enrolment, PlaceState, Seminar, SeminarBooking, SeminarSession, SeminarState
from courses.models.seminars import OPEN, SEATED
from courses.rules.seminars import Span, first_overlap
from courses.rules.waiting_list import Place, Standing, is_free_for_newcomers, moves, offer_ends
from courses.seminar_mails import News
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record, record_each
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text


@transaction.atomic
def book(
    *, seminar: Seminar, enrolment: Enrolment, by: User, or_wait: bool = False, now: datetime | None = None
) -> SeminarBooking:
    """Give a trainee a seat; with `or_wait` a place on the waiting list when no seat is free.

    Who waits is served first: a seat that is free while somebody waits is theirs. Raises `SeminarError`: `not_open`,
    `booking_over`, `other_programme`, `enrolment_closed`, `teaches_it`, `already_booked`, `elsewhere`, `full`.
    """
    _demand_own(enrolment, by)
    now = now or timezone.now()
    seminar = locked(seminar.pk)
    _demand_bookable(seminar, enrolment, now)
    move_up(seminar, now=now)
    free = is_free_for_newcomers(_places(seminar), seats=seminar.seats)
    if not free and not or_wait:
        raise SeminarError("full", "All seats are taken by now. You can join the waiting list.")
    if not free:
        booking = SeminarBooking.objects.create(
            seminar=seminar, enrolment=enrolment, state=PlaceState.WAITING, asked_at=now
        )
        record(Verb.SEMINAR_WAITING, by=by, target=seminar, data={"booking": booking.pk})
        tell_trainees([booking.pk], News.WAITING, seminar.revision)
        return booking
    _take_seats(seminar, 1)
    booking = SeminarBooking.objects.create(
        seminar=seminar, enrolment=enrolment, state=PlaceState.BOOKED, asked_at=now, booked_at=now
    )
    record(Verb.SEMINAR_BOOKED, by=by, target=seminar, data={"booking": booking.pk})
    tell_trainees([booking.pk], News.BOOKED, seminar.revision)
    return booking


@transaction.atomic
def accept(*, booking: SeminarBooking, by: User, now: datetime | None = None) -> SeminarBooking:
    """Take the seat that is held for a trainee. Raises `SeminarError`: `not_offered`, `lapsed`, `elsewhere`."""
    _demand_own(booking.enrolment, by)
    now = now or timezone.now()
    seminar = locked(booking.seminar_id)
    if not seminar.is_published:
        raise SeminarError("not_open", "This seminar is called off.")
    _demand_free_time(seminar, booking.enrolment)
    offered = SeminarBooking.objects.filter(pk=booking.pk, state=PlaceState.OFFERED)
    if not offered.exists():
        raise SeminarError("not_offered", "No seat is held for you now.")
    if not offered.filter(offer_until__gt=now).update(state=PlaceState.BOOKED, booked_at=now):
        raise SeminarError("lapsed", "The time to answer is over, and the seat goes to whoever is next.")
    booking.refresh_from_db()
    record(Verb.SEMINAR_BOOKED, by=by, target=seminar, data={"booking": booking.pk})
    tell_trainees([booking.pk], News.BOOKED, seminar.revision)
    return booking


@transaction.atomic
def release(*, booking: SeminarBooking, by: User, now: datetime | None = None) -> None:
    """Give back a seat, decline an offer or leave the waiting list; who waits moves up.

    Trainees do it for themselves, with a booked seat until the deadline; registrars for everybody until somebody was
    marked as present. Raises `SeminarError`: `too_late`, `attended`, `no_place`.
    """
    now = now or timezone.now()
    own = booking.enrolment.person_id == by.pk
    demand(by, Permission.SEMINAR_BOOK if own else Permission.SEMINAR_PLAN)
    seminar = locked(booking.seminar_id)
    place = SeminarBooking.objects.select_for_update(no_key=True).get(pk=booking.pk)
    if place.state not in OPEN:
        raise SeminarError("no_place", "This place was given back before.")
    if own and place.state == PlaceState.BOOKED and now >= seminar.cancel_until:
        raise SeminarError(
            "too_late",
            f"Seats could be given back until {moment_text(seminar.cancel_until)}. Write to the registrar if you "
            "cannot come.",
        )
    if place.attendance.exists():
        raise SeminarError("attended", "This person was marked as present. The seat can no longer be given back.")
    SeminarBooking.objects.filter(pk=place.pk).update(state=PlaceState.RELEASED, ended_at=now)
    _free_seats(seminar, int(place.state in SEATED))
    record(Verb.SEMINAR_RELEASED, by=by, target=seminar, data={"booking": place.pk, "was": place.state})
    tell_trainees([place.pk], News.RELEASED, seminar.revision + 1)
    move_up(seminar, now=now)


def move_up(seminar: Seminar, *, now: datetime) -> None:
    """Let the waiting list move: offers whose time is up lapse, free seats are offered to who waited longest.

    The seminar comes from `locked`, in the caller's transaction. Nothing moves once it has begun.
    """
    if not seminar.is_published or now >= seminar.starts_at:
        return
    due = moves(_places(seminar), seats=seminar.seats, now=now)
    if due.lapse:
        _end(seminar, due.lapse, PlaceState.LAPSED, News.LAPSED, now)
        _free_seats(seminar, len(due.lapse))
    if due.offer:
        _take_seats(seminar, len(due.offer))
        until = offer_ends(now, seminar.hours_to_answer, seminar.starts_at)
        seminar.bookings.filter(pk__in=due.offer).update(state=PlaceState.OFFERED, offer_until=until)
        facts: list[tuple[Seminar, dict[str, int]]] = [(seminar, {"booking": number}) for number in due.offer]
        record_each(Verb.SEMINAR_OFFERED, by=None, facts=facts)
        tell_trainees(due.offer, News.OFFERED, seminar.revision)


def move_waiting_lists(*, now: datetime | None = None) -> None:
    """See to all lists by the clock: offers that nobody answered in time go on, lists end as their seminar begins."""
    now = now or timezone.now()
    published = Seminar.objects.filter(state=SeminarState.PUBLISHED)
    overdue = published.filter(starts_at__gt=now, bookings__state=PlaceState.OFFERED, bookings__offer_until__lte=now)
    for number in list(overdue.distinct().order_by("starts_at").values_list("pk", flat=True)):
        with transaction.atomic():
            move_up(locked(number), now=now)
    begun = published.filter(starts_at__lte=now, list_closed_at__isnull=True)
    for number in list(begun.values_list("pk", flat=True)):
        with transaction.atomic():
            _close_list(locked(number), now)


def _close_list(seminar: Seminar, now: datetime) -> None:
    if seminar.list_closed_at is not None or seminar.starts_at > now:
        return
    places = seminar.bookings.order_by("pk").values_list("pk", "state")
    offered = [number for number, state in places if state == PlaceState.OFFERED]
    waiting = [number for number, state in places if state == PlaceState.WAITING]
    _end(seminar, offered, PlaceState.LAPSED, News.LAPSED, now)
    _free_seats(seminar, len(offered))
    _end(seminar, waiting, PlaceState.CLOSED, News.CLOSED, now)
    Seminar.objects.filter(pk=seminar.pk).update(list_closed_at=now)


def locked(seminar_id: UUID) -> Seminar:
    """Return a seminar whose seats nobody else changes until the transaction ends."""
    return Seminar.objects.select_for_update(no_key=True).get(pk=seminar_id)


def _demand_own(enrolment: Enrolment, by: User) -> None:
    demand(by, Permission.SEMINAR_BOOK)
    if enrolment.person_id != by.pk:
        raise PermissionDenied("This enrolment is somebody else's.")


def _demand_bookable(seminar: Seminar, enrolment: Enrolment, now: datetime) -> None:
    if not seminar.is_published:
        raise SeminarError("not_open", "This seminar is not open for booking.")
    if now >= seminar.book_until:
        raise SeminarError("booking_over", f"Booking ended {moment_text(seminar.book_until)}.")
    if enrolment.programme_id != seminar.programme_id:
        raise SeminarError("other_programme", "This seminar belongs to another programme than yours.")
    if enrolment.closed_at is not None:
        raise SeminarError("enrolment_closed", "Your enrolment in this programme is closed. Write to the registrar.")
    if seminar.instructors.filter(pk=enrolment.person_id).exists():
        raise SeminarError("teaches_it", "You teach this seminar, so you cannot take part in it.")
    if seminar.bookings.filter(enrolment=enrolment, state__in=OPEN).exists():
        raise SeminarError("already_booked", "You have a place with this seminar already.")
    _demand_free_time(seminar, enrolment)


def _demand_free_time(seminar: Seminar, enrolment: Enrolment) -> None:
    """Refuse somebody who has a seat in another seminar at the same time."""
    others = SeminarSession.objects.standing().filter(
        seminar__state=SeminarState.PUBLISHED,
        seminar__bookings__enrolment__person=enrolment.person_id,
        seminar__bookings__state=PlaceState.BOOKED,
        starts_at__lt=seminar.ends_at,
        ends_at__gt=seminar.starts_at,
    )
    others = others.exclude(seminar=seminar)
    if first_overlap(_spans(seminar.sessions.standing()), _spans(others)):
        raise SeminarError(
            "elsewhere", "You have a seat in another seminar at the same time. Give that one back first."
        )


def _spans(sessions: Iterable[SeminarSession]) -> list[Span]:
    return [Span(row.starts_at, row.ends_at, row.room) for row in sessions]


def _places(seminar: Seminar) -> list[Place]:
    rows = seminar.bookings.filter(state__in=OPEN).values_list("pk", "state", "offer_until")
    return [Place(number, Standing(state), offer_until) for number, state, offer_until in rows]


def _take_seats(seminar: Seminar, number: int) -> None:
    """Count seats as taken, if they are there. Raises `SeminarError` `full`."""
    room = Seminar.objects.filter(pk=seminar.pk, taken__lte=F("seats") - number)
    if not room.update(taken=F("taken") + number):
        raise SeminarError("full", "All seats are taken by now. You can join the waiting list.")
    seminar.refresh_from_db(fields=["taken"])


def _free_seats(seminar: Seminar, number: int) -> None:
    if number:
        Seminar.objects.filter(pk=seminar.pk).update(taken=F("taken") - number)
        seminar.refresh_from_db(fields=["taken"])


def _end(seminar: Seminar, places: Sequence[int], state: PlaceState, news: News, now: datetime) -> None:
    """End places by the clock; every one is in the trail, and its person is told."""
    if places:
        seminar.bookings.filter(pk__in=places).update(state=state, ended_at=now)
        facts: list[tuple[Seminar, dict[str, int]]] = [(seminar, {"booking": number}) for number in places]
        record_each(Verb.SEMINAR_LAPSED, by=None, facts=facts)
        tell_trainees(places, news, seminar.revision)
