"""Planning exam sessions, booking, admitting; and that a supervised exam starts only then."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.models import Programme
from exams.actions import exam_sessions, invigilation
from exams.actions.access import eligibility
from exams.actions.attempts import close_overdue
from exams.actions.seats import take_seat
from exams.errors import AttemptError, SessionError
from exams.models import Attempt, AttemptEvent, Booking, ExamSession
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.look.templatetags.moments import moment_text
from tests.factories.exam_sessions import enrol, make_session, seat_candidate
from tests.factories.exams import make_exam, start_attempt

pytestmark = pytest.mark.django_db


def refused(act, **arguments) -> str:
    with pytest.raises(SessionError) as caught:
        act(**arguments)
    return caught.value.code


@pytest.fixture
def session(exam, instructor, registrar) -> ExamSession:
    return make_session(exam, instructor, by=registrar)


@pytest.fixture
def supervised(exam):
    exam.supervised_only = True
    exam.save(update_fields=["supervised_only"])
    return exam


def test_exam_administrators_decide_which_exams_need_a_session(exam, exam_admin, registrar):
    with pytest.raises(PermissionDenied):
        exam_sessions.decide_supervision(exam=exam, supervised_only=True, by=registrar)
    assert exam_sessions.decide_supervision(exam=exam, supervised_only=True, by=exam_admin)
    assert not exam_sessions.decide_supervision(exam=exam, supervised_only=True, by=exam_admin)
    assert Event.objects.get(verb="exam.supervision_changed").data == {"supervised_only": True}
    assert exam.supervised_only


# Planning


def test_a_session_is_planned_with_its_people(session, instructor, registrar):
    assert list(session.invigilators.all()) == [instructor]
    event = Event.objects.get(verb="exam_session.planned")
    assert event.data == {"exam": session.exam.code, "invigilators": [str(instructor.public_id)]}
    assert event.actor == str(registrar.public_id)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"starts_at": timedelta(minutes=-1)}, "past"),
        ({"ends_at": timedelta(minutes=1)}, "ends_before_start"),
        ({"ends_at": timedelta(hours=13)}, "too_long"),
        ({"place": " \n "}, "no_place"),
        ({"seats": 0}, "bad_seats"),
        ({"seats": 1001}, "bad_seats"),
        ({"invigilators": []}, "no_invigilator"),
    ],
)
def test_what_cannot_be_planned(exam, instructor, registrar, changes, code):
    now = timezone.now()
    moved = {key: now + value if isinstance(value, timedelta) else value for key, value in changes.items()}
    assert refused(make_session, exam=exam, invigilator=instructor, by=registrar, now=now, **moved) == code
    assert not ExamSession.objects.exists()


def test_only_people_who_may_supervise(exam, registrar, editor):
    assert refused(make_session, exam=exam, invigilator=editor, by=registrar) == "not_an_invigilator"


def test_nobody_supervises_two_sessions_at_once(session, exam, instructor, registrar):
    with pytest.raises(SessionError, match=r"Ines Instructor: in another session from .*, Room 4"):
        make_session(exam, instructor, by=registrar, starts_at=session.ends_at - timedelta(minutes=1))
    after = {"starts_at": session.ends_at, "ends_at": session.ends_at + timedelta(hours=1)}
    assert make_session(exam, instructor, by=registrar, **after)


def test_a_room_takes_one_session_at_a_time(session, exam, other_instructor, registrar):
    late = {"starts_at": session.ends_at - timedelta(minutes=1), "ends_at": session.ends_at + timedelta(hours=1)}
    with pytest.raises(SessionError, match="Room 4 is taken by another session from") as caught:
        make_session(exam, other_instructor, by=registrar, place=" room  4 ", **late)
    assert caught.value.code == "place_busy"
    assert make_session(exam, other_instructor, by=registrar, **late | {"starts_at": session.ends_at})


def test_a_session_that_was_called_off_keeps_nobody_busy(session, exam, instructor, registrar):
    exam_sessions.cancel_session(session=session, by=registrar)
    assert make_session(exam, instructor, by=registrar)


def test_instructors_plan_nothing(exam, instructor):
    with pytest.raises(PermissionDenied):
        make_session(exam, instructor, by=instructor)


# Booking


def test_a_seat_is_booked_once(session, ready, registrar):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    assert (booking.state, booking.attempt) == ("booked", None)
    assert refused(exam_sessions.book, session=session, enrolment=ready, by=registrar) == "already_booked"
    assert Event.objects.get(verb="exam_session.seat_booked").data == {"enrolment": str(ready.pk)}


def test_one_coming_session_of_an_exam_is_enough(session, exam, ready, registrar, other_instructor):
    exam_sessions.book(session=session, enrolment=ready, by=registrar)
    other = make_session(exam, other_instructor, by=registrar, place="Room 5")
    assert refused(exam_sessions.book, session=other, enrolment=ready, by=registrar) == "already_booked"


def test_a_full_session_takes_nobody(exam, instructor, registrar, ready, other_trainee):
    session = make_session(exam, instructor, by=registrar, seats=1)
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    ben = enrol(other_trainee, exam.programme)
    assert refused(exam_sessions.book, session=session, enrolment=ben, by=registrar) == "full"
    exam_sessions.release_seat(booking_id=booking.pk, session_id=session.pk, by=registrar)
    assert exam_sessions.book(session=session, enrolment=ben, by=registrar)


def test_whoever_may_not_sit_the_exam_gets_no_seat(session, enrolment, registrar):
    with pytest.raises(SessionError, match="Complete the course first") as caught:
        exam_sessions.book(session=session, enrolment=enrolment, by=registrar)
    assert caught.value.code == "course_not_completed"


def test_a_waiting_time_that_ends_before_the_session_does_not_matter(exam, ready, instructor, registrar):
    now = timezone.now()
    failed = start_attempt(ready, exam, now=now - timedelta(hours=2))
    close_overdue(now=now)
    failed.refresh_from_db()
    wait = {"by": registrar, "invigilator": instructor, "exam": exam}
    early = make_session(**wait, now=now + timedelta(days=12))
    late = make_session(**wait, now=now + timedelta(days=15))
    assert refused(exam_sessions.book, session=early, enrolment=ready, by=registrar, now=now) == "waiting"
    assert exam_sessions.book(session=late, enrolment=ready, by=registrar, now=now)


def test_seats_are_for_the_programme_and_not_for_invigilators(exam, registrar, make_person, programme):
    both = make_person("Iris Both", Role.TRAINEE, Role.INSTRUCTOR)
    session = make_session(exam, both, by=registrar)
    own = enrol(both, exam.programme)
    assert refused(exam_sessions.book, session=session, enrolment=own, by=registrar) == "own_session"
    other = Programme.objects.create(code="other", title="Other", curriculum_version="1")
    stranger = enrol(make_person("Sam Stranger", Role.TRAINEE), other)
    assert refused(exam_sessions.book, session=session, enrolment=stranger, by=registrar) == "other_programme"


def test_no_seat_in_a_session_that_is_over_or_called_off(session, ready, registrar):
    late = {"now": session.ends_at, "session": session, "enrolment": ready, "by": registrar}
    assert refused(exam_sessions.book, **late) == "over"
    exam_sessions.cancel_session(session=session, by=registrar)
    assert refused(exam_sessions.book, session=session, enrolment=ready, by=registrar) == "cancelled"


def test_a_seat_on_which_somebody_started_stays(session, ready, exam, registrar, instructor):
    booking = seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    start_attempt(ready, exam)
    release = {"booking_id": booking.pk, "session_id": session.pk, "by": registrar}
    assert refused(exam_sessions.release_seat, **release) == "seat_in_use"
    assert refused(exam_sessions.cancel_session, session=session, by=registrar) == "started"
    session.refresh_from_db()
    booking.refresh_from_db()
    assert (session.is_standing, booking.state) == (True, "admitted")


def test_calling_off_gives_back_all_seats_once(session, ready, registrar):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    exam_sessions.cancel_session(session=session, by=registrar)
    booking.refresh_from_db()
    assert booking.state == "released"
    assert refused(exam_sessions.cancel_session, session=session, by=registrar) == "cancelled"


# Admitting and starting


def codes(enrolment, exam, now=None) -> list[str]:
    return [r.code for r in eligibility(enrolment=enrolment, exam=exam, now=now or timezone.now()).reasons]


def test_a_supervised_exam_starts_when_the_invigilator_has_admitted(supervised, session, ready, instructor, registrar):
    assert codes(ready, supervised) == ["no_seat"]
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    assert codes(ready, supervised) == ["not_admitted"]
    with pytest.raises(AttemptError, match="checks who you are"):
        start_attempt(ready, supervised)
    invigilation.admit(session=session, booking_id=booking.pk, by=instructor)
    attempt = start_attempt(ready, supervised)
    booking.refresh_from_db()
    assert booking.attempt == attempt
    event = AttemptEvent.objects.get(attempt=attempt)
    assert (event.kind, event.by, event.happened_at) == ("admitted", instructor, booking.admitted_at)


def test_people_are_admitted_from_an_hour_before(supervised, ready, instructor, registrar):
    begins = timezone.now() + timedelta(days=2)
    session = make_session(supervised, instructor, by=registrar, starts_at=begins, ends_at=begins + timedelta(hours=2))
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    admit = {"session": session, "booking_id": booking.pk, "by": instructor}
    hour_before = begins - timedelta(minutes=60)
    assert refused(invigilation.admit, **admit, now=hour_before - timedelta(seconds=1)) == "not_begun"
    (reason,) = eligibility(enrolment=ready, exam=supervised, now=hour_before - timedelta(seconds=1)).reasons
    assert (reason.code, moment_text(begins) in reason.sentence) == ("not_begun", True)
    assert codes(ready, supervised, hour_before) == ["not_admitted"]
    assert invigilation.admit(**admit, now=hour_before).state == "admitted"
    assert codes(ready, supervised, hour_before) == []
    assert codes(ready, supervised, hour_before - timedelta(seconds=1)) == ["not_begun"]


def test_a_supervised_exam_that_loses_its_seat_at_the_start_does_not_start(
    supervised, session, ready, instructor, registrar, monkeypatch
):
    seat_candidate(session, ready, by=registrar, admitted_by=instructor)

    def released_before(attempt, now):
        Booking.objects.update(state="released")
        take_seat(attempt, now)

    monkeypatch.setattr("exams.actions.attempts.take_seat", released_before)
    with pytest.raises(AttemptError) as caught:
        start_attempt(ready, supervised)
    assert caught.value.code == "not_admitted"
    assert not Attempt.objects.exists()


def test_being_admitted_ends_with_the_session(supervised, session, ready, instructor, registrar):
    seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    assert codes(ready, supervised, session.ends_at - timedelta(seconds=1)) == []
    assert codes(ready, supervised, session.ends_at) == ["no_seat"]


def test_an_exam_without_supervision_starts_without_a_seat(ready, exam, session, registrar):
    seat_candidate(session, ready, by=registrar)
    attempt = start_attempt(ready, exam)
    assert Booking.objects.get().attempt is None
    assert attempt.state == "started"


def test_only_the_invigilators_of_a_session_admit(session, ready, registrar, other_instructor, exam_admin):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    admit = {"session": session, "booking_id": booking.pk}
    for stranger in (other_instructor, registrar):
        with pytest.raises(PermissionDenied):
            invigilation.admit(**admit, by=stranger)
    assert invigilation.admit(**admit, by=exam_admin).admitted_by == exam_admin
    assert refused(invigilation.admit, **admit, by=exam_admin) == "not_waiting"


def test_absent_only_after_the_start_and_late_people_are_admitted(session, ready, registrar, instructor):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    seat = {"session": session, "booking_id": booking.pk, "by": instructor}
    early, later = session.starts_at - timedelta(seconds=1), session.starts_at + timedelta(minutes=20)
    assert refused(invigilation.mark_absent, **seat, now=early) == "not_begun"
    assert invigilation.mark_absent(**seat, now=later).state == "no_show"
    assert refused(invigilation.mark_absent, **seat, now=later) == "not_waiting"
    assert invigilation.admit(**seat, now=later).state == "admitted"


def test_nobody_is_admitted_after_the_end(session, ready, registrar, instructor):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    seat = {"session": session, "booking_id": booking.pk, "by": instructor}
    assert refused(invigilation.admit, **seat, now=session.ends_at) == "over"
    exam_sessions.cancel_session(session=session, by=registrar)
    session.refresh_from_db()
    assert refused(invigilation.admit, **seat) == "cancelled"


def test_seats_of_other_sessions_are_not_reached(session, exam, ready, registrar, instructor, other_instructor):
    booking = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    other = make_session(
        make_exam(3, programme=exam.programme, code="second"), other_instructor, by=registrar, place="Room 5"
    )
    assert refused(invigilation.admit, session=other, booking_id=booking.pk, by=other_instructor) == "not_waiting"
    assert not Attempt.objects.exists()
