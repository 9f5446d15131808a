"""Attendance by code and by list: who is counted, when, how often; and what is refused in which words."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from courses.actions.seminar_attendance import attend_by_code, attendance_in, mark_present, read_code, withdraw_mark
from courses.actions.seminar_seats import release
from courses.actions.seminars import cancel_seminar
from courses.attendance_codes import code_for
from courses.errors import AttendanceError
from courses.models import SeminarAttendance
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.seminars import HOUR, make_seminar, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(seminar, crowd):
    """Somebody with a seat."""
    (enrolment,) = crowd(1)
    return seat(seminar, enrolment)


@pytest.fixture
def session(seminar):
    return seminar.sessions.first()


def refused(act, **facts):
    with pytest.raises(AttendanceError) as error:
        act(**facts)
    return error.value.code


def by(booking):
    return {"by": booking.enrolment.person}


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_a_code_counts_once(session, ada):
    with at(session.starts_at):
        code = code_for(session)
        read_code(code=code, **by(ada))
        assert not SeminarAttendance.objects.exists()
        mark = attend_by_code(code=code, **by(ada))
        assert (mark.how, mark.marked_by) == ("code", ada.enrolment.person)
        assert refused(attend_by_code, code=code, **by(ada)) == "already"
        assert refused(attend_by_code, code=code_for(session), **by(ada)) == "already"
    assert SeminarAttendance.objects.count() == 1
    assert Event.objects.filter(verb=Verb.ATTENDANCE_MARKED).count() == 1


def test_a_code_is_good_for_two_minutes(session, ada):
    with at(session.starts_at):
        code = code_for(session)
    with at(session.starts_at + timedelta(seconds=121)):
        assert refused(attend_by_code, code=code, **by(ada)) == "expired"
    with at(session.starts_at + timedelta(seconds=119)):
        assert attend_by_code(code=code, **by(ada))


def other_end(code):
    """A code with another last sign but one; the last one holds spare bits."""
    return code[:-2] + ("A" if code[-2] != "A" else "B") + code[-1]


@pytest.mark.parametrize("turn", [other_end, lambda code: "0" + code, lambda code: "nonsense", lambda code: code[:32]])
def test_a_code_of_ones_own_making_does_not_count(session, ada, turn):
    with at(session.starts_at):
        assert refused(attend_by_code, code=turn(code_for(session)), **by(ada)) == "not_a_code"


def test_a_code_counts_around_its_session_only(session, ada):
    for moment, code in [
        (session.starts_at - timedelta(minutes=31), "too_early"),
        (session.ends_at + timedelta(minutes=15), "over"),
    ]:
        with at(moment):
            assert refused(attend_by_code, code=code_for(session), **by(ada)) == code


def test_a_code_of_another_seminar_does_not_count(programme, other_instructor, registrar, seminar, ada):
    other = make_seminar(programme, other_instructor, by=registrar, starts=seminar.starts_at, place="Elsewhere")
    with at(other.starts_at):
        assert refused(attend_by_code, code=code_for(other.sessions.first()), **by(ada)) == "not_booked"


def test_who_waits_or_left_is_not_counted(session, seminar, crowd, registrar):
    places = [seat(seminar, enrolment) for enrolment in crowd(3)]
    release(booking=places[0], by=registrar)
    with at(session.starts_at):
        for place in (places[0], places[2]):
            assert refused(attend_by_code, code=code_for(session), **by(place)) == "not_booked"


def test_a_seminar_that_is_called_off_counts_nobody(session, seminar, ada, registrar, instructor):
    with at(session.starts_at):
        cancel_seminar(seminar=seminar, reason="Fire in the house.", by=registrar)
        assert refused(attend_by_code, code=code_for(session), **by(ada)) == "not_there"
        session.seminar.refresh_from_db()
        assert refused(mark_present, session=session, bookings=[ada.pk], by=instructor) == "not_there"


def test_the_list_marks_and_takes_back_and_keeps_both(session, ada, instructor):
    with at(session.starts_at):
        assert len(mark_present(session=session, bookings=[ada.pk], by=instructor)) == 1
        assert mark_present(session=session, bookings=[ada.pk], by=instructor) == []
        withdraw_mark(session=session, booking_id=ada.pk, by=instructor)
        assert refused(withdraw_mark, session=session, booking_id=ada.pk, by=instructor) == "not_marked"
        assert attendance_in(ada).attended == 0
        mark_present(session=session, bookings=[ada.pk], by=instructor)
    assert attendance_in(ada).attended == 1
    assert SeminarAttendance.objects.count() == 2
    verbs = Event.objects.filter(verb__startswith="attendance.").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == [Verb.ATTENDANCE_MARKED, Verb.ATTENDANCE_WITHDRAWN, Verb.ATTENDANCE_MARKED]


def test_a_mark_that_was_taken_back_never_changes_again(session, ada, instructor):
    mark_present(session=session, bookings=[ada.pk], by=instructor, now=session.starts_at)
    withdraw_mark(session=session, booking_id=ada.pk, by=instructor, now=session.starts_at)
    with pytest.raises(DatabaseError), transaction.atomic():
        SeminarAttendance.objects.update(withdrawn_at=None, withdrawn_by=None)


def test_what_an_instructor_took_back_is_not_undone_by_scanning_again(session, ada, instructor):
    with at(session.starts_at):
        attend_by_code(code=code_for(session), **by(ada))
        withdraw_mark(session=session, booking_id=ada.pk, by=instructor)
        assert refused(attend_by_code, code=code_for(session), **by(ada)) == "taken_back"
        mark_present(session=session, bookings=[ada.pk], by=instructor)
    assert attendance_in(ada).attended == 1


def test_who_may_mark(session, ada, other_instructor, registrar, trainee):
    with at(session.starts_at):
        for person in (other_instructor, trainee):
            with pytest.raises(PermissionDenied):
                mark_present(session=session, bookings=[ada.pk], by=person)
        assert mark_present(session=session, bookings=[ada.pk], by=registrar)


def test_nobody_marks_themselves(session, seminar, ada):
    grant_role(person=ada.enrolment.person, role=Role.REGISTRAR, by=None)
    both = User.objects.get(pk=ada.enrolment.person_id)
    with at(session.starts_at):
        assert refused(mark_present, session=session, bookings=[ada.pk], by=both) == "own"


def test_who_left_meanwhile_is_not_marked(session, ada, instructor):
    release(booking=ada, **by(ada))
    assert (
        refused(mark_present, session=session, bookings=[ada.pk], by=instructor, now=session.starts_at) == "not_booked"
    )


def test_attendance_sums_up_over_the_timetable(seminar, ada, instructor):
    first, second = seminar.sessions.standing()
    mark_present(session=first, bookings=[ada.pk], by=instructor, now=first.starts_at)
    ada.refresh_from_db()
    seen = attendance_in(ada)
    assert (seen.attended, seen.total, seen.is_enough) == (1, 2, False)
    mark_present(session=second, bookings=[ada.pk], by=instructor, now=second.starts_at + HOUR)
    assert attendance_in(ada).is_enough
