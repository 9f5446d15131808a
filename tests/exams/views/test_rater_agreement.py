"""The page of rater agreement; every figure in it is worked out by hand below."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Enrolment
from exams.actions.practicals import open_sitting
from exams.actions.second_ratings import assign_second
from exams.models import Qualification, RubricVersion, Sitting
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.assessors import qualify
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting

pytestmark = pytest.mark.django_db
Rate = Callable[[str, str], Sitting]


@pytest.fixture
def version(enrolment: Enrolment) -> RubricVersion:
    return make_rubric(enrolment, stations=2)


@pytest.fixture
def rate(
    version: RubricVersion, enrolment: Enrolment, instructor: User, other_instructor: User, registrar: User
) -> Rate:
    """Let Ines give one level at P01 and Omar another for the same performance; at P02 both give 4."""

    def both(first_level: str, second_level: str) -> Sitting:
        first = make_sitting(enrolment, instructor)
        complete_and_sign(first, given(first_level))
        second = assign_second(first=first, assessor=other_instructor, by=registrar)
        second = open_sitting(sitting=second, by=other_instructor, qualification=Qualification.PHYSICIAN)
        complete_and_sign(second, given(second_level))
        return first

    return both


@pytest.fixture
def make_assessor(make_person: Any) -> Callable[[str], User]:
    """Make an instructor who may assess everything."""

    def make(name: str) -> User:
        person: User = make_person(name, Role.INSTRUCTOR)
        qualify(person)
        return person

    return make


def given(level: str) -> dict[str, str]:
    failed = {"outcome": "needs_remediation", "remark": "Once more."} if level < "3" else {}
    return {"P01.level": level} | failed


@pytest.fixture
def client(client_for: Callable[[User], Client], registrar: User) -> Client:
    return client_for(registrar)


def tables(client: Client, version: RubricVersion) -> list[list[str]]:
    address = reverse("exams:rater_agreement_csv", args=[version.rubric.code, version.number])
    return list(csv.reader(client.get(address).content.decode("utf-8-sig").splitlines()))


def test_four_performances_by_hand(client: Client, version: RubricVersion, rate: Rate) -> None:
    for levels in (("4", "4"), ("4", "3"), ("2", "4"), ("2", "2")):
        rate(*levels)
    rows = {row[0]: row[1:] for row in tables(client, version) if row}
    # Levels: two of four alike. Met: p_o 3/4, margins 2/4 and 3/4, p_e 1/2, κ = 1/2; π = 5/8, p_e = 15/32, AC1 = 9/17.
    # Squared distances: observed 5/4 on average, by chance 28/16, so κ_w = 1 − 5/7. Mean squares 35/24, 1/8 and 19/24,
    # so ICC(2,1) = (16/24) / (54/24 − 1/3) = 8/23. Differences 0, −1, 2, 0.
    assert rows["P01"] == ["4", "0.50", "0.50", "0.53", "0.29", "0.35", "0.25"]
    assert rows["P02"] == ["4", "1.00", "–", "1.00", "–", "–", "0.00"]
    assert rows["All stations"][0] == "8"
    # Over both stations Ines is 0, 1/2, −1 and 0 above Omar: mean −1/8, variance 19/48.
    assert rows["Ines Instructor"] == ["4", "-0.12", "0.31"]
    assert rows["Omar Instructor"] == ["4", "0.12", "0.31"]


def test_what_has_one_rating_is_not_compared(
    client: Client, version: RubricVersion, enrolment: Enrolment, instructor: User
) -> None:
    complete_and_sign(make_sitting(enrolment, instructor))
    address = reverse("exams:rater_agreement", args=[version.rubric.code, version.number])
    assert "No performance has two signed ratings yet." in client.get(address).content.decode()


def test_an_adjudication_is_no_third_opinion(
    client: Client, version: RubricVersion, rate: Rate, registrar: User, make_assessor: Callable[[str], User]
) -> None:
    first = rate("2", "4")
    before = tables(client, version)
    third = make_assessor("Tara Third")
    row = assign_second(first=first, assessor=third, by=registrar)
    complete_and_sign(open_sitting(sitting=row, by=third, qualification=Qualification.PHYSICIAN), given("4"))
    assert tables(client, version) == before


def test_the_page_says_how_little_it_rests_on_and_names_other_versions(
    client: Client, version: RubricVersion, enrolment: Enrolment, rate: Rate
) -> None:
    rate("4", "3")
    newer = make_rubric(enrolment, stations=3, version=2)
    page = client.get(reverse("exams:rater_agreement", args=[version.rubric.code, version.number])).content.decode()
    assert "1 performance so far" in page
    assert reverse("exams:rater_agreement", args=[newer.rubric.code, newer.number]) in page
    listed = client.get(reverse("exams:assessors")).content.decode()
    assert reverse("exams:rater_agreement", args=[newer.rubric.code, newer.number]) in listed


def test_it_asks_the_database_the_same_number_of_times(client: Client, version: RubricVersion, rate: Rate) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("exams:rater_agreement", args=[version.rubric.code, version.number]))
        return len(captured)

    rate("4", "4")
    count()
    few = count()
    for _ in range(3):
        rate("4", "3")
    assert count() == few <= 9
