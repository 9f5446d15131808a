"""Offering slots and withdrawing them: what is refused, and that a repeat does nothing more."""

import uuid
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.slots import publish_slots, withdraw_slot
from exams.errors import PracticalError
from exams.models import Slot
from exams.rules.assessors import DeviceFamily
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.factories.assessors import qualify
from tests.factories.slots import approve, ask_for, in_days, make_site, make_slot, make_slots, offer, ready_to_ask

pytestmark = pytest.mark.django_db


def refusal(assessor, **changes) -> str:
    with pytest.raises(PracticalError) as refused:
        publish_slots(offer=offer(**changes), by=assessor, nonce=uuid.uuid4())
    return refused.value.code


def test_a_series_is_one_slot_a_week_and_one_event(instructor):
    nonce = uuid.uuid4()
    slots = publish_slots(offer=offer(weeks=3), by=instructor, nonce=nonce)
    assert [slot.day for slot in slots] == [in_days(7), in_days(14), in_days(21)]
    assert {slot.minutes for slot in slots} == {60}
    assert publish_slots(offer=offer(weeks=3), by=instructor, nonce=nonce) == slots
    assert Slot.objects.count() == 3
    assert Event.objects.get(verb="slot.published").data["slots"] == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"minutes": 4}, "bad_length"),
        ({"minutes": 721}, "bad_length"),
        ({"weeks": 0}, "bad_weeks"),
        ({"weeks": 27}, "bad_weeks"),
        ({"first": in_days(-1)}, "slot_passed"),
        ({"first": in_days(700)}, "not_qualified"),
    ],
)
def test_what_is_refused(instructor, changes, code):
    assert refusal(instructor, **changes) == code
    assert not Slot.objects.exists()


def test_own_slots_do_not_overlap_but_may_touch(instructor, other_instructor):
    make_slot(instructor)
    assert refusal(instructor, starts=time(9, 59)) == "own_overlap"
    assert make_slot(instructor, starts=time(10))
    assert make_slot(other_instructor)  # an offer is no booking: whoever books first has the room


def test_the_device_and_the_site_are_asked(make_person, instructor, registrar):
    nina = make_person("Nina New", Role.INSTRUCTOR)
    assert refusal(nina) == "not_qualified"
    qualify(nina, device_families=["figure_eight"])
    assert refusal(nina, device_family=DeviceFamily.DEEP) == "not_qualified"
    site = make_site(registrar)
    assert refusal(instructor, site=site) == "not_at_site"
    approve(site, instructor, registrar, last=7)
    assert make_slot(instructor, site=site).time_zone == "Europe/London"
    assert refusal(instructor, site=site, weeks=2, starts=time(15)) == "not_at_site"


def test_only_instructors_offer(trainee, registrar):
    for person in (trainee, registrar):
        with pytest.raises(PermissionDenied):
            publish_slots(offer=offer(), by=person, nonce=uuid.uuid4())


def test_withdrawing_one_or_the_later_ones_of_its_series(instructor, other_instructor, enrolment):
    first, second, third, fourth = make_slots(instructor, weeks=4)
    ask_for(ready_to_ask(enrolment), third, ["P01"])
    assert withdraw_slot(slot=first, by=instructor) == 1
    assert withdraw_slot(slot=second, by=instructor, later_too=True) == 2  # the third is asked for and stays
    assert list(Slot.objects.standing()) == [third]
    for slot, by, code in (
        (third, instructor, "slot_taken"),
        (first, instructor, "slot_gone"),
        (fourth, other_instructor, "not_yours"),
    ):
        with pytest.raises(PracticalError) as refused:
            withdraw_slot(slot=slot, by=by)
        assert refused.value.code == code
    assert make_slot(instructor)  # the time can be offered anew


def test_the_database_keeps_slots_in_order(instructor):
    slot = make_slot(instructor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(ends_at=slot.starts_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(most_stations=0)
    slot.pk, slot.series = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        slot.save(force_insert=True)
    assert Slot.objects.filter(ends_at__gt=timezone.now() + timedelta(days=6)).count() == 1
