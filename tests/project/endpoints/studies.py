"""Addresses of studies of stored answers."""

from typing import Any

from exams.actions.studies import Question, make_study, request_study
from exams.models import Exam, StudyKind
from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from tests.factories.exams import make_exam
from tests.factories.studies import answers, sat
from tests.project.endpoints import Endpoint


def _sat(request: Any) -> Exam:
    exam = make_exam(3, programme=request.getfixturevalue("programme"))
    assert exam.active_form is not None
    sat(exam, exam.active_form, answers(1, 6, [-1.0, 0.0, 1.0]))
    return exam


def _exam(request: Any) -> dict[str, Any]:
    return {"code": _sat(request).code}


def _asking(request: Any) -> dict[str, Any]:
    return _exam(request) | {"kind": "calibrate"}


def _request(request: Any) -> dict[str, Any]:
    exam = _sat(request)
    asker = request.getfixturevalue("make_person")("Asa Asker", Role.EXAM_ADMIN)
    question = Question(StudyKind.FAIRNESS, exam, form=exam.active_form)
    return {"request_id": request_study(question=question, by=asker).pk}


def _study(request: Any) -> dict[str, Any]:
    made = make_study(request_id=str(_request(request)["request_id"]))
    assert made is not None
    return {"study_id": made.pk}


def _group(request: Any) -> dict[str, Any]:
    return _study(request) | {"group": "retake"}


READ = Permission.STATISTICS_READ

ENDPOINTS = [
    Endpoint("exams:studies", READ, _exam),
    Endpoint("exams:study_ask", READ, _asking, methods=("POST",)),
    Endpoint("exams:study_request", READ, _request),
    Endpoint("exams:study_state", READ, _request),
    Endpoint("exams:study_stop", READ, _request, methods=("POST",)),
    Endpoint("exams:study", READ, _study),
    Endpoint("exams:study_csv", READ, _study),
    Endpoint("exams:study_comparison", READ, _group),
    Endpoint("exams:study_comparison_csv", READ, _group),
]
