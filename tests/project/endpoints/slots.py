"""Addresses of slots, requests for a practical, and sites of providers."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.practicals import make_rubric
from tests.factories.slots import ask_for, make_site, make_slot, ready_to_ask
from tests.project.endpoints import Endpoint


def slot(request: Any) -> dict[str, Any]:
    """A free slot of Ines."""
    return {"slot_id": make_slot(request.getfixturevalue("instructor")).pk}


def sitting_request(request: Any) -> dict[str, Any]:
    """Ada asks Ines for a slot."""
    enrolment = ready_to_ask(request.getfixturevalue("enrolment"))
    row = ask_for(enrolment, make_slot(request.getfixturevalue("instructor")))
    return {"request_id": row.pk}


def own_enrolment(request: Any) -> dict[str, Any]:
    """Ada, who may ask."""
    return {"enrolment_id": ready_to_ask(request.getfixturevalue("enrolment")).pk}


def own_slot(request: Any) -> dict[str, Any]:
    """Ada, and a slot that she may ask for."""
    return own_enrolment(request) | slot(request)


def site(request: Any) -> dict[str, Any]:
    """The site of a provider."""
    return {"site_id": make_site(request.getfixturevalue("registrar")).pk}


def programme(request: Any) -> dict[str, Any]:
    """The programme of Ada, which has a practical."""
    row = request.getfixturevalue("enrolment")
    make_rubric(row)
    return {"code": row.programme.code}


OTHER_ASSESSOR, OTHER_TRAINEE = ("other_instructor",), ("other_trainee",)
BOTH = ("GET", "POST")

ENDPOINTS = [
    Endpoint("exams:slots", Permission.SLOT_OFFER),
    Endpoint("exams:slot_publish", Permission.SLOT_OFFER, methods=BOTH),
    Endpoint("exams:slot_withdraw", Permission.SLOT_OFFER, slot, OTHER_ASSESSOR, ("POST",)),
    Endpoint("exams:sitting_requests", Permission.SITTING_ANSWER),
    Endpoint("exams:sitting_request", Permission.SITTING_ANSWER, sitting_request, OTHER_ASSESSOR, BOTH),
    Endpoint("exams:own_practical", Permission.SLOT_BOOK),
    Endpoint("exams:assessor_ask", Permission.SLOT_BOOK, own_enrolment, OTHER_TRAINEE, BOTH),
    Endpoint("exams:slot_ask", Permission.SLOT_BOOK, own_slot, OTHER_TRAINEE, BOTH),
    Endpoint("exams:request_withdraw", Permission.SLOT_BOOK, sitting_request, OTHER_TRAINEE, ("POST",)),
    Endpoint("exams:booking_cancel", Permission.SLOT_BOOK, sitting_request, OTHER_TRAINEE, BOTH),
    Endpoint("exams:sites", Permission.SITES_MANAGE, methods=BOTH),
    Endpoint("exams:site", Permission.SITES_MANAGE, site, (), BOTH),
    Endpoint("exams:circuit_sittings", Permission.SITTING_ASSIGN, programme, (), ("POST",)),
]
