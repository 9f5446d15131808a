"""Nobody and nothing is booked twice: the database refuses it, whoever plans, from however many connections."""

import uuid
from datetime import datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Enrolment
from exams.actions import occupancy
from exams.actions.practicals import assign_sitting, cancel_sitting
from exams.actions.second_ratings import assign_second
from exams.actions.sitting_requests import accept
from exams.errors import PracticalError
from exams.models import OccupiedMinute, Sitting, SittingRequest
from lms.accounts.roles import Role
from tests.factories.assessors import qualify
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting
from tests.factories.slots import ask_for, make_slot, ready_to_ask
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NINE = {"starts": time(9), "stations": ["P01"], "opened": False}


def other_enrolment(enrolment: Enrolment, person: Any) -> Enrolment:
    return Enrolment.objects.create(
        person=person, programme=enrolment.programme, curriculum_version="2026.1", pathway=enrolment.pathway
    )


def held(sitting: Sitting) -> dict[str, int]:
    names = OccupiedMinute.objects.filter(sitting=sitting).values_list("resource", flat=True)
    return {name: list(names).count(name) for name in names}


def test_a_sitting_holds_its_people_room_and_device_until_it_is_cancelled(enrolment, instructor, registrar):
    sitting = make_sitting(enrolment, instructor, **NINE)
    assert held(sitting) == dict.fromkeys(
        [f"person:{enrolment.person_id}", f"person:{instructor.pk}", "place:room 2", "device:magpro r30, cool-b65"], 10
    )
    first = OccupiedMinute.objects.order_by("minute").first().minute
    assert datetime.fromtimestamp(first * 60, timezone.get_default_timezone()) == sitting.starts_at
    cancel_sitting(sitting=sitting, by=registrar)
    assert not OccupiedMinute.objects.exists()


def test_signing_frees_everything_and_no_time_holds_nothing(enrolment, instructor):
    complete_and_sign(make_sitting(enrolment, instructor, **NINE | {"opened": True}))
    make_sitting(enrolment, instructor, opened=False)
    assert not OccupiedMinute.objects.exists()


def test_who_rates_again_takes_up_only_the_own_time(enrolment, instructor, other_instructor, registrar):
    first = make_sitting(enrolment, instructor, **NINE)
    second = assign_second(first=first, assessor=other_instructor, by=registrar)
    assert held(second) == {f"person:{other_instructor.pk}": 10}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "place_busy"),
        ({"place": " ROOM  2"}, "place_busy"),
        ({"place": "Room 3"}, "device_busy"),
        ({"place": "Room 3", "device": "MagPro no. 2"}, None),
        ({"starts": time(9, 10)}, None),
        ({"starts": time(8, 55)}, "place_busy"),
        ({"starts": time(8, 50)}, None),
    ],
)
def test_a_room_and_a_device_have_one_practical_at_a_time_and_nobody_confirms_that_away(
    enrolment, instructor, other_instructor, other_trainee, changes, code
):
    make_sitting(enrolment, instructor, **NINE)
    second = other_enrolment(enrolment, other_trainee)
    despite = ("place_busy", "device_busy", "person_busy")
    if code is None:
        assert make_sitting(second, other_instructor, **NINE | changes)
        return
    with pytest.raises(PracticalError) as refusal:
        make_sitting(second, other_instructor, despite=despite, **NINE | changes)
    assert refusal.value.code == code
    assert Sitting.objects.count() == 1


def test_the_database_itself_refuses(enrolment, instructor, other_instructor, other_trainee):
    sitting = make_sitting(enrolment, instructor, **NINE)
    elsewhere = make_sitting(
        other_enrolment(enrolment, other_trainee), other_instructor, **NINE | {"place": "Room 3", "device": "Other"}
    )
    taken = OccupiedMinute.objects.filter(sitting=sitting, resource="place:room 2").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        OccupiedMinute.objects.create(sitting=elsewhere, resource=taken.resource, minute=taken.minute)
    with pytest.raises(IntegrityError), transaction.atomic():
        OccupiedMinute.objects.filter(sitting=elsewhere, resource="place:room 3").update(resource="place:room 2")


def test_what_the_check_did_not_see_is_refused_in_words_and_leaves_nothing(
    enrolment, instructor, other_instructor, other_trainee, monkeypatch
):
    """As when another connection commits between the check and the writing."""
    make_sitting(enrolment, instructor, **NINE)
    monkeypatch.setattr("exams.actions.sitting_plans.objections", lambda *args, **facts: ())
    with pytest.raises(PracticalError) as refusal, transaction.atomic():
        make_sitting(other_enrolment(enrolment, other_trainee), other_instructor, **NINE)
    assert refusal.value.code == "just_taken"
    assert Sitting.objects.count() == 1


spans = st.tuples(st.integers(0, 60), st.integers(1, 30), st.booleans())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(spans, min_size=2, max_size=6))
def test_the_database_takes_exactly_what_a_naive_comparison_of_intervals_takes(enrolment, instructor, wanted):
    """Rooms A and B; each interval is stored unless it overlaps one that was stored in the same room."""
    begin = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    template = Sitting.objects.filter(assessor=instructor).first() or make_sitting(enrolment, instructor, opened=False)
    accepted: list[tuple[datetime, datetime, bool]] = []
    with transaction.atomic():
        for start, length, in_a in wanted:
            starts = begin + timedelta(minutes=start)
            ends = starts + timedelta(minutes=length)
            free = all(stops <= starts or ends <= begins for begins, stops, a in accepted if a == in_a)
            row = Sitting.objects.get(pk=template.pk)
            row.pk, row.nonce, row.starts_at, row.ends_at = uuid.uuid4(), uuid.uuid4(), starts, ends
            row.place, row.device = ("A" if in_a else "B"), "No device"
            row.assessor_id, row.enrolment.person_id = -1 - len(accepted), -100 - len(accepted)
            if free:
                write_minutes(template, row)
                accepted.append((starts, ends, in_a))
            else:
                with pytest.raises(PracticalError, match="booked for this time"):
                    write_minutes(template, row)
        transaction.set_rollback(True)


def write_minutes(stored: Sitting, planned: Sitting) -> None:
    """Hold the minutes of a plan, kept under a sitting that is stored."""
    planned.pk = stored.pk
    occupancy.hold([planned])


class TestRaces:
    """Real connections that start together; on SQLite one writer waits for the other, and the outcome is the same."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def second(self, enrolment, other_trainee):
        make_rubric(enrolment)
        return other_enrolment(enrolment, other_trainee)

    def plan(self, row, assessor, by, **changes):
        facts = {"scheduled_for": timezone.localdate(), "place": "Room 2", "device": "MagPro", "simulated": True}

        def act() -> str:
            try:
                assign_sitting(
                    enrolment=row,
                    assessor=assessor,
                    by=by,
                    starts=time(9),
                    stations=["P01"],
                    despite=["same_day"],
                    **facts | changes,
                )
            except PracticalError as error:
                return error.code
            return "planned"

        return act

    @pytest.mark.parametrize(
        ("changes", "code"), [({}, "place_busy"), ({"place": "Room 3"}, "device_busy")], ids=["room", "device"]
    )
    def test_two_plans_with_nobody_in_common(
        self, enrolment, second, instructor, other_instructor, registrar, changes, code
    ):
        one = self.plan(enrolment, instructor, registrar)
        other = self.plan(second, other_instructor, registrar, **changes)
        results = sorted(at_once([one, other]))
        assert results in (["just_taken", "planned"], sorted([code, "planned"]))
        assert Sitting.objects.count() == 1
        shared = OccupiedMinute.objects.values_list("resource", "minute")
        assert len(shared) == len(set(shared)) == 40

    def test_many_plans_for_one_room_leave_one(self, enrolment, second, make_person, registrar):
        people = [make_person(f"Assessor {number}", Role.INSTRUCTOR) for number in range(4)]
        rows = [other_enrolment(enrolment, make_person(f"Trainee {number}", Role.TRAINEE)) for number in range(4)]
        for person in people:
            qualify(person)
        results = at_once([self.plan(row, who, registrar) for row, who in zip(rows, people, strict=True)])
        assert sorted(results)[-1] == "planned"
        assert results.count("planned") == 1
        assert Sitting.objects.count() == 1

    def test_two_trainees_want_one_slot(self, enrolment, second, instructor):
        ready_to_ask(enrolment)
        ready_to_ask(second)
        slot = make_slot(instructor, books_at_once=True)

        def book(row: Enrolment) -> str:
            try:
                return str(ask_for(row, slot, ["P01"]).state)
            except PracticalError as error:
                return error.code

        assert sorted(at_once([lambda: book(enrolment), lambda: book(second)])) == ["accepted", "slot_taken"]
        assert Sitting.objects.count() == 1

    def test_one_request_is_accepted_once(self, enrolment, instructor, registrar):
        row = ask_for(ready_to_ask(enrolment), make_slot(instructor), ["P01"])

        def answer(by: Any) -> str:
            try:
                accept(request=SittingRequest.objects.get(pk=row.pk), by=by)
            except PracticalError as error:
                return error.code
            return "planned"

        assert sorted(at_once([lambda: answer(instructor), lambda: answer(registrar)])) == ["answered", "planned"]
        assert Sitting.objects.count() == 1


class TestTheUpdate:
    """What the migration writes down of sittings that are open already."""

    def write_down(self) -> None:
        OccupiedMinute.objects.all().delete()
        import_module("exams.migrations.0039_minutes_of_open_sittings").write_down(apps, None)

    def test_it_writes_what_planning_writes(self, enrolment, instructor, other_instructor, registrar):
        sitting = make_sitting(enrolment, instructor, **NINE)
        second = assign_second(first=sitting, assessor=other_instructor, by=registrar)
        before = {row.pk: held(row) for row in (sitting, second)}
        self.write_down()
        assert {row.pk: held(row) for row in (sitting, second)} == before

    def test_what_was_planned_twice_in_spite_of_a_warning_stays(
        self, enrolment, instructor, other_instructor, other_trainee
    ):
        first = make_sitting(enrolment, instructor, **NINE)
        apart = {"place": "Room 3", "device": "Other"}
        second = make_sitting(other_enrolment(enrolment, other_trainee), other_instructor, **NINE | apart)
        Sitting.objects.filter(pk=second.pk).update(place="Room 2", device=first.device)
        self.write_down()
        assert held(first)["place:room 2"] == 10
        assert set(held(second)) == {f"person:{other_trainee.pk}", f"person:{other_instructor.pk}"}
