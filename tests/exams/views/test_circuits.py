"""The page that plans a circuit of stations: what it asks for, what it refuses, and what it hands out."""

import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.models import Enrolment
from exams.models import Sitting
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.roles import Role
from tests.factories.exam_access import HALF_MORE, grant_to
from tests.factories.exams import complete_course
from tests.factories.practicals import make_rubric

pytestmark = pytest.mark.django_db
DAY = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def people(enrolment: Enrolment, make_person: Callable[..., User]) -> list[Enrolment]:
    """Ada and two others who wait for a practical of three stations."""
    make_rubric(enrolment, stations=3)
    others = [
        Enrolment.objects.create(
            person=make_person(name),
            programme=enrolment.programme,
            curriculum_version=enrolment.curriculum_version,
            pathway=enrolment.pathway,
        )
        for name in ("Ben Trainee", "Cleo Trainee")
    ]
    return [complete_course(row) for row in (enrolment, *others)]


@pytest.fixture
def client(client_for: Callable[[User], Client], registrar: User) -> Client:
    return client_for(registrar)


def address(people: Sequence[Enrolment]) -> str:
    return reverse("exams:circuit", args=[people[0].programme.code])


def given(people: Sequence[Enrolment], assessors: Sequence[User], **changes: Any) -> dict[str, Any]:
    """What the registrar fills in: one assessor for each station in turn."""
    rows = {f"P0{number}-assessor": str(person.pk) for number, person in enumerate(assessors, start=1)}
    rooms = {f"P0{number}-room": f"Room {number}" for number in range(1, len(assessors) + 1)}
    day = {"day": DAY.isoformat(), "starts": "09:00", "change_minutes": "3", "device_family": "figure_eight"}
    return day | {"candidates": [str(row.pk) for row in people]} | rows | rooms | changes


def cells(plan: Any, names: Sequence[str], rows: str) -> set[tuple[str, str]]:
    return {
        (name, stop.station)
        for turn in plan.rotations
        for name, stop in zip(names, getattr(turn, rows), strict=True)
        if stop
    }


def test_everybody_visits_every_station_once(
    client: Client, people: list[Enrolment], instructor: User, other_instructor: User
) -> None:
    assert "Ben Trainee" in client.get(address(people)).content.decode()
    answer = client.post(address(people), given(people, [instructor, other_instructor]))
    assert answer.status_code == 200
    plan = answer.context["plan"]
    names = ["Ada Trainee", "Ben Trainee", "Cleo Trainee"]
    assert sorted(plan.candidates) == names
    assert cells(plan, plan.candidates, "by_candidate") == {(name, code) for name in names for code in ("P01", "P02")}
    assert plan.stations == ("P01", "P02")
    assert len(plan.rotations) == 3
    assert not Sitting.objects.exists()


def test_breaks_and_granted_time_move_the_bells(
    client: Client, people: list[Enrolment], instructor: User, exam_admin: User
) -> None:
    plan = client.post(address(people), given(people, [instructor], break_after="2", break_minutes="30")).context[
        "plan"
    ]
    minutes = plan.minutes
    starts = [timezone.localtime(turn.begins) for turn in plan.rotations]
    assert starts[1] - starts[0] == timedelta(minutes=minutes + 3)
    assert starts[2] - starts[1] == timedelta(minutes=minutes + 30)
    grant_to(people[1].person, exam_admin, HALF_MORE)
    longer = client.post(address(people), given(people, [instructor])).context["plan"]
    assert longer.minutes == -(-minutes * 3 // 2)


def test_where_there_is_a_conflict_the_stand_in_assesses(
    client: Client, people: list[Enrolment], instructor: User, other_instructor: User
) -> None:
    DeclaredRelationship.objects.create(person=people[0].person, other=instructor, kind="relative")
    refused = client.post(address(people), given(people, [instructor]))
    assert "Nobody at P01 may assess Ada Trainee. Name another stand-in there." in refused.content.decode()
    plan = client.post(
        address(people), given(people, [instructor], **{"P01-stand_in": str(other_instructor.pk)})
    ).context["plan"]
    seen = {stop.candidate: stop.assessor for turn in plan.rotations for stop in turn.by_station if stop}
    assert seen == {
        "Ada Trainee": other_instructor.full_name,
        "Ben Trainee": instructor.full_name,
        "Cleo Trainee": instructor.full_name,
    }


def test_who_is_not_qualified_is_named(
    client: Client, people: list[Enrolment], make_person: Callable[..., User]
) -> None:
    instructor = make_person("Uma New", Role.INSTRUCTOR)
    answer = client.post(address(people), given(people, [instructor]))
    assert f"{instructor.full_name} may not assess P01: no qualification" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"candidates": []}, "Choose at least one candidate."),
        ({"starts": "soon"}, "Enter the time as 14:30."),
        ({"P01-assessor": ""}, "Name an assessor for at least one station."),
        ({"break_after": "2"}, "A break needs both"),
        ({"candidates": ["0" * 36]}, "is not one of the available choices"),
    ],
)
def test_what_is_missing_is_said(
    client: Client, people: list[Enrolment], instructor: User, changes: dict[str, Any], sentence: str
) -> None:
    answer = client.post(address(people), given(people, [instructor], **changes))
    assert sentence in answer.content.decode()
    assert "There is no plan yet" in answer.content.decode()


def test_the_plan_can_be_taken_along(client: Client, people: list[Enrolment], instructor: User) -> None:
    answer = client.post(address(people), given(people, [instructor], **{"as": "xlsx"}))
    book = load_workbook(io.BytesIO(answer.content))
    rows = list(book["Stations"].values)
    assert rows[0] == ("Time", "P01")
    assert {row[1] for row in rows[1:]} == {
        f"{name} Trainee, assessed by {instructor.full_name}" for name in ("Ada", "Ben", "Cleo")
    }


def test_it_asks_the_database_the_same_number_of_times(
    client: Client, people: list[Enrolment], instructor: User, other_instructor: User
) -> None:
    def count(candidates: Sequence[Enrolment], assessors: Sequence[User]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.post(address(people), given(candidates, assessors)).status_code == 200
        return len(captured)

    count(people, [instructor])
    assert count(people[:1], [instructor]) == count(people, [instructor, other_instructor]) <= 12
