"""Who rates a practical a second time, and who decides where two raters differ."""

import uuid
from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certificates.actions import issue_if_eligible
from certificates.models import Doubt
from courses.models import Enrolment
from exams.actions.practicals import cancel_sitting, open_sitting
from exams.actions.second_ratings import assign_second
from exams.errors import PracticalError, UnfitError
from exams.models import Qualification, Sitting, practical_outcome
from exams.rules.scheme import SchemeRules
from exams.second_ratings import is_drawn, stations_in_dispute, waiting_for_raters
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.assessors import qualify
from tests.factories.exams import RIGHT, complete_course, sit_exam
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting

pytestmark = pytest.mark.django_db
FAILED = {"P01.level": "2", "outcome": "needs_remediation", "remark": "Once more."}


@pytest.fixture
def third(make_person: Any) -> User:
    """Tara, who decides."""
    tara = make_person("Tara Third", Role.INSTRUCTOR)
    qualify(tara)
    return tara


def rate(first: Sitting, assessor: User, by: User, values: dict[str, str] | None = None) -> Sitting:
    """Name somebody for a sitting and let them sign."""
    row = assign_second(first=first, assessor=assessor, by=by)
    row = open_it(row, assessor)
    complete_and_sign(row, values)
    row.refresh_from_db()
    return row


def open_it(row: Sitting, assessor: User) -> Sitting:
    return open_sitting(sitting=row, by=assessor, qualification=Qualification.PHYSICIAN)


def refusal(first: Sitting, assessor: User, by: User) -> str:
    with pytest.raises(PracticalError) as found:
        assign_second(first=first, assessor=assessor, by=by)
    return found.value.code


def test_two_who_agree(enrolment, instructor, other_instructor, registrar):
    first = make_sitting(enrolment, instructor)
    complete_and_sign(first)
    second = rate(first, other_instructor, registrar)
    assert (second.stations, second.rates_again, second.adjudicates) == (first.stations, first, False)
    assert second.sign_offs.get().content["rates_again"] == {"sitting": str(first.pk), "adjudicates": False}
    assert practical_outcome(enrolment).passed
    assert practical_outcome(enrolment).assessors == ("Ines Instructor", "Omar Instructor")


@pytest.mark.parametrize("decision", [None, FAILED])
def test_two_who_differ_wait_and_the_third_decides(enrolment, instructor, other_instructor, third, registrar, decision):
    first = make_sitting(enrolment, instructor)
    complete_and_sign(first)
    rate(first, other_instructor, registrar, FAILED)
    assert practical_outcome(enrolment).missing == ("P01",)
    assert stations_in_dispute(first) == ("P01",)
    assert [(row.sitting, row.disputed) for row in waiting_for_raters()] == [(first, ("P01",))]
    adjudication = rate(first, third, registrar, decision)
    assert (adjudication.stations, adjudication.adjudicates) == (["P01"], True)
    assert practical_outcome(enrolment).passed is (decision is None)
    assert waiting_for_raters() == []


def test_a_second_rating_that_differs_puts_the_certificate_in_doubt(enrolment, instructor, other_instructor, registrar):
    complete_course(enrolment)
    sit_exam(enrolment, RIGHT)
    first = make_sitting(enrolment, instructor)
    complete_and_sign(first)
    assert issue_if_eligible(enrolment=enrolment)
    rate(first, other_instructor, registrar, FAILED)
    assert Doubt.objects.get().reason == "Two assessors differ about P01. A third one has to decide between them."


def test_refusals(enrolment, instructor, other_instructor, third, registrar, trainee):
    first = make_sitting(enrolment, instructor)
    complete_and_sign(first)
    assert refusal(first, instructor, registrar) == "rates_already"
    assert refusal(first, trainee, registrar) == "not_an_assessor"
    second = assign_second(first=first, assessor=other_instructor, by=registrar)
    assert refusal(second, third, registrar) == "not_a_first_rating"
    assert refusal(first, third, registrar) == "second_rating_there"
    open_it(second, other_instructor)
    complete_and_sign(Sitting.objects.get(pk=second.pk))
    assert refusal(first, third, registrar) == "nothing_in_dispute"


def test_a_cancelled_sitting_is_not_rated_again(enrolment, instructor, other_instructor, registrar):
    first = cancel_sitting(sitting=make_sitting(enrolment, instructor, opened=False), by=registrar)
    assert refusal(first, other_instructor, registrar) == "sitting_cancelled"


def test_the_second_has_to_be_qualified_and_free(enrolment, instructor, other_instructor, registrar, other_trainee):
    first = make_sitting(enrolment, instructor, opened=False, starts=time(9), stations=["P01"])
    other = Enrolment.objects.create(
        person=other_trainee, programme=enrolment.programme, curriculum_version="2026.1", pathway=enrolment.pathway
    )
    make_sitting(other, other_instructor, opened=False, starts=time(9, 5), stations=["P01"], place="Room 3", device="X")
    assert refusal(first, other_instructor, registrar) == "person_busy"
    other_instructor.assessor_qualifications.update(valid_until=timezone.localdate(), stations=["P02"])
    Sitting.objects.filter(enrolment=other).delete()
    with pytest.raises(UnfitError, match="does not cover P01"):
        assign_second(first=first, assessor=other_instructor, by=registrar)


def test_the_database_lets_nobody_rate_twice_or_themselves(enrolment, instructor, other_instructor, registrar):
    first = make_sitting(enrolment, instructor, opened=False)
    second = assign_second(first=first, assessor=other_instructor, by=registrar)
    copy = Sitting.objects.get(pk=second.pk)
    copy.pk, copy.nonce = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sitting.objects.filter(pk=first.pk).update(adjudicates=True)


def test_the_first_sittings_of_an_assessor_are_rated_twice(enrolment, instructor, registrar):
    make_rubric(enrolment, rules={"first_sittings_rated_twice": 2})
    made = [make_sitting(enrolment, instructor, opened=False) for _ in range(3)]
    assert [row.second_wanted for row in made] == [True, True, False]
    assert {row.sitting.pk for row in waiting_for_raters()} == {made[0].pk, made[1].pk}


def test_the_share_that_is_drawn(enrolment, instructor):
    sitting = make_sitting(enrolment, instructor, opened=False)
    drawn = 0
    for number in range(1000):
        sitting.pk = uuid.UUID(int=number)
        drawn += is_drawn(SchemeRules(percent_rated_twice=10), sitting)
    assert drawn == 100
    assert not is_drawn(SchemeRules(), sitting)


def test_the_page_names_a_second_rater(enrolment, instructor, other_instructor, registrar, client_for):
    make_rubric(enrolment, rules={"percent_rated_twice": 100})
    first = make_sitting(enrolment, instructor, opened=False)
    rosa, url = client_for(registrar), reverse("exams:second", args=[first.pk])
    assert f'href="{url}"' in rosa.get(reverse("exams:assign")).content.decode()
    page = rosa.get(url).content.decode()
    assert "Omar Instructor</option>" in page
    assert "Ines Instructor</option>" not in page
    assert "Choose the assessor." in rosa.post(url, {"assessor": ""}).content.decode()
    assert rosa.post(url, {"assessor": other_instructor.public_id})["Location"] == reverse("exams:assign")
    assert Sitting.objects.get(rates_again=first).assessor == other_instructor
    assert f'href="{url}"' not in rosa.get(reverse("exams:assign")).content.decode()
