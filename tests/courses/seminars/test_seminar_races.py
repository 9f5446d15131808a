"""Many people at once: real connections, never more people than seats."""

import pytest

from courses.actions.seminar_attendance import attend_by_code, mark_present
from courses.actions.seminar_seats import accept, book, move_waiting_lists, release
from courses.actions.seminars import change_seminar
from courses.attendance_codes import code_for
from courses.models import Seminar, SeminarAttendance, SeminarBooking
from lms.accounts.errors import CodedError
from lms.audit.actions import first_fault
from tests.factories.seminars import HOUR, lines_of, plan_of, seat
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(act, **facts):
    """A call that answers "done", or the code of the refusal."""

    def call():
        try:
            act(**facts)
        except CodedError as error:
            return error.code
        return "done"

    return call


def booking(seminar, enrolment, *, or_wait):
    return code_of(book, seminar=seminar, enrolment=enrolment, by=enrolment.person, or_wait=or_wait)


def held(seminar):
    seminar.refresh_from_db()
    count = seminar.bookings.filter(state__in=["booked", "offered"]).count()
    assert seminar.taken == count <= seminar.seats
    return count


def test_eight_people_for_two_seats(seminar, crowd):
    answers = at_once([booking(seminar, one, or_wait=False) for one in crowd(8)])
    assert sorted(answers) == ["done"] * 2 + ["full"] * 6
    assert held(seminar) == 2
    assert first_fault() is None


def test_eight_people_who_would_wait(seminar, crowd):
    assert at_once([booking(seminar, one, or_wait=True) for one in crowd(8)]) == ["done"] * 8
    states = list(seminar.bookings.order_by("pk").values_list("state", flat=True))
    assert states == ["booked"] * 2 + ["waiting"] * 6
    assert held(seminar) == 2


def test_a_double_click_books_once(seminar, crowd):
    (ada,) = crowd(1)
    assert sorted(at_once([booking(seminar, ada, or_wait=True)] * 4)) == ["already_booked"] * 3 + ["done"]
    assert held(seminar) == 1


def test_two_seats_given_back_at_once_go_to_the_first_two(seminar, crowd):
    places = [seat(seminar, one) for one in crowd(6)]
    leaving = [code_of(release, booking=one, by=one.enrolment.person) for one in places[:2]]
    assert at_once([*leaving, lambda: move_waiting_lists()])[:2] == ["done"] * 2
    states = list(seminar.bookings.order_by("pk").values_list("state", flat=True))
    assert states == ["released"] * 2 + ["offered"] * 2 + ["waiting"] * 2
    assert held(seminar) == 2


def test_an_offer_is_taken_or_lapses_and_never_both(seminar, crowd):
    places = [seat(seminar, one) for one in crowd(4)]
    release(booking=places[0], by=places[0].enrolment.person)
    offered = SeminarBooking.objects.get(pk=places[2].pk)
    before, after = offered.offer_until - HOUR, offered.offer_until + HOUR
    taking = code_of(accept, booking=offered, by=offered.enrolment.person, now=before)
    (answer, _) = at_once([taking, lambda: move_waiting_lists(now=after)])
    states = list(seminar.bookings.order_by("pk").values_list("state", flat=True))
    assert (answer, states[2:]) in [("done", ["booked", "waiting"]), ("not_offered", ["lapsed", "offered"])]
    assert held(seminar) == 2


def test_seats_are_added_while_people_come(seminar, crowd, instructor, registrar):
    people = crowd(6)
    for one in people[:3]:
        seat(seminar, one)
    seminar.refresh_from_db()
    plan = plan_of([instructor], starts=seminar.starts_at, seats=4, sessions=lines_of(seminar))
    more = code_of(change_seminar, seminar=seminar, plan=plan, seen=0, by=registrar)
    assert at_once([more, *(booking(seminar, one, or_wait=True) for one in people[3:])]) == ["done"] * 4
    assert held(seminar) == 4
    waiting = seminar.bookings.filter(state="waiting").values_list("pk", flat=True)
    assert max(seminar.bookings.exclude(state="waiting").values_list("pk", flat=True)) < min(waiting)


def test_seats_are_taken_away_while_people_come(seminar, crowd, instructor, registrar):
    plan = plan_of([instructor], starts=seminar.starts_at, seats=1, sessions=lines_of(seminar))
    fewer = code_of(change_seminar, seminar=seminar, plan=plan, seen=0, by=registrar)
    answer, *_ = at_once([fewer, *(booking(seminar, one, or_wait=True) for one in crowd(2))])
    assert (answer, Seminar.objects.get().seats) in [("done", 1), ("seats_taken", 2)]
    assert held(seminar) >= 1


def test_a_code_and_the_list_count_a_person_once(seminar, crowd, instructor):
    (ada,) = crowd(1)
    place, session = seat(seminar, ada), seminar.sessions.first()
    scan = code_of(attend_by_code, code=code_for(session), by=ada.person, now=session.starts_at)
    marks = code_of(mark_present, session=session, bookings=[place.pk], by=instructor, now=session.starts_at)
    assert set(at_once([scan, scan, scan, marks])) <= {"done", "already"}
    assert SeminarAttendance.objects.count() == 1


def test_a_seat_is_given_back_or_its_person_is_counted(seminar, crowd, registrar):
    (ada,) = crowd(1)
    place, session = seat(seminar, ada), seminar.sessions.first()
    scan = code_of(attend_by_code, code=code_for(session), by=ada.person, now=session.starts_at)
    answers = at_once([scan, code_of(release, booking=place, by=registrar)])
    assert answers in [["done", "attended"], ["not_booked", "done"]]
    assert SeminarAttendance.objects.count() == (answers[0] == "done")
