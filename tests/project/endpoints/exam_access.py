"""Addresses of accommodations, exam policies and Safe Exam Browser."""

from typing import Any

from exams.models import SafeExamBrowserFile
from exams.views.safe_browser import TICKETS
from lms.accounts.permissions import Permission
from tests.factories.exams import complete_course, make_exam, start_attempt
from tests.project.endpoints import Endpoint


def _exam(request: Any) -> dict[str, Any]:
    enrolment = complete_course(request.getfixturevalue("enrolment"))
    return {"code": make_exam(3, programme=enrolment.programme).code}


def _ticket(request: Any) -> dict[str, Any]:
    exam = make_exam(3, programme=request.getfixturevalue("enrolment").programme)
    by = request.getfixturevalue("exam_admin")
    SafeExamBrowserFile.objects.create(exam=exam, content=b"<plist/>", config_key="0" * 64, uploaded_by=by)
    return {"ticket": TICKETS.sign(exam.code)}


def _attempt(request: Any) -> dict[str, Any]:
    enrolment = request.getfixturevalue("enrolment")
    return {"attempt_id": start_attempt(enrolment, make_exam(3, programme=enrolment.programme)).pk}


def _person(request: Any) -> dict[str, Any]:
    return {"public_id": request.getfixturevalue("trainee").public_id}


BOTH = ("GET", "POST")

ENDPOINTS = [
    Endpoint("exams:prove_browser", Permission.ATTEMPT_TAKE, _exam, ("other_trainee",), ("POST",)),
    Endpoint("exams:seb_settings", None, _ticket),
    Endpoint("exams:policies", Permission.EXAM_CONFIGURE),
    Endpoint("exams:policy", Permission.EXAM_CONFIGURE, _exam, methods=BOTH),
    Endpoint("exams:accommodations", Permission.ACCOMMODATION_READ),
    Endpoint("exams:accommodations_of", Permission.ACCOMMODATION_GRANT, _person, methods=BOTH),
    Endpoint("exams:more_time", Permission.ATTEMPT_EXTEND, _attempt, methods=BOTH),
]
