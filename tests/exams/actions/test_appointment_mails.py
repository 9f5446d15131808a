"""Mails about seats, sessions and practicals: who gets which, what their calendars do, and that twice is once."""

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from exams import appointment_mails as mails
from exams.actions import exam_sessions
from exams.actions.practicals import cancel_sitting
from exams.actions.reminders import remind
from exams.actions.session_changes import SessionPlan, change_session
from exams.models import Booking, ExamSession
from lms.accounts.models import User
from lms.jobs.models import Job
from lms.jobs.registry import handler_for
from tests.calendars import invitation_in
from tests.exams.staff import run_jobs
from tests.factories.exam_sessions import enrol, make_session
from tests.factories.practicals import complete_and_sign, make_sitting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KINDS = (mails.SEAT_MAIL, mails.SESSION_MAIL, mails.SEATS_MAIL, mails.SITTING_MAIL, mails.RECORD_MAIL)


@pytest.fixture
def session(exam, instructor, registrar) -> ExamSession:
    return make_session(exam, instructor, by=registrar, now=timezone.now() + 3 * DAY)


@pytest.fixture
def seat(session, ready, registrar) -> Booking:
    return exam_sessions.book(session=session, enrolment=ready, by=registrar)


def sent(person, *kinds):
    """Let the workers do what waits, and return the mails that this person got since."""
    mail.outbox.clear()
    run_jobs(*kinds or KINDS)
    return [one for one in mail.outbox if one.to == [person.email]]


def only(mails):
    (one,) = mails
    return one


def move(session, by, **changes):
    session.refresh_from_db()
    same = {"place": session.place, "starts_at": session.starts_at, "ends_at": session.ends_at, "seats": session.seats}
    plan = SessionPlan(**{"invigilators": list(session.invigilators.all())} | same | changes)
    return change_session(session=session, plan=plan, seen=session.revision, by=by)


def utc(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


def test_a_seat_brings_an_invitation_on_the_candidates_clock(seat, session, trainee):
    User.objects.filter(pk=trainee.pk).update(time_zone="Asia/Kolkata")
    told = only(sent(trainee, mails.SEAT_MAIL))
    assert told.subject == f"Your seat: {session.exam.title}"
    assert "(UTC+5:30)" in told.body
    assert "Room 4" in told.body
    assert f"/exam/{session.exam.code}/" in told.body
    entry = invitation_in(told)
    assert (entry["METHOD"], entry["SEQUENCE"], entry["ATTENDEE"]) == ("REQUEST", "0", f"mailto:{trainee.email}")
    assert (entry["DTSTART"], entry["DTEND"]) == (utc(session.starts_at), utc(session.ends_at))
    assert (entry["LOCATION"], entry["UID"]) == ("Room 4", f"seat-{seat.pk}@localhost")


def test_a_change_renews_the_entry_and_a_cancellation_strikes_it_out(seat, session, trainee, registrar):
    first = invitation_in(only(sent(trainee)))
    move(session, registrar, place="Hall 2")
    changed = only(sent(trainee))
    second = invitation_in(changed)
    assert (second["LOCATION"], second["SEQUENCE"], second["METHOD"]) == ("Hall 2", "1", "REQUEST")
    assert "has changed" in changed.subject
    exam_sessions.cancel_session(session=session, by=registrar)
    last = only(sent(trainee))
    third = invitation_in(last)
    assert (third["SEQUENCE"], third["METHOD"], third["STATUS"]) == ("2", "CANCEL", "CANCELLED")
    assert "called off" in last.body
    assert first["UID"] == second["UID"] == third["UID"]


def test_a_seat_that_is_given_back_is_struck_out(seat, session, trainee, registrar):
    sent(trainee)
    exam_sessions.release_seat(booking_id=seat.pk, session_id=session.pk, by=registrar)
    told = only(sent(trainee))
    assert "no longer have this seat" in told.body
    assert (invitation_in(told)["METHOD"], invitation_in(told)["SEQUENCE"]) == ("CANCEL", "1")
    exam_sessions.cancel_session(session=session, by=registrar)
    assert sent(trainee) == []


def test_what_was_taken_back_before_the_mail_went_out_is_not_announced(seat, session, trainee, registrar, instructor):
    exam_sessions.cancel_session(session=session, by=registrar)
    told = sent(trainee)
    assert [invitation_in(one)["METHOD"] for one in told] == ["CANCEL"]
    mail.outbox.clear()
    assert run_jobs(*KINDS) == 0


def test_a_mail_that_a_dead_worker_sent_is_the_same_mail_when_sent_again(seat, session, trainee, registrar, instructor):
    move(session, registrar, place="Hall 2")
    exam_sessions.cancel_session(session=session, by=registrar)
    rows = list(Job.objects.filter(kind__in=KINDS))
    assert rows
    for _ in range(2):
        for job in rows:
            handler_for(job.kind)(job.payload)
    ids = [one.message()["Message-ID"] for one in mail.outbox]
    half = len(ids) // 2
    assert sorted(ids[:half]) == sorted(ids[half:])
    assert len(set(ids)) == half


def test_invigilators_are_named_told_and_taken_off(session, registrar, instructor, other_instructor):
    named = only(sent(instructor))
    assert "Seats: 0 of 20 taken" in named.body
    assert f"/invigilation/{session.pk}/" in named.body
    first = invitation_in(named)
    assert (first["METHOD"], first["SEQUENCE"]) == ("REQUEST", "0")
    move(session, registrar, seats=9)
    assert "Seats: 0 of 9 taken" in only(sent(instructor)).body
    move(session, registrar, invigilators=[other_instructor])
    off = only(sent(instructor))
    assert [invitation_in(one)["METHOD"] for one in mail.outbox if one.to == [other_instructor.email]] == ["REQUEST"]
    struck = invitation_in(off)
    assert (struck["METHOD"], struck["SEQUENCE"], struck["UID"]) == ("CANCEL", "2", first["UID"])
    move(session, registrar, invigilators=[instructor])
    assert invitation_in(only(sent(instructor)))["SEQUENCE"] == "3"
    exam_sessions.cancel_session(session=session, by=registrar)
    assert invitation_in(only(sent(instructor)))["METHOD"] == "CANCEL"


def test_many_seats_of_a_quarter_hour_are_one_mail_to_the_invigilator(
    session, exam, registrar, ready, other_trainee, instructor
):
    sent(instructor)
    exam_sessions.book(session=session, enrolment=ready, by=registrar)
    exam_sessions.book(session=session, enrolment=enrol(other_trainee, exam.programme), by=registrar)
    assert Job.objects.filter(kind=mails.SEATS_MAIL).count() in (1, 2)  # two when the quarter ended in between
    assert all(job.run_after > timezone.now() for job in Job.objects.filter(kind=mails.SEATS_MAIL))
    told = sent(instructor, mails.SEATS_MAIL)
    assert "Seats: 2 of 20 taken" in told[0].body
    assert "Ada" not in told[0].body
    assert told[0].attachments == []


# The day before


def test_everybody_is_reminded_once_in_the_last_day(seat, session, trainee, instructor):
    sent(trainee)
    remind(now=session.starts_at - DAY - timedelta(minutes=1))
    assert run_jobs(*KINDS) == 0
    for hours in (24, 23, 2):
        remind(now=session.starts_at - timedelta(hours=hours))
    assert only(sent(trainee)).subject.startswith("Tomorrow: ")
    assert [one.subject for one in mail.outbox if one.to == [instructor.email]] == [f"Tomorrow: {session.exam.title}"]
    assert invitation_in(mail.outbox[0])["SEQUENCE"] == "0"
    remind(now=session.starts_at - timedelta(hours=1))
    assert sent(trainee) == []


def test_a_moved_session_is_reminded_of_anew_and_a_change_of_seats_is_not(seat, session, trainee, registrar):
    sent(trainee)
    remind(now=session.starts_at - timedelta(hours=20))
    assert len(sent(trainee)) == 1
    move(session, registrar, seats=5)
    remind(now=session.starts_at - timedelta(hours=19))
    assert sent(trainee) == []
    moved = move(session, registrar, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    sent(trainee)
    remind(now=moved.starts_at - timedelta(hours=20))
    assert only(sent(trainee)).subject.startswith("Tomorrow: ")


def test_a_reminder_that_waited_too_long_is_not_sent(seat, session, trainee, instructor, registrar):
    sent(trainee)
    remind(now=session.starts_at - timedelta(hours=20))
    move(session, registrar, starts_at=session.starts_at + 7 * DAY, ends_at=session.ends_at + 7 * DAY)
    assert [one.subject for one in sent(trainee) if one.subject.startswith("Tomorrow")] == []
    assert [one.subject for one in mail.outbox if one.subject.startswith("Tomorrow")] == []


def test_whoever_heard_of_it_within_the_day_is_not_reminded(exam, ready, instructor, registrar, trainee):
    session = make_session(exam, instructor, by=registrar, now=timezone.now() + timedelta(hours=20))
    exam_sessions.book(session=session, enrolment=ready, by=registrar)
    assert len(sent(trainee)) == 1
    remind()
    assert sent(trainee) == []


def test_nobody_is_reminded_of_what_is_called_off(seat, session, trainee, registrar):
    remind(now=session.starts_at - timedelta(hours=20))
    exam_sessions.cancel_session(session=session, by=registrar)
    assert [one.subject.split(":")[0] for one in sent(trainee)] == ["Your exam session is called off"]


# Practicals


def test_a_practical_is_in_both_calendars_until_it_is_cancelled(enrolment, trainee, instructor, registrar):
    sitting = make_sitting(enrolment, instructor, opened=False, starts=time(9, 30))
    planned = only(sent(trainee))
    entry = invitation_in(planned)
    assert (entry["METHOD"], entry["DTSTART"]) == ("REQUEST", utc(sitting.starts_at))
    assert entry["UID"] == f"practical-{sitting.pk}@localhost"
    assert "Assessor: Ines Instructor" in planned.body
    checklist = only([one for one in mail.outbox if one.to == [instructor.email]])
    assert f"/practical/{sitting.pk}/" in checklist.body
    cancel_sitting(sitting=sitting, by=registrar)
    for person in (trainee, instructor):
        gone = invitation_in(only([one for one in sent(person) or mail.outbox if one.to == [person.email]]))
        assert (gone["METHOD"], gone["SEQUENCE"]) == ("CANCEL", "1")
        Job.objects.filter(kind=mails.SITTING_MAIL).update(state="waiting", finished_at=None)
        Job.objects.filter(key__contains=":given").delete()


def test_a_practical_without_a_time_takes_the_whole_day(enrolment, trainee, instructor):
    sitting = make_sitting(enrolment, instructor, opened=False)
    entry = invitation_in(only(sent(trainee)))
    following = sitting.scheduled_for + DAY
    assert (entry["DTSTART"], entry["DTEND"]) == (f"{sitting.scheduled_for:%Y%m%d}", f"{following:%Y%m%d}")
    assert "ask for the time" in mail.outbox[0].body


def test_a_signature_is_told_to_both_without_the_outcome(enrolment, trainee, instructor):
    row = complete_and_sign(make_sitting(enrolment, instructor))
    told = only(sent(trainee, mails.RECORD_MAIL))
    signer = only([one for one in mail.outbox if one.to == [instructor.email]])
    assert "If that was not you" in signer.body
    for one in (told, signer):
        assert f"/practical/records/{row.pk}/" in one.body
        assert not re.search(r"competent|passed|failed", one.subject + one.body, re.IGNORECASE)
