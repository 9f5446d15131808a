"""Mails about requests, booked practicals and circuits: who gets which, and that twice is once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from exams import appointment_mails as mails
from exams.actions.practicals import cancel_sitting
from exams.actions.reminders import remind_of_practicals, remind_of_requests
from exams.actions.sitting_requests import accept, cancel_booking, decline, withdraw
from exams.models import SittingRequest
from lms.jobs.models import Job
from tests.calendars import invitation_in
from tests.exams.staff import run_jobs
from tests.factories.slots import ask_for, make_slot, ready_to_ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(enrolment, instructor) -> SittingRequest:
    """Ada asks Ines for a slot in a week."""
    return ask_for(ready_to_ask(enrolment), make_slot(instructor))


def sent() -> list[tuple[str, str]]:
    """Do the mails that wait; return receiver and subject of each."""
    mail.outbox.clear()
    run_jobs(mails.REQUEST_MAIL, mails.SITTING_MAIL)
    return [(one.to[0], one.subject) for one in mail.outbox]


def test_the_assessor_hears_that_somebody_asks_and_where_to_answer(asked, instructor):
    assert sent() == [(instructor.email, "You are asked for a practical: TMS technician")]
    assert f"/practical/requests/{asked.pk}/" in mail.outbox[0].body
    assert "P01, P02" in mail.outbox[0].body
    assert "Clinic North, room 2" in mail.outbox[0].body


def test_what_is_accepted_comes_with_a_calendar_file_for_both(asked, instructor, trainee):
    sitting = accept(request=asked, by=instructor)
    told = sent()  # that Ada asks is answered already, so nobody is told any more
    assert sorted(told) == sorted(
        (person.email, "Practical planned: TMS technician") for person in (instructor, trainee)
    )
    entry = invitation_in(mail.outbox[0])
    assert (entry["METHOD"], entry["UID"]) == ("REQUEST", f"practical-{sitting.pk}@localhost")
    assert entry["LOCATION"].replace("\\", "") == "Clinic North, room 2"


def test_declined_with_its_reason_and_withdrawn(asked, instructor, trainee):
    decline(request=asked, by=instructor, reason="I am away.")
    assert sent() == [(trainee.email, "Your request was declined: TMS technician")]
    assert "Reason: I am away." in mail.outbox[0].body
    again = ask_for(asked.enrolment, asked.slot)
    withdraw(request=again, by=trainee)
    assert sent() == [(instructor.email, "A request was withdrawn: TMS technician")]


def test_a_cancelled_booking_is_struck_out_of_both_calendars(asked, instructor, trainee):
    accept(request=asked, by=instructor)
    sent()
    cancel_booking(request=asked, by=trainee)
    assert {receiver for receiver, _ in sent()} == {instructor.email, trainee.email}
    assert {invitation_in(one)["METHOD"] for one in mail.outbox} == {"CANCEL"}


def test_the_reason_of_an_assessor_who_cancels_stands_in_the_mail(asked, instructor):
    accept(request=asked, by=instructor)
    sent()
    cancel_booking(request=asked, by=instructor, reason="I am away.")
    sent()
    assert ["Why: I am away." in one.body for one in mail.outbox] == [True, True]


def test_both_are_reminded_the_day_before_and_once(asked, instructor, trainee):
    sitting = accept(request=asked, by=instructor)
    sent()
    start = sitting.starts_at
    remind_of_practicals(now=start - timedelta(hours=25))
    assert sent() == []
    with time_machine.travel(start - timedelta(hours=23)):
        for _ in range(2):
            remind_of_practicals()
        assert sorted(sent()) == sorted((one.email, "Tomorrow: TMS technician") for one in (instructor, trainee))
        remind_of_practicals()
        assert sent() == []


def test_nobody_is_reminded_of_what_is_cancelled_or_was_planned_within_the_day(asked, instructor, registrar):
    sitting = accept(request=asked, by=instructor)
    sent()
    with time_machine.travel(sitting.starts_at - timedelta(hours=23)):
        remind_of_practicals()
        cancel_sitting(sitting=sitting, by=registrar)
        assert all("Tomorrow" not in subject for _, subject in sent())
    with time_machine.travel(sitting.starts_at - timedelta(hours=20)):
        again = ask_for(asked.enrolment, asked.slot)
        accept(request=again, by=instructor)
        sent()
        remind_of_practicals()
        assert sent() == []


def test_an_assessor_is_reminded_once_of_what_waits_for_three_days(asked, instructor):
    sent()
    now = timezone.now()
    remind_of_requests(now=now + timedelta(days=2))
    assert sent() == []
    for days in (3, 4):
        remind_of_requests(now=now + timedelta(days=days))
    assert sent() == [(instructor.email, "A request waits for your answer: TMS technician")]


def test_what_nobody_answered_lapses_when_the_slot_begins(asked, trainee):
    sent()
    remind_of_requests(now=asked.slot.starts_at - timedelta(minutes=1))
    asked.refresh_from_db()
    assert asked.is_waiting
    for _ in range(2):
        remind_of_requests(now=asked.slot.starts_at)
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    assert (trainee.email, "Your request was not answered: TMS technician") in sent()


def test_mails_hold_ids_only(asked):
    payload = Job.objects.get(kind=mails.REQUEST_MAIL).payload
    assert set(payload) == {"request", "person", "news"}
