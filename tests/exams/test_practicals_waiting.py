"""Who waits for a practical: the registrar sees it without knowing a name."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.attempts import submit
from exams.actions.practicals import cancel_sitting
from exams.models import Attempt, practical_outcome
from exams.planning import waiting_for_practical
from lms.accounts.models import User
from tests.factories.exams import complete_course
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting

pytestmark = pytest.mark.django_db
FAILED = {"P01.level": "1", "outcome": "needs_remediation", "remark": "Once more."}


@pytest.fixture
def through(enrolment: Enrolment) -> Enrolment:
    """Ada, through with the course of a programme that has no exam."""
    make_rubric(enrolment)
    return complete_course(enrolment)


def waiting() -> list[str | None]:
    return list(waiting_for_practical().values_list("last_outcome", flat=True))


def test_nobody_waits_before_the_course_is_completed(enrolment: Enrolment) -> None:
    assert waiting() == []
    complete_course(enrolment)
    assert waiting() == [None]


@pytest.mark.parametrize(("value", "expected"), [("b", [None]), ("a", [])])
def test_only_whoever_passed_the_exam_waits(
    attempt: Attempt, answer: Callable[..., object], value: str, expected: list[None]
) -> None:
    for position in range(1, attempt.responses.count() + 1):
        answer(position, 1, [value])
    assert waiting() == []
    submit(attempt_id=attempt.pk, token=attempt.token, by=attempt.enrolment.person, received_at=timezone.now())
    assert waiting() == expected


def test_a_planned_sitting_ends_the_waiting_and_a_cancelled_one_does_not(
    through: Enrolment, instructor: User, registrar: User
) -> None:
    sitting = make_sitting(through, instructor, opened=False)
    assert waiting() == []
    cancel_sitting(sitting=sitting, by=registrar)
    assert waiting() == [None]


def test_whoever_was_found_competent_waits_no_longer(through: Enrolment, instructor: User) -> None:
    complete_and_sign(make_sitting(through, instructor), FAILED)
    assert waiting() == ["needs_remediation"]
    complete_and_sign(make_sitting(through, instructor))
    assert waiting() == []


def test_whoever_did_a_part_waits_for_the_rest(
    enrolment: Enrolment,
    instructor: User,
    other_instructor: User,
    registrar: User,
    client_for: Callable[[User], Client],
) -> None:
    make_rubric(enrolment, rules={"minimum_assessors": 2})
    complete_course(enrolment)
    complete_and_sign(make_sitting(enrolment, instructor, stations=["P01"]))
    assert waiting() == ["competent"]
    page = " ".join(client_for(registrar).get(reverse("exams:assign")).content.decode().split())
    assert "A part is done: 1 station met by 1 assessor, the rest is not planned." in page
    complete_and_sign(make_sitting(enrolment, instructor, stations=["P02"]))
    assert waiting() == ["competent"]  # every station is met, and all by one person
    complete_and_sign(make_sitting(enrolment, other_instructor, stations=["P02"]))
    assert practical_outcome(enrolment).passed
    assert waiting() == []


def test_a_newer_rubric_takes_no_practical_away(through: Enrolment, instructor: User) -> None:
    complete_and_sign(make_sitting(through, instructor))
    make_rubric(through, version=2, stations=5, rules={"minimum_assessors": 2})
    assert practical_outcome(through).passed
    assert waiting() == []


def test_the_page_and_the_desk_show_who_waits(
    through: Enrolment, registrar: User, client_for: Callable[[User], Client]
) -> None:
    rosa = client_for(registrar)
    page = rosa.get(reverse("exams:assign")).content.decode()
    assert reverse("exams:assign_trainee", args=[through.pk]) in page
    home = " ".join(rosa.get("/home/").content.decode().split())
    assert 'Plan a practical</a></span> <span class="tag tag--accent">1 waiting' in home


def test_it_costs_few_queries_for_many(
    through: Enrolment, registrar: User, client_for: Callable[[User], Client], django_assert_max_num_queries
) -> None:
    rosa = client_for(registrar)
    for number in range(20):
        person = User.objects.create_user(f"p{number}@example.org", full_name="P")
        complete_course(
            Enrolment.objects.create(
                person=person, programme=through.programme, curriculum_version="1", pathway=through.pathway
            )
        )
    with django_assert_max_num_queries(10):
        rosa.get(reverse("exams:assign"))
