"""Planning a practical: overlaps and an exam not passed are said before, and nobody is in two places at once."""

import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import assign_sitting, cancel_sitting
from exams.errors import PracticalError, UnconfirmedError
from exams.models import Sitting
from lms.audit.models import Event
from tests.factories.exams import make_exam
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NINE = {"starts": time(9), "stations": ["P01"]}


def codes(enrolment, assessor, **changes: Any) -> list[str]:
    """Plan without confirming anything, and return what spoke against it."""
    with pytest.raises(PracticalError) as refusal:
        make_sitting(enrolment, assessor, opened=False, **{"despite": ()} | NINE | changes)
    error = refusal.value
    return [found.code for found in error.objections] if isinstance(error, UnconfirmedError) else [error.code]


def test_times_follow_from_start_and_stations(enrolment, instructor):
    sitting = make_sitting(enrolment, instructor, opened=False, **NINE | {"stations": ["P01", "P02"]})
    assert timezone.localtime(sitting.starts_at).time() == time(9)
    assert sitting.ends_at - sitting.starts_at == timedelta(minutes=20)


def test_nobody_is_in_two_places(enrolment, instructor, other_instructor):
    make_sitting(enrolment, instructor, **NINE)
    assert codes(enrolment, other_instructor, starts=time(9, 9)) == ["person_busy"]
    assert make_sitting(enrolment, instructor, **NINE | {"starts": time(9, 10)})


def test_a_refusal_cannot_be_confirmed_away(enrolment, instructor, other_instructor):
    make_sitting(enrolment, instructor, **NINE)
    assert codes(enrolment, other_instructor, despite=("person_busy",)) == ["person_busy"]
    assert Sitting.objects.count() == 1


def test_cancelled_and_signed_sittings_block_nobody(enrolment, instructor, registrar):
    cancel_sitting(sitting=make_sitting(enrolment, instructor, **NINE), by=registrar)
    complete_and_sign(make_sitting(enrolment, instructor, **NINE))
    assert make_sitting(enrolment, instructor, despite=(), **NINE)


def test_an_exam_not_passed_has_to_be_confirmed(enrolment, instructor):
    make_exam(3, programme=enrolment.programme)
    assert codes(enrolment, instructor) == ["exam_not_passed"]
    sitting = make_sitting(enrolment, instructor, opened=False, despite=["exam_not_passed"], **NINE)
    event = Event.objects.get(verb="sitting.assigned", target_id=str(sitting.pk))
    assert event.data["despite"] == ["exam_not_passed"]


@pytest.mark.django_db(transaction=True)
def test_two_plans_for_one_assessor_at_once(enrolment, instructor, other_trainee, registrar):
    make_rubric(enrolment)
    second = Enrolment.objects.create(
        person=other_trainee, programme=enrolment.programme, curriculum_version="2026.1", pathway=enrolment.pathway
    )

    def plan(row: Enrolment) -> str:
        facts = {"scheduled_for": timezone.localdate(), "place": str(row.pk), "device": str(row.pk), "simulated": True}
        try:
            assign_sitting(enrolment=row, assessor=instructor, by=registrar, **facts | NINE)
        except PracticalError as error:
            return error.code
        return "planned"

    assert sorted(at_once([lambda: plan(enrolment), lambda: plan(second)])) == ["person_busy", "planned"]


# The page


@pytest.fixture
def planning(enrolment, instructor, registrar, client_for):
    """Rosa's browser at the planning form of Ada."""
    make_rubric(enrolment)
    rosa, url = client_for(registrar), reverse("exams:assign_trainee", kwargs={"enrolment_id": enrolment.pk})
    answers = {
        "assessor": instructor.public_id,
        "scheduled_for": timezone.localdate(),
        "starts": "09:00",
        "place": "Room 2",
        "device": "MagPro",
        "device_family": "figure_eight",
        "simulated": "yes",
        "stations": ["P01"],
        "nonce": uuid.uuid4(),
    }
    return lambda **changes: rosa.post(url, answers | changes)


def test_the_page_asks_keeps_what_was_typed_and_goes_on(planning, enrolment):
    make_exam(3, programme=enrolment.programme)
    asked = planning()
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Ada Trainee has not passed the written exam yet." in page
    assert 'value="Room 2"' in page
    assert not Sitting.objects.exists()
    assert planning(despite="exam_not_passed").status_code == 409  # seen, but the box is not ticked
    assert planning(despite="exam_not_passed", confirmed="yes").status_code == 302
    assert Sitting.objects.count() == 1


def test_what_turns_up_after_the_tick_is_asked_again(planning, enrolment, instructor):
    make_exam(3, programme=enrolment.programme)
    make_sitting(enrolment, instructor, scheduled_for=timezone.localdate(), stations=["P02"])  # its time is not known
    answer = planning(despite="exam_not_passed", confirmed="yes")
    assert answer.status_code == 409
    assert "its time is not known" in answer.content.decode()


def test_a_refusal_stands_beside_the_start(planning, enrolment, instructor):
    make_sitting(enrolment, instructor, **NINE)
    page = planning().content.decode()
    assert '<a href="#id_starts">Ada Trainee and Ines Instructor: in another practical from' in page


@pytest.mark.parametrize("typed", ["", "nine", "25:00"])
def test_a_start_that_cannot_be_read(planning, typed):
    page = planning(starts=typed).content.decode()
    assert '<a href="#id_starts">Enter ' in page
    assert not Sitting.objects.exists()
