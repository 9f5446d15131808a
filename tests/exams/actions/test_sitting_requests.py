"""Asking for a practical: every refusal, and what becomes of a request."""

import uuid
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.field_checkouts import take_over
from exams.actions.practicals import cancel_sitting, open_sitting
from exams.actions.sitting_requests import Appointed, accept, ask, cancel_booking, decline, withdraw
from exams.actions.slots import withdraw_slot
from exams.errors import PracticalError, UnconfirmedError
from exams.models import OccupiedMinute, Qualification, RequestState, Sitting, SittingRequest, Slot
from exams.next_part import next_part, open_slots
from exams.practical_loading import load_practical
from exams.rules.assessors import DeviceFamily
from lms.accounts.models import DeclaredRelationship
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.factories.exam_access import HALF_MORE, grant_to
from tests.factories.exams import make_exam
from tests.factories.field import SoftDevice
from tests.factories.practicals import (
    complete_and_sign,
    good_values,
    make_rubric,
    make_sitting,
    rubric_content,
    station,
)
from tests.factories.slots import approve, ask_for, in_days, make_site, make_slot, put_on_the_job, ready_to_ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(enrolment) -> Enrolment:
    """Ada, who may ask for P01 and P02."""
    return ready_to_ask(enrolment)


@pytest.fixture
def slot(instructor) -> Slot:
    """An hour of Ines in a week, on asking."""
    return make_slot(instructor)


def refused(act, *args, **facts) -> str:
    with pytest.raises(PracticalError) as refusal:
        act(*args, **facts)
    return refusal.value.code


def appointed(**changes) -> Appointed:
    day = in_days(9)
    facts = {
        "day": day,
        "starts_at": timezone.make_aware(datetime.combine(day, time(14))),
        "place": "Clinic, room 5",
        "device": "MagPro no. 5",
        "device_family": DeviceFamily.FIGURE_EIGHT,
        "simulated": True,
    }
    return Appointed(**facts | changes)


def test_a_slot_is_asked_for_accepted_and_becomes_a_sitting(ready, slot, instructor):
    row = ask_for(ready, slot)
    assert row.is_waiting
    assert not Sitting.objects.exists()
    sitting = accept(request=row, by=instructor)
    row.refresh_from_db()
    assert (row.state, row.sitting, row.answered_by) == ("accepted", sitting, instructor)
    assert (sitting.starts_at, sitting.place, sitting.device) == (slot.starts_at, slot.place, slot.device)
    assert (sitting.stations, sitting.scheduled_for, sitting.simulated) == (["P01", "P02"], slot.day, True)
    assert OccupiedMinute.objects.filter(sitting=sitting).count() == 80
    event = Event.objects.get(verb="sitting.assigned")
    assert event.data["request"] == str(row.pk)
    assert refused(accept, request=row, by=instructor) == "answered"
    assert refused(decline, request=row, by=instructor, reason="Late.") == "answered"


def test_a_slot_that_books_at_once_is_a_sitting_at_once_and_only_once(ready, instructor):
    slot, nonce = make_slot(instructor, books_at_once=True), uuid.uuid4()
    row = ask_for(ready, slot, nonce=nonce)
    assert (row.state, row.sitting.assessor) == ("accepted", instructor)
    assert ask_for(ready, slot, nonce=nonce) == row
    assert Sitting.objects.count() == 1


def test_an_assessor_asked_by_name_finds_a_time(ready, instructor, registrar):
    row = ask(
        enrolment=ready, assessor=instructor, stations=["P02"], wish="Mondays", nonce=uuid.uuid4(), by=ready.person
    )
    assert refused(accept, request=row, by=instructor) == "no_time"
    sitting = accept(request=row, by=registrar, appointed=appointed())
    assert (sitting.assessor, sitting.stations, sitting.place) == (instructor, ["P02"], "Clinic, room 5")
    assert sitting.assigned_by == registrar


class TestRefusals:
    """Who cannot ask, and for what."""

    def test_before_the_course_and_the_exam(self, enrolment, slot):
        make_rubric(enrolment)
        assert refused(ask_for, enrolment, slot) == "course_not_completed"
        make_exam(3, programme=enrolment.programme)
        assert refused(ask_for, ready_to_ask(enrolment), slot) == "exam_not_passed"

    def test_closed_and_without_a_practical(self, enrolment, slot):
        enrolment.closed_at = timezone.now()
        assert refused(ask_for, enrolment, slot) == "enrolment_closed"
        enrolment.closed_at = None
        assert refused(ask_for, enrolment, slot) == "no_rubric"

    def test_somebody_elses_enrolment(self, ready, slot, other_trainee):
        assert refused(ask_for, ready, slot, by=other_trainee) == "not_yours"

    def test_stations_that_are_not_due(self, ready, slot, instructor):
        assert refused(ask_for, ready, slot, ["P09"]) == "station_not_due"
        assert refused(ask_for, ready, slot, []) == "station_not_due"
        make_sitting(ready, instructor, opened=False, stations=["P01"])
        assert refused(ask_for, ready, slot, ["P01"]) == "station_not_due"
        assert ask_for(ready, slot, ["P02"])
        assert next_part(ready).hindrance.code == "all_planned"

    def test_what_is_passed_is_over(self, ready, slot, instructor):
        sitting = make_sitting(ready, instructor, stations=["P01"])
        complete_and_sign(sitting, good_values(sitting))
        assert next_part(ready).codes == ("P02",)
        assert refused(ask_for, ready, slot, ["P01"]) == "station_not_due"
        complete_and_sign(make_sitting(ready, instructor, stations=["P02"]))
        assert refused(ask_for, ready, slot, ["P02"]) == "practical_passed"

    def test_a_conflict_and_a_missing_qualification(self, ready, slot, instructor, make_person):
        instructor.assessor_qualifications.update(stations=["P01"])
        assert refused(ask_for, ready, slot, ["P02"]) == "station_not_in_scope"
        DeclaredRelationship.objects.create(person=instructor, other=ready.person, kind="relative")
        assert refused(ask_for, ready, slot, ["P01"]).startswith("conflict")
        nina = make_person("Nina New", Role.INSTRUCTOR)
        facts = {"stations": ["P01"], "wish": "x", "nonce": uuid.uuid4(), "by": ready.person}
        assert refused(ask, enrolment=ready, assessor=nina, **facts) == "not_qualified"
        ada = {"enrolment": ready, "assessor": ready.person}
        assert refused(ask, **ada, **facts) == "not_an_assessor"

    def test_a_station_that_needs_a_physician(self, enrolment, instructor):
        content = rubric_content(programme=enrolment.programme.code, rules={"physician_where_required": True})
        content["stations"][0]["physician_required"] = True
        load_practical(content)
        instructor.assessor_qualifications.update(basis="technician")
        ready = ready_to_ask(enrolment)
        slot = make_slot(instructor)
        assert refused(ask_for, ready, slot, ["P01"]) == "physician_needed"
        assert [[part.code for part in one.stations] for one in open_slots(next_part(ready))] == [["P02"]]

    def test_a_try_that_is_too_early(self, enrolment, instructor, other_instructor):
        ready = ready_to_ask(enrolment, rules={"days_after_critical_failure": 14})
        sitting = make_sitting(ready, instructor, stations=["P01"])
        complete_and_sign(
            sitting,
            {"P01.critical": "P01-C1", "P01.level": "2", "outcome": "needs_remediation"}
            | {"P01.comment": "Left alone.", "remark": "Practise."},
        )
        slot = make_slot(other_instructor)
        assert refused(ask_for, ready, slot, ["P01"]) == "too_early"

    @pytest.mark.parametrize(
        ("limits", "code"),
        [
            ({"allowed_settings": ["patient"]}, "setting_not_allowed"),
            ({"allowed_devices": ["deep"]}, "device_not_allowed"),
        ],
    )
    def test_a_way_or_a_device_that_the_rubric_does_not_allow(self, enrolment, slot, limits, code):
        stations = [station("P01") | limits, station("P02")]
        load_practical(rubric_content(programme=enrolment.programme.code) | {"stations": stations})
        ready = ready_to_ask(enrolment)
        assert [one.suggested for one in open_slots(next_part(ready))] == [("P02",)]
        assert refused(ask_for, ready, slot) == code
        assert ask_for(ready, slot, ["P02"]).is_waiting

    def test_what_does_not_fit(self, ready, instructor, exam_admin):
        short = make_slot(instructor, minutes=15)
        assert refused(ask_for, ready, short) == "too_long"
        one = make_slot(instructor, starts=time(11), most_stations=1)
        assert refused(ask_for, ready, one) == "too_many_stations"
        exact = make_slot(instructor, starts=time(13), minutes=20)
        grant_to(ready.person, exam_admin, HALF_MORE)
        assert refused(ask_for, ready, exact) == "too_long"
        assert ask_for(ready, exact, ["P01"])

    def test_a_slot_that_is_gone_or_taken(self, ready, slot, instructor, other_trainee):
        second = ready_to_ask(
            Enrolment.objects.create(
                person=other_trainee, programme=ready.programme, curriculum_version="2026.1", pathway=ready.pathway
            )
        )
        ask_for(second, slot, ["P01"])
        assert refused(ask_for, ready, slot, ["P01"]) == "slot_taken"
        other = make_slot(instructor, starts=time(15))
        withdraw_slot(slot=other, by=instructor)
        assert refused(ask_for, ready, other, ["P01"]) == "slot_gone"
        third = make_slot(instructor, starts=time(17))
        with time_machine.travel(third.starts_at):
            assert refused(ask_for, ready, third, ["P01"]) == "slot_gone"

    def test_too_much_at_once(self, enrolment, instructor, other_instructor):
        ready = ready_to_ask(enrolment, stations=4)
        named = {"enrolment": ready, "wish": "x", "by": ready.person}
        ask(assessor=instructor, stations=["P01"], nonce=uuid.uuid4(), **named)
        again = {"assessor": instructor, "stations": ["P02"], "nonce": uuid.uuid4()}
        assert refused(ask, **again, **named) == "asked_already"
        ask(assessor=other_instructor, stations=["P02"], nonce=uuid.uuid4(), **named)
        ask_for(ready, make_slot(instructor), ["P03"])
        assert refused(ask_for, ready, make_slot(other_instructor), ["P04"]) == "too_many_asked"

    def test_a_room_that_is_taken_meanwhile(self, ready, slot, instructor, other_instructor, other_trainee):
        row = ask_for(ready, slot, ["P01"])
        second = Enrolment.objects.create(
            person=other_trainee, programme=ready.programme, curriculum_version="2026.1", pathway=ready.pathway
        )
        planned = {"scheduled_for": slot.day, "starts": timezone.localtime(slot.starts_at).time(), "opened": False}
        make_sitting(second, other_instructor, stations=["P01"], place=slot.place, **planned)
        assert refused(accept, request=row, by=instructor) == "place_busy"
        row.refresh_from_db()
        assert row.is_waiting


class TestAtASite:
    """Trainees on the job are assessed by who is approved there."""

    def test_only_approved_assessors(self, ready, slot, instructor, registrar):
        site = make_site(registrar)
        put_on_the_job(ready, site, registrar)
        assert refused(ask_for, ready, slot) == "not_at_site"
        assert open_slots(next_part(ready)) == []
        approve(site, instructor, registrar, last=6)  # the slot is on the seventh day
        assert refused(ask_for, ready, slot) == "not_at_site"
        approve(site, instructor, registrar, first=7)
        assert [one.slot for one in open_slots(next_part(ready))] == [slot]
        assert accept(request=ask_for(ready, slot), by=instructor)


class TestAnswers:
    """Declining, withdrawing, cancelling, and who may."""

    def test_declined_with_a_reason_frees_the_slot(self, ready, slot, instructor):
        row = ask_for(ready, slot)
        assert refused(decline, request=row, by=instructor, reason=" ") == "no_reason"
        decline(request=row, by=instructor, reason="I am away.")
        assert (row.state, row.reason) == ("declined", "I am away.")
        assert ask_for(ready, slot).is_waiting

    def test_withdrawn_by_who_asked_only(self, ready, slot, other_trainee):
        row = ask_for(ready, slot)
        assert refused(withdraw, request=row, by=other_trainee) == "not_yours"
        withdraw(request=row, by=ready.person)
        assert row.state == "withdrawn"
        assert refused(withdraw, request=row, by=ready.person) == "answered"

    def test_another_assessor_and_the_trainee_do_not_answer(self, ready, slot, other_instructor):
        row = ask_for(ready, slot)
        for person in (other_instructor, ready.person):
            with pytest.raises(PermissionDenied):
                accept(request=row, by=person)
            with pytest.raises(PermissionDenied):
                decline(request=row, by=person, reason="No.")

    def test_only_who_plans_confirms_an_objection(self, ready, slot, instructor, registrar):
        row = ask_for(ready, slot, ["P01"])
        untimed = {"opened": False, "stations": ["P02"], "scheduled_for": slot.day}
        make_sitting(ready, instructor, **untimed)
        assert refused(accept, request=row, by=instructor, despite=["same_day"]) == "needs_registrar"
        with pytest.raises(UnconfirmedError):
            accept(request=row, by=registrar)
        assert accept(request=row, by=registrar, despite=["same_day"])

    def test_what_was_planned_another_way_meanwhile_is_not_planned_twice(self, ready, slot, instructor, registrar):
        row = ask_for(ready, slot, ["P01"])
        other = make_sitting(ready, instructor, opened=False, scheduled_for=in_days(2))
        assert refused(accept, request=row, by=instructor) == "station_planned"
        assert refused(accept, request=row, by=registrar) == "station_planned"
        assert row.is_waiting
        cancel_sitting(sitting=other, by=registrar)
        assert accept(request=row, by=instructor)

    def test_the_trainee_cancels_until_a_day_before(self, ready, instructor):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        with time_machine.travel(row.sitting.starts_at - timedelta(hours=23)):
            assert not row.can_be_cancelled
            assert refused(cancel_booking, request=row, by=ready.person) == "too_late"
        assert row.can_be_cancelled
        cancel_booking(request=row, by=ready.person)
        row.refresh_from_db()
        assert (row.state, row.sitting.state) == ("cancelled", "cancelled")
        assert not OccupiedMinute.objects.exists()
        assert refused(cancel_booking, request=row, by=ready.person) == "not_booked"
        assert open_slots(next_part(ready))  # the slot is free again

    def test_the_assessor_cancels_with_a_reason(self, ready, instructor, other_instructor):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        assert refused(cancel_booking, request=row, by=instructor) == "no_reason"
        with pytest.raises(PermissionDenied):
            cancel_booking(request=row, by=other_instructor, reason="x")
        cancel_booking(request=row, by=instructor, reason="I am ill.")
        row.refresh_from_db()
        assert (row.state, row.reason) == ("cancelled", "I am ill.")

    def test_what_has_begun_is_cancelled_by_who_plans_only(self, ready, instructor, registrar):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        open_sitting(sitting=row.sitting, by=instructor, qualification=Qualification.PHYSICIAN)
        for person in (instructor, ready.person):
            assert refused(cancel_booking, request=row, by=person, reason="x") in ("has_begun", "too_late")
        cancel_booking(request=row, by=registrar, reason="The device failed.")
        row.refresh_from_db()
        assert (row.state, row.sitting.state) == ("cancelled", "cancelled")

    def test_what_a_device_holds_is_taken_back_before_its_assessor_cancels(self, ready, instructor, client_for):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        device = SoftDevice(instructor)
        assert [one["id"] for one in device.load()] == [str(row.sitting.pk)]
        page = client_for(instructor).get(f"/practical/requests/{row.pk}/").content.decode()
        assert f"/practical/{row.sitting.pk}/take-back/" in page
        assert refused(cancel_booking, request=row, by=instructor, reason="I am away.") == "checked_out"
        row.sitting.refresh_from_db()
        take_over(sitting=row.sitting, by=instructor, reason="I am away, nothing was begun.")
        assert cancel_booking(request=row, by=instructor, reason="I am away.").state == "cancelled"

    def test_the_trainee_cancels_what_a_device_took_along(self, ready, instructor):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        SoftDevice(instructor).load()
        assert cancel_booking(request=row, by=ready.person).state == "cancelled"

    def test_what_the_registrar_cancels_frees_the_slot_too(self, ready, instructor, registrar):
        row = ask_for(ready, make_slot(instructor, books_at_once=True))
        cancel_sitting(sitting=row.sitting, by=registrar)
        row.refresh_from_db()
        assert row.state == RequestState.CANCELLED


def test_the_database_keeps_requests_whole(ready, slot, instructor):
    row = ask_for(ready, slot)
    for changes in (
        {"state": "accepted", "answered_at": timezone.now()},
        {"state": "declined", "answered_at": timezone.now()},
        {"state": "withdrawn"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SittingRequest.objects.filter(pk=row.pk).update(**changes)
    row.pk, row.nonce = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_who_cannot_assess_is_not_offered(ready, instructor, other_instructor):
    make_slot(instructor)
    make_slot(other_instructor, place="Elsewhere", device="Other")
    assert len(open_slots(next_part(ready))) == 2
    other_instructor.assessor_qualifications.update(valid_until=in_days(1))
    assert [one.slot.assessor for one in open_slots(next_part(ready))] == [instructor]
