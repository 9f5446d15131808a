"""Booking, waiting, moving up and giving back, through the actions."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions.seminar_attendance import mark_present
from courses.actions.seminar_seats import accept, book, move_waiting_lists, release
from courses.actions.seminars import cancel_seminar, change_seminar
from courses.errors import SeminarError
from courses.models import Enrolment, Programme, Seminar, SeminarBooking
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.courses import enrol
from tests.factories.seminars import DAY, HOUR, lines_of, make_seminar, plan_of, seat

pytestmark = pytest.mark.django_db


def states(seminar):
    return list(seminar.bookings.order_by("pk").values_list("state", flat=True))


def taken(seminar):
    seminar.refresh_from_db()
    held = seminar.bookings.filter(state__in=["booked", "offered"]).count()
    assert seminar.taken == held <= seminar.seats
    return held


def refused(act, *arguments, **facts):
    with pytest.raises(SeminarError) as error:
        act(*arguments, **facts)
    return error.value.code


def booking_is_refused(seminar, enrolment, **facts):
    return refused(book, seminar=seminar, enrolment=enrolment, by=enrolment.person, **facts)


def test_first_come_first_served_then_the_list(seminar, crowd):
    people = crowd(4)
    for enrolment in people:
        seat(seminar, enrolment)
    assert states(seminar) == ["booked", "booked", "waiting", "waiting"]
    assert taken(seminar) == 2
    assert Event.objects.filter(verb=Verb.SEMINAR_BOOKED).count() == 2
    assert Event.objects.filter(verb=Verb.SEMINAR_WAITING).count() == 2


def test_nobody_waits_who_did_not_ask_to(seminar, crowd):
    *seated, late = crowd(3)
    for enrolment in seated:
        seat(seminar, enrolment)
    assert booking_is_refused(seminar, late) == "full"
    assert not late.seminar_bookings.exists()


def test_a_seat_given_back_is_offered_to_who_waited_longest(seminar, crowd):
    people = crowd(4)
    places = [seat(seminar, enrolment) for enrolment in people]
    release(booking=places[0], by=people[0].person)
    assert states(seminar) == ["released", "booked", "offered", "waiting"]
    places[2].refresh_from_db()
    assert timedelta(hours=47) < places[2].offer_until - timezone.now() <= timedelta(hours=48)
    accept(booking=places[2], by=people[2].person)
    assert states(seminar) == ["released", "booked", "booked", "waiting"]
    assert taken(seminar) == 2


def test_an_offer_that_is_declined_goes_to_the_next(seminar, crowd):
    people = crowd(4)
    places = [seat(seminar, enrolment) for enrolment in people]
    release(booking=places[0], by=people[0].person)
    release(booking=places[2], by=people[2].person)
    assert states(seminar) == ["released", "booked", "released", "offered"]


def test_an_offer_that_nobody_answers_goes_to_the_next_by_itself(seminar, crowd):
    people = crowd(4)
    places = [seat(seminar, enrolment) for enrolment in people]
    release(booking=places[0], by=people[0].person)
    move_waiting_lists(now=timezone.now() + 47 * HOUR)
    assert states(seminar) == ["released", "booked", "offered", "waiting"]
    later = timezone.now() + 49 * HOUR
    assert refused(accept, booking=places[2], by=people[2].person, now=later) == "lapsed"
    move_waiting_lists(now=later)
    assert states(seminar) == ["released", "booked", "lapsed", "offered"]
    assert taken(seminar) == 2
    again = seat(seminar, people[2])
    assert again.state == "waiting"


def test_a_newcomer_does_not_get_the_seat_that_ran_out_while_somebody_waits(seminar, crowd):
    people = crowd(5)
    places = [seat(seminar, enrolment) for enrolment in people[:4]]
    release(booking=places[0], by=people[0].person)
    assert booking_is_refused(seminar, people[4], now=timezone.now() + 49 * HOUR) == "full"


def test_more_seats_let_the_list_move(seminar, crowd, instructor, registrar):
    for enrolment in crowd(5):
        seat(seminar, enrolment)
    plan = plan_of([instructor], starts=seminar.starts_at, seats=4, sessions=lines_of(seminar))
    seminar.refresh_from_db()
    change_seminar(seminar=seminar, plan=plan, seen=seminar.revision, by=registrar)
    assert states(seminar) == ["booked", "booked", "offered", "offered", "waiting"]
    assert taken(seminar) == 4


def test_the_list_ends_when_the_seminar_begins(seminar, crowd):
    people = crowd(4)
    places = [seat(seminar, enrolment) for enrolment in people]
    near = seminar.starts_at - HOUR
    release(booking=places[0], by=people[0].person)
    SeminarBooking.objects.filter(pk=places[2].pk).update(offer_until=near + 9 * HOUR)
    move_waiting_lists(now=seminar.starts_at)
    assert states(seminar) == ["released", "booked", "lapsed", "closed"]
    assert taken(seminar) == 1
    move_waiting_lists(now=seminar.starts_at + HOUR)
    assert Event.objects.filter(verb=Verb.SEMINAR_LAPSED).count() == 2


def test_deadlines_bind_trainees_and_not_the_registrar(seminar, crowd, registrar):
    first, second, late = crowd(3)
    place, other = seat(seminar, first), seat(seminar, second)
    assert booking_is_refused(seminar, late, now=seminar.book_until) == "booking_over"
    after = seminar.cancel_until
    assert refused(release, booking=place, by=first.person, now=after) == "too_late"
    release(booking=place, by=first.person, now=after - timedelta(seconds=1))
    release(booking=other, by=registrar, now=after + HOUR)
    assert refused(release, booking=other, by=registrar) == "no_place"
    assert states(seminar) == ["released", "released"]
    assert taken(seminar) == 0


def test_who_waits_or_is_offered_a_seat_may_leave_at_any_time(seminar, crowd):
    people = crowd(4)
    places = [seat(seminar, enrolment) for enrolment in people]
    after = seminar.cancel_until + HOUR
    release(booking=places[3], by=people[3].person, now=after)
    assert states(seminar)[3] == "released"


def test_who_was_present_keeps_the_seat(seminar, crowd, instructor, registrar):
    (ada,) = crowd(1)
    place = seat(seminar, ada)
    session = seminar.sessions.first()
    mark_present(session=session, bookings=[place.pk], by=instructor, now=session.starts_at)
    assert refused(release, booking=place, by=registrar) == "attended"


def test_what_cannot_be_booked(seminar, crowd, programme, instructor, registrar, other_instructor):
    (ada,) = crowd(1)
    draft = make_seminar(programme, other_instructor, by=registrar, published=False, starts=timezone.now() + 30 * DAY)
    assert booking_is_refused(draft, ada) == "not_open"
    elsewhere = Programme.objects.create(code="other", title="Other", curriculum_version="1")
    assert booking_is_refused(seminar, enrol(ada.person, elsewhere)) == "other_programme"
    seat(seminar, ada)
    assert booking_is_refused(seminar, ada) == "already_booked"
    same_time = make_seminar(programme, other_instructor, by=registrar, starts=seminar.starts_at, place="Another house")
    assert booking_is_refused(same_time, ada) == "elsewhere"
    Enrolment.objects.filter(pk=ada.pk).update(closed_at=timezone.now())
    ada.refresh_from_db()
    assert booking_is_refused(same_time, ada) == "enrolment_closed"


def test_who_teaches_does_not_take_part(seminar, instructor, programme):
    grant_role(person=instructor, role=Role.TRAINEE, by=None)
    own = enrol(User.objects.get(pk=instructor.pk), programme)
    assert booking_is_refused(seminar, own) == "teaches_it"


def test_nobody_books_accepts_or_leaves_for_others(seminar, crowd, registrar):
    ada, ben, cid = crowd(3)
    places = [seat(seminar, one) for one in (ada, ben, cid)]
    with pytest.raises(PermissionDenied):
        book(seminar=seminar, enrolment=ada, by=ben.person)
    with pytest.raises(PermissionDenied):
        release(booking=places[0], by=ben.person)
    release(booking=places[0], by=registrar)
    with pytest.raises(PermissionDenied):
        accept(booking=places[2], by=ben.person)
    assert refused(accept, booking=places[1], by=ben.person) == "not_offered"


def test_calling_off_ends_every_place(seminar, crowd, registrar):
    for enrolment in crowd(3):
        seat(seminar, enrolment)
    assert refused(cancel_seminar, seminar=seminar, reason="  ", by=registrar) == "no_reason"
    cancel_seminar(seminar=seminar, reason="The instructor\nis ill.", by=registrar)
    seminar.refresh_from_db()
    assert (seminar.cancel_reason, seminar.taken) == ("The instructor is ill.", 0)
    assert states(seminar) == ["called_off"] * 3
    assert refused(cancel_seminar, seminar=seminar, reason="Again.", by=registrar) == "cancelled"


def test_the_database_itself_refuses_more_people_than_seats(seminar):
    with pytest.raises(IntegrityError), transaction.atomic():
        Seminar.objects.filter(pk=seminar.pk).update(taken=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seminar.objects.filter(pk=seminar.pk).update(taken=2, seats=1)
