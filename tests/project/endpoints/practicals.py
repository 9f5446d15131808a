"""Addresses of the practical in `exams`."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting
from tests.project.endpoints import Endpoint


def sitting(request: Any) -> dict[str, Any]:
    """Ada's open sitting with Ines."""
    row = make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return {"sitting_id": row.pk}


def signed_sitting(request: Any) -> dict[str, Any]:
    """Ada's signed sitting with Ines."""
    return {"sitting_id": _signed(request).sitting_id}


def signed_record(request: Any) -> dict[str, Any]:
    """Ada's record, signed by Ines."""
    return {"sign_off_id": _signed(request).pk}


def enrolment(request: Any) -> dict[str, Any]:
    """Ada's enrolment."""
    return {"enrolment_id": request.getfixturevalue("enrolment").pk}


def _signed(request: Any) -> Any:
    row = make_sitting(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return complete_and_sign(row)


OTHER_ASSESSOR = ("other_instructor",)
UNRELATED = ("other_trainee", "other_instructor")
ALL_BUT_THE_TRAINEE = ("other_trainee", "instructor", "other_instructor", "exam_admin", "registrar")


def assessor(request: Any) -> dict[str, Any]:
    """Omar, as an assessor."""
    return {"public_id": request.getfixturevalue("other_instructor").public_id}


def programme(request: Any) -> dict[str, Any]:
    """The programme of Ada, which has a practical."""
    row = request.getfixturevalue("enrolment")
    make_rubric(row)
    return {"code": row.programme.code}


def rubric(request: Any) -> dict[str, Any]:
    """The rubric of Ada's practical."""
    version = make_rubric(request.getfixturevalue("enrolment"))
    return {"code": version.rubric.code, "number": version.number}


def conflict(request: Any) -> dict[str, Any]:
    """Ada, and Omar who is to assess her."""
    make_rubric(request.getfixturevalue("enrolment"))
    return enrolment(request) | assessor(request)


ENDPOINTS = [
    Endpoint("exams:day_list", Permission.PRACTICAL_SIGN),
    Endpoint("exams:sitting", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:checklist", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:observations", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:summary", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR),
    Endpoint("exams:sign", Permission.PRACTICAL_SIGN, sitting, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:signed", Permission.PRACTICAL_SIGN, signed_sitting, OTHER_ASSESSOR),
    Endpoint("exams:correct", Permission.PRACTICAL_SIGN, signed_record, OTHER_ASSESSOR, ("GET", "POST")),
    Endpoint("exams:records", Permission.PRACTICAL_READ),
    Endpoint("exams:record", Permission.PRACTICAL_READ, signed_record, UNRELATED),
    Endpoint("exams:acknowledge", Permission.PRACTICAL_READ, signed_record, ALL_BUT_THE_TRAINEE, ("POST",)),
    Endpoint("exams:assign", Permission.SITTING_ASSIGN),
    Endpoint("exams:assign_trainee", Permission.SITTING_ASSIGN, enrolment, (), ("GET", "POST")),
    Endpoint("exams:circuit", Permission.SITTING_ASSIGN, programme, (), ("GET", "POST")),
    Endpoint("exams:override", Permission.SITTING_ASSIGN, conflict, (), ("GET", "POST")),
    Endpoint("exams:assessors", Permission.ASSESSORS_MANAGE),
    Endpoint("exams:assessor", Permission.ASSESSORS_MANAGE, assessor, (), ("GET", "POST")),
    Endpoint("exams:second", Permission.SITTING_ASSIGN, sitting, (), ("GET", "POST")),
    Endpoint("exams:rater_agreement", Permission.ASSESSORS_MANAGE, rubric),
    Endpoint("exams:rater_agreement_csv", Permission.ASSESSORS_MANAGE, rubric),
    Endpoint("exams:cancel", Permission.SITTING_ASSIGN, sitting, (), ("GET", "POST")),
]
