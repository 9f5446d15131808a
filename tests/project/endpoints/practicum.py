"""Addresses of the practicum log."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.practicum import log_one
from tests.project.endpoints import Endpoint


def _enrolment(request: Any) -> dict[str, Any]:
    return {"enrolment_id": request.getfixturevalue("enrolment").pk}


def _entry(request: Any) -> dict[str, Any]:
    entry = log_one(request.getfixturevalue("enrolment"), request.getfixturevalue("instructor"))
    return {"entry_id": entry.pk}


ENDPOINTS = [
    Endpoint("exams:practicum", Permission.PRACTICUM_LOG),
    Endpoint("exams:practicum_add", Permission.PRACTICUM_LOG, _enrolment, ("other_trainee",), ("GET", "POST")),
    Endpoint("exams:practicum_withdraw", Permission.PRACTICUM_LOG, _entry, ("other_trainee",), ("POST",)),
    Endpoint("exams:practicum_to_confirm", Permission.PRACTICUM_CONFIRM, methods=("GET", "POST")),
    Endpoint("exams:practicum_log", Permission.PRACTICUM_READ, _enrolment),
]
