"""Mails about seminars: who gets which, what their calendars do, and that twice is once."""

from dataclasses import replace

import pytest
from django.core import mail

from courses.actions.seminar_news import remind
from courses.actions.seminar_seats import accept, move_waiting_lists, release
from courses.actions.seminars import cancel_seminar, change_seminar
from courses.models import SeminarBooking
from courses.seminar_mails import SEMINAR_MAIL, TEACHING_MAIL
from lms.accounts.models import User
from lms.jobs.models import Job
from lms.jobs.registry import handler_for
from tests.calendars import read_calendar
from tests.exams.staff import run_jobs
from tests.factories.seminars import DAY, HOUR, lines_of, plan_of, seat

pytestmark = pytest.mark.django_db


def work():
    """Let the workers do what waits."""
    mail.outbox.clear()
    run_jobs(SEMINAR_MAIL, TEACHING_MAIL)


def sent(person):
    work()
    return [one for one in mail.outbox if one.to == [person.email]]


def only(mails):
    (one,) = mails
    return one


def entries(message):
    """The calendar entries of a mail; each part names the same method as its file."""
    found = []
    for part in message.attachments:
        entry = read_calendar(part.get_payload(decode=True).decode())
        assert part.get_param("method") == entry["METHOD"]
        found.append(entry)
    return found


def methods(message):
    return [(entry["METHOD"], entry["SEQUENCE"]) for entry in entries(message)]


def utc(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


@pytest.fixture
def ada(seminar, crowd):
    (enrolment,) = crowd(1)
    return seat(seminar, enrolment)


def change(seminar, instructor, registrar, **changes):
    seminar.refresh_from_db()
    plan = replace(plan_of([instructor], starts=seminar.starts_at, sessions=lines_of(seminar)), **changes)
    return change_seminar(seminar=seminar, plan=plan, seen=seminar.revision, by=registrar)


def test_a_seat_brings_an_invitation_for_each_session_on_the_readers_clock(seminar, ada):
    person = ada.enrolment.person
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Kolkata")
    told = only(sent(person))
    assert told.subject == "Your seat is booked: At the chair"
    assert "(UTC+5:30)" in told.body
    assert "give the seat back by" in told.body
    assert f"/seminars/{seminar.pk}/" in told.body
    first, second = entries(told)
    sessions = list(seminar.sessions.standing())
    assert [(entry["DTSTART"], entry["DTEND"]) for entry in (first, second)] == [
        (utc(row.starts_at), utc(row.ends_at)) for row in sessions
    ]
    assert (first["SUMMARY"], first["LOCATION"]) == ("At the chair: Day 1", "Room 1, Teaching house, Hamburg")
    assert methods(told) == [("REQUEST", "0"), ("REQUEST", "0")]
    assert first["UID"] != second["UID"]


def test_a_change_renews_entries_and_strikes_out_what_was_taken_off(seminar, ada, instructor, registrar):
    before = entries(only(sent(ada.enrolment.person)))
    kept = replace(lines_of(seminar)[0], room="Hall")
    change(seminar, instructor, registrar, sessions=[kept])
    told = only(sent(ada.enrolment.person))
    assert "has changed" in told.subject
    after = {entry["UID"]: entry for entry in entries(told)}
    assert [after[entry["UID"]]["METHOD"] for entry in before] == ["REQUEST", "CANCEL"]
    assert after[before[0]["UID"]]["LOCATION"].startswith("Hall")
    assert {entry["SEQUENCE"] for entry in after.values()} == {"1"}


def test_more_seats_alone_are_no_news_for_those_who_have_one(seminar, ada, instructor, registrar):
    sent(ada.enrolment.person)
    change(seminar, instructor, registrar, seats=9)
    assert sent(ada.enrolment.person) == []


def test_giving_back_and_calling_off_strike_everything_out(seminar, crowd, registrar):
    ada, ben = (seat(seminar, enrolment) for enrolment in crowd(2))
    work()
    release(booking=ada, by=ada.enrolment.person)
    assert methods(only(sent(ada.enrolment.person))) == [("CANCEL", "1"), ("CANCEL", "1")]
    cancel_seminar(seminar=seminar, reason="The house is closed.", by=registrar)
    work()
    to_ben = only([one for one in mail.outbox if one.to == [ben.enrolment.person.email]])
    assert methods(to_ben) == [("CANCEL", "1"), ("CANCEL", "1")]
    assert "Reason: The house is closed." in to_ben.body
    assert not [one for one in mail.outbox if one.to == [ada.enrolment.person.email]]


def test_the_waiting_list_by_mail(seminar, crowd):
    people = [seat(seminar, enrolment) for enrolment in crowd(4)]
    waits, next_one = people[2:]
    told = only(sent(waits.enrolment.person))
    assert (told.subject, told.attachments) == ("You are on the waiting list: At the chair", [])
    release(booking=people[0], by=people[0].enrolment.person)
    told = only(sent(waits.enrolment.person))
    assert told.subject == "A seat is free for you: At the chair"
    assert "Answer by" in told.body
    move_waiting_lists(now=seminar.starts_at - 5 * DAY)
    assert only(sent(waits.enrolment.person)).subject == "The offered seat went on: At the chair"
    next_one.refresh_from_db()
    assert next_one.state == "offered"
    accept(booking=next_one, by=next_one.enrolment.person)
    assert len(entries(only(sent(next_one.enrolment.person)))) == 2


def test_what_no_longer_holds_is_not_announced(seminar, ada):
    release(booking=ada, by=ada.enrolment.person)
    assert [one.subject for one in sent(ada.enrolment.person)] == ["Your place was given back: At the chair"]


def test_instructors_are_named_told_and_taken_off(seminar, instructor, other_instructor, registrar):
    named = only(sent(instructor))
    assert "Seats taken: 0 of 2" in named.body
    assert methods(named) == [("REQUEST", "0")] * 2
    change(seminar, other_instructor, registrar)
    work()
    off = only([one for one in mail.outbox if one.to == [instructor.email]])
    assert methods(off) == [("CANCEL", "1")] * 2
    assert [entry["UID"] for entry in entries(off)] == [entry["UID"] for entry in entries(named)]
    assert methods(only([one for one in mail.outbox if one.to == [other_instructor.email]])) == [("REQUEST", "1")] * 2


def test_everybody_is_reminded_once_the_day_before(seminar, crowd, instructor):
    early, late = crowd(2)
    ada = seat(seminar, early)
    ben = seat(seminar, late)
    SeminarBooking.objects.filter(pk=ben.pk).update(booked_at=seminar.starts_at - 23 * HOUR)
    work()
    remind(now=seminar.starts_at - 25 * HOUR)
    assert sent(ada.enrolment.person) == []
    for hours in (24, 20):
        remind(now=seminar.starts_at - hours * HOUR)
    work()
    assert sorted(one.to[0] for one in mail.outbox) == sorted([early.person.email, instructor.email])
    assert {one.subject for one in mail.outbox} == {"Tomorrow: At the chair"}


def test_a_mail_that_is_sent_twice_is_one_mail_by_its_id(seminar, ada):
    jobs = list(Job.objects.filter(kind__in=[SEMINAR_MAIL, TEACHING_MAIL]))
    for _ in range(2):
        for job in jobs:
            handler_for(job.kind)(job.payload)
    ids = [one.message()["Message-ID"] for one in mail.outbox]
    assert len(ids) == 2 * len(set(ids)) == 4
