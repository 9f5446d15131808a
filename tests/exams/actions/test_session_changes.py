"""Changing a planned session: what may change, until when, and who hears of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from exams.actions import exam_sessions, invigilation
from exams.actions.attempts import close_overdue
from exams.actions.session_changes import SessionPlan, _change, change_session
from exams.appointment_mails import SEAT_MAIL, SESSION_MAIL
from exams.errors import SessionError
from exams.models import ExamSession
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.factories.exam_sessions import enrol, make_session
from tests.factories.exams import complete_course, start_attempt
from tests.threads import at_once

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def session(exam, instructor, registrar) -> ExamSession:
    """A session in three days, in room 4."""
    return make_session(exam, instructor, by=registrar, now=timezone.now() + 3 * DAY)


def plan_of(session, **changes):
    same = SessionPlan(
        session.place, session.starts_at, session.ends_at, session.seats, list(session.invigilators.all())
    )
    return replace(same, **changes)


def change(session, by, *, seen=None, now=None, **changes):
    seen = session.revision if seen is None else seen
    return change_session(session=session, plan=plan_of(session, **changes), seen=seen, by=by, now=now)


def refused(session, by, **changes):
    with pytest.raises(SessionError) as caught:
        change(session, by, **changes)
    return caught.value.code


def news(kind):
    """Who is told what, by the outbox."""
    rows = Job.objects.filter(kind=kind).order_by("created_at", "key")
    return [(job.payload.get("booking") or job.payload["person"], job.payload["news"]) for job in rows]


def test_a_seat_that_was_given_while_the_others_were_asked_is_seen(session, enrolment, registrar):
    """The seated are asked before the lock; whoever got a seat after that was not asked."""
    complete_course(enrolment)
    exam_sessions.book(session=session, enrolment=enrolment, by=registrar)
    plan = plan_of(session, **later(session))
    with pytest.raises(SessionError) as caught:
        _change(session, plan, session.revision, registrar, timezone.now(), set())
    assert caught.value.code == "changed_meanwhile"


def later(session, by=HOUR):
    return {"starts_at": session.starts_at + by, "ends_at": session.ends_at + by}


def test_place_time_seats_and_people_change_together(session, registrar, instructor, other_instructor):
    begins = session.starts_at
    changed = change(
        session, registrar, place=" Hall 2 ", seats=7, invigilators=[other_instructor], **later(session, DAY)
    )
    assert (changed.place, changed.starts_at, changed.seats) == ("Hall 2", begins + DAY, 7)
    assert (list(changed.invigilators.all()), changed.revision) == ([other_instructor], 1)
    event = Event.objects.get(verb="exam_session.changed")
    assert event.data == {
        "changed": ["ends_at", "place", "seats", "starts_at"],
        "invigilators": [str(other_instructor.public_id)],
    }
    assert event.actor == str(registrar.public_id)


def test_candidates_hear_of_place_and_time_and_invigilators_of_everything(
    session, registrar, ready, instructor, other_instructor
):
    seat = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    Job.objects.all().delete()
    session = change(session, registrar, seats=9)
    assert (news(SEAT_MAIL), news(SESSION_MAIL)) == ([], [(instructor.pk, "changed")])
    Job.objects.all().delete()
    session = change(session, registrar, invigilators=[other_instructor])
    assert news(SEAT_MAIL) == []
    assert sorted(news(SESSION_MAIL)) == sorted([(instructor.pk, "taken_back"), (other_instructor.pk, "given")])
    Job.objects.all().delete()
    change(session, registrar, place="Hall 2")
    assert (news(SEAT_MAIL), news(SESSION_MAIL)) == ([(seat.pk, "changed")], [(other_instructor.pk, "changed")])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "nothing_changed"),
        ({"place": " "}, "no_place"),
        ({"seats": 0}, "bad_seats"),
        ({"seats": 1001}, "bad_seats"),
        ({"invigilators": []}, "no_invigilator"),
        ({"seen": 1, "place": "Hall 2"}, "changed_meanwhile"),
    ],
)
def test_what_is_refused(session, registrar, changes, code):
    assert refused(session, registrar, **changes) == code
    assert ExamSession.objects.get().revision == 0
    assert not Event.objects.filter(verb="exam_session.changed").exists()


def test_its_times_make_sense_as_when_it_was_planned(session, registrar):
    begins = session.starts_at
    assert refused(session, registrar, starts_at=timezone.now() - HOUR) == "past"
    assert refused(session, registrar, ends_at=begins) == "ends_before_start"
    assert refused(session, registrar, ends_at=begins + 13 * HOUR) == "too_long"


def test_only_those_who_plan_change(session, instructor, exam_admin):
    with pytest.raises(PermissionDenied):
        change(session, instructor, place="Hall 2")


def test_not_after_it_began_was_called_off_or_somebody_was_admitted(session, registrar, ready, instructor):
    assert refused(session, registrar, place="Hall 2", now=session.starts_at) == "begun"
    seat = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    early = session.starts_at - timedelta(minutes=30)
    invigilation.admit(session=session, booking_id=seat.pk, by=instructor, now=early)
    assert refused(session, registrar, place="Hall 2", now=early) == "begun"


def test_not_after_it_was_called_off(session, registrar):
    exam_sessions.cancel_session(session=session, by=registrar)
    assert refused(session, registrar, place="Hall 2", seen=1) == "cancelled"


def test_people_and_places_are_free_then(session, exam, registrar, instructor, other_instructor, make_person):
    other = make_session(
        exam, other_instructor, by=registrar, starts_at=session.starts_at, ends_at=session.ends_at, place="Room 5"
    )
    assert refused(session, registrar, invigilators=[instructor, other_instructor]) == "invigilator_busy"
    assert refused(session, registrar, place="room 5") == "place_busy"
    editor = make_person("Edith Editor", Role.EDITOR)
    assert refused(session, registrar, invigilators=[editor]) == "not_an_invigilator"
    change(other, registrar, **later(other, 5 * HOUR))
    # Its own times and people are no obstacle, and what was moved away is none any more.
    assert change(session, registrar, place="Room 5", **later(session)).place == "Room 5"


def test_the_seated_keep_their_seats(session, registrar, ready, exam, make_person, other_trainee):
    exam_sessions.book(session=session, enrolment=ready, by=registrar)
    both = make_person("Iris Both", Role.TRAINEE, Role.INSTRUCTOR)
    for person in (both, other_trainee):
        exam_sessions.book(session=session, enrolment=enrol(person, exam.programme), by=registrar)
    assert refused(session, registrar, seats=2) == "seats_taken"
    assert refused(session, registrar, invigilators=[both]) == "own_session"
    assert change(session, registrar, seats=3).seats == 3


def test_a_start_at_which_somebody_could_not_start_is_refused(exam, ready, instructor, registrar):
    now = timezone.now()
    start_attempt(ready, exam, now=now - 2 * HOUR)
    close_overdue(now=now)  # not passed: they wait for 14 days
    session = make_session(exam, instructor, by=registrar, now=now + 15 * DAY)
    exam_sessions.book(session=session, enrolment=ready, by=registrar, now=now)
    with pytest.raises(SessionError, match="would not let Ada Trainee start then") as caught:
        change(session, registrar, **later(session, -3 * DAY))
    assert caught.value.code == "not_eligible_then"
    assert change(session, registrar, **later(session, DAY))


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_what_both_saw_one_wins(session, registrar):
    def changing(place):
        def act():
            try:
                return change(ExamSession.objects.get(pk=session.pk), registrar, seen=0, place=place).place
            except SessionError as error:
                return error.code

        return act

    first, second = at_once([changing("Hall 1"), changing("Hall 2")])
    assert (first, second) in {("Hall 1", "changed_meanwhile"), ("changed_meanwhile", "Hall 2")}
    assert ExamSession.objects.get().revision == 1


@pytest.mark.django_db(transaction=True)
def test_two_sessions_moved_into_one_room_at_once(session, exam, registrar, other_instructor):
    other = make_session(
        exam, other_instructor, by=registrar, starts_at=session.starts_at, ends_at=session.ends_at, place="Room 5"
    )

    def moving(row):
        def act():
            try:
                return change(ExamSession.objects.get(pk=row.pk), registrar, place="Hall").place
            except SessionError as error:
                return error.code

        return act

    assert sorted(at_once([moving(session), moving(other)])) == ["Hall", "place_busy"]


@pytest.mark.django_db(transaction=True)
def test_a_session_is_moved_or_somebody_is_admitted(session, registrar, ready, instructor):
    seat = exam_sessions.book(session=session, enrolment=ready, by=registrar)
    early = session.starts_at - timedelta(minutes=30)

    def moving():
        try:
            return change(session, registrar, now=early, **later(session, DAY)).revision
        except SessionError as error:
            return error.code

    def admitting():
        try:
            return invigilation.admit(session=session, booking_id=seat.pk, by=instructor, now=early).state
        except SessionError as error:
            return error.code

    assert tuple(at_once([moving, admitting])) in {(1, "not_begun"), ("begun", "admitted")}
