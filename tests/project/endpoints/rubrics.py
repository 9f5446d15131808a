"""Addresses of the rubric editor and of remediation plans."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.practicals import make_rubric
from tests.factories.rubrics import begin_draft, failed_record, make_plan
from tests.project.endpoints import Endpoint


def rubric(request: Any) -> dict[str, Any]:
    """The rubric of Ada's programme."""
    return {"code": make_rubric(request.getfixturevalue("enrolment")).rubric.code}


def version(request: Any) -> dict[str, Any]:
    """Its first version."""
    return rubric(request) | {"number": 1}


def draft(request: Any) -> dict[str, Any]:
    """A draft of it."""
    row = begin_draft(request.getfixturevalue("enrolment"), request.getfixturevalue("exam_admin"))
    return {"draft_id": row.pk}


def station(request: Any) -> dict[str, Any]:
    """One station of the draft."""
    return draft(request) | {"code": "P01"}


def record(request: Any) -> dict[str, Any]:
    """Ada's record with a station that was not met, signed by Ines."""
    row = failed_record(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return {"sign_off_id": row.pk}


def plan(request: Any) -> dict[str, Any]:
    """Ada's plan, which Ines wrote and follows up."""
    row = failed_record(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return {"plan_id": make_plan(row).pk}


BOTH = ("GET", "POST")
ENDPOINTS = [
    Endpoint("exams:rubrics", Permission.RUBRIC_READ),
    Endpoint("exams:rubric", Permission.RUBRIC_READ, rubric),
    Endpoint("exams:rubric_version", Permission.RUBRIC_READ, version),
    Endpoint("exams:rubric_file", Permission.RUBRIC_READ, version),
    Endpoint("exams:rubric_start", Permission.RUBRIC_WRITE, rubric, methods=("POST",)),
    Endpoint("exams:rubric_draft", Permission.RUBRIC_WRITE, draft, methods=BOTH),
    Endpoint("exams:rubric_general", Permission.RUBRIC_WRITE, draft, methods=BOTH),
    Endpoint("exams:rubric_station", Permission.RUBRIC_WRITE, station, methods=BOTH),
    Endpoint("exams:rubric_compare", Permission.RUBRIC_WRITE, draft),
    Endpoint("exams:plans", Permission.REMEDIATION_READ),
    Endpoint("exams:plan", Permission.REMEDIATION_READ, plan, ("other_trainee", "other_instructor")),
    Endpoint("exams:plan_write", Permission.REMEDIATION_WRITE, record, ("other_instructor",), BOTH),
    Endpoint("exams:plan_answer", Permission.REMEDIATION_ANSWER, plan, ("other_trainee",), ("POST",)),
    Endpoint("exams:plan_follow_up", Permission.REMEDIATION_WRITE, plan, ("other_instructor",), ("POST",)),
]
