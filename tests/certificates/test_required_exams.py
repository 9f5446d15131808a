"""A programme with several exams: the certificate asks for every required one, and for no other."""

import pytest

from certificates.actions import eligibility_of
from exams.models import Exam, required_exams_passed_at
from exams.planning import waiting_for_practical
from tests.exams.staff import sit
from tests.factories.exams import complete_course, make_exam

pytestmark = pytest.mark.django_db


def exam_is_met(enrolment) -> bool:
    found = {requirement.code: requirement.met for requirement in eligibility_of(enrolment).requirements}
    return found["exam"]


def test_every_required_exam_is_needed_and_no_optional_one(enrolment, programme):
    complete_course(enrolment)
    assert not exam_is_met(enrolment)  # a programme without an exam certifies nobody
    first, second, optional = (make_exam(2, programme=programme, code=f"exam-{number}") for number in range(3))
    Exam.objects.filter(pk=optional.pk).update(is_required=False)
    sit(enrolment, optional, "bb")
    sit(enrolment, first, "bb")
    assert not exam_is_met(enrolment)
    assert required_exams_passed_at(enrolment) is None
    assert not waiting_for_practical().exists()
    last = sit(enrolment, second, "bb")
    assert exam_is_met(enrolment)
    assert required_exams_passed_at(enrolment) == last.submitted_at
    assert list(waiting_for_practical()) == [enrolment]
