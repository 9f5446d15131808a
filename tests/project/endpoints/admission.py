"""Addresses of admission."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.admission import application
from tests.project.endpoints import Endpoint


def programme(request: Any) -> dict[str, Any]:
    """The programme to apply for."""
    return {"code": request.getfixturevalue("programme").code}


def own(request: Any) -> dict[str, Any]:
    """The trainee's application, waiting."""
    sent = application(request.getfixturevalue("trainee"), request.getfixturevalue("programme"))
    return {"application_id": sent.pk}


CHANGING = ("GET", "POST")

ENDPOINTS = [
    Endpoint("courses:apply", Permission.APPLICATION_SUBMIT, programme, methods=CHANGING),
    Endpoint("courses:apply_check", Permission.APPLICATION_SUBMIT, programme, methods=CHANGING),
    Endpoint(
        "courses:apply_facts",
        Permission.APPLICATION_SUBMIT,
        lambda request: {**programme(request), "pathway": "academic"},
        methods=CHANGING,
    ),
    Endpoint("courses:application", Permission.APPLICATION_SUBMIT, own, refused=("other_trainee",)),
    Endpoint(
        "courses:application_withdraw", Permission.APPLICATION_SUBMIT, own, refused=("other_trainee",), methods=CHANGING
    ),
    Endpoint("courses:admission_queue", Permission.APPLICATION_DECIDE),
    Endpoint("courses:admission_decision", Permission.APPLICATION_DECIDE, own, methods=CHANGING),
]
