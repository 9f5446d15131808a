"""Addresses of mock exams: the trainee's own, whatever roles others hold."""

from typing import Any

from exams.actions import mocks
from exams.models import Exam
from lms.accounts.permissions import Permission
from tests.factories.exams import make_exam
from tests.factories.mocks import teach
from tests.project.endpoints import Endpoint


def _exam(request: Any) -> Exam:
    programme = request.getfixturevalue("enrolment").programme
    teach(programme, {"M01": ["D1"]}, questions=1)
    return make_exam(3, programme=programme)


def _start(request: Any) -> dict[str, Any]:
    return {"code": _exam(request).code}


def _mock(request: Any) -> dict[str, Any]:
    enrolment = request.getfixturevalue("enrolment")
    return {"mock_id": mocks.start(enrolment=enrolment, exam=_exam(request), by=enrolment.person).pk}


TAKE, OTHERS = Permission.PRACTICE_TAKE, ("other_trainee",)

ENDPOINTS = [
    Endpoint("exams:mock_start", TAKE, _start, OTHERS, ("GET", "POST")),
    Endpoint("exams:mock_room", TAKE, _mock, OTHERS),
    Endpoint("exams:mock_items", TAKE, _mock, OTHERS),
    Endpoint("exams:mock_save", TAKE, _mock, OTHERS, ("POST",)),
    Endpoint("exams:mock_flag", TAKE, _mock, OTHERS, ("POST",)),
    Endpoint("exams:mock_claim", TAKE, _mock, OTHERS, ("GET", "POST")),
    Endpoint("exams:mock_review", TAKE, _mock, OTHERS),
    Endpoint("exams:mock_submit", TAKE, _mock, OTHERS, ("GET", "POST")),
    Endpoint("exams:mock_result", TAKE, _mock, OTHERS),
]
