"""Addresses of the exams package."""

from typing import Any

from django.utils import timezone

from exams.actions import attempts
from exams.actions.appeals import open_appeal
from exams.actions.regrades import propose_key_change
from exams.actions.releases import RELEASE
from exams.loading import load_items
from exams.models import Attempt, ItemVersion
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from lms.accounts.permissions import Permission
from lms.approvals.actions import propose
from tests.factories.exams import complete_course, item_material, make_exam, start_attempt
from tests.project.endpoints import Endpoint


def _exam(request: Any) -> dict[str, Any]:
    enrolment = complete_course(request.getfixturevalue("enrolment"))
    return {"code": make_exam(3, programme=enrolment.programme).code}


def _attempt(request: Any) -> dict[str, Any]:
    enrolment = request.getfixturevalue("enrolment")
    return {"attempt_id": start_attempt(enrolment, make_exam(3, programme=enrolment.programme)).pk}


def _figure(request: Any) -> dict[str, Any]:
    return _attempt(request) | {"number": 1}


def _item(request: Any) -> dict[str, Any]:
    request.getfixturevalue("db")
    figure = {"file": "figures/a.svg", "alt": "A circle."}
    load_items([item_material("D1-001", figure=figure)], drawings={"D1-001": b"<svg/>"})
    return {"code": "D1-001"}


def _closed(request: Any) -> Attempt:
    """An attempt of the trainee whose result is out."""
    enrolment = request.getfixturevalue("enrolment")
    attempt = start_attempt(enrolment, make_exam(3, programme=enrolment.programme))
    person, now = enrolment.person, timezone.now()
    return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=person, received_at=now)


def _released(request: Any) -> dict[str, Any]:
    return {"attempt_id": _closed(request).pk}


def _appeal(request: Any) -> dict[str, Any]:
    attempt = _closed(request)
    facts = {"attempt": attempt, "kind": AppealKind.RESULT, "text": "More points."}
    return {"appeal_id": open_appeal(**facts, by=attempt.enrolment.person).pk}


def _version(request: Any) -> dict[str, Any]:
    make_exam(3, programme=request.getfixturevalue("programme"))
    return {"code": "D1-001", "number": 1}


def _batch(request: Any) -> dict[str, Any]:
    attempt, admin = _closed(request), request.getfixturevalue("exam_admin")
    payload = {"scores": [attempt.scores.get().pk], "digest": "0"}
    return {"proposal_id": propose(kind=RELEASE, target="0", payload=payload, reason="Checked.", by=admin).pk}


def _correction(request: Any) -> dict[str, Any]:
    make_exam(3, programme=request.getfixturevalue("programme"))
    facts = {"version": ItemVersion.objects.first(), "policy": KeyPolicy.FULL_CREDIT, "reason": "Wrong."}
    return {"proposal_id": propose_key_change(**facts, by=request.getfixturevalue("exam_admin")).pk}


def _form(request: Any) -> dict[str, Any]:
    form = make_exam(3, programme=request.getfixturevalue("programme")).active_form
    assert form is not None
    return {"form_id": form.pk}


def _blueprint(request: Any) -> dict[str, Any]:
    return {"code": make_exam(3, programme=request.getfixturevalue("programme")).code}


TAKE = Permission.ATTEMPT_TAKE
OTHERS = ("other_trainee",)

ENDPOINTS = [
    Endpoint("exams:start", TAKE, _exam, OTHERS, ("GET", "POST")),
    Endpoint("exams:tutorial_room", TAKE, _exam, OTHERS),
    Endpoint("exams:tutorial_items", TAKE, _exam, OTHERS),
    Endpoint("exams:tutorial_save", TAKE, _exam, OTHERS, ("POST",)),
    Endpoint("exams:tutorial_flag", TAKE, _exam, OTHERS, ("POST",)),
    Endpoint("exams:tutorial_review", TAKE, _exam, OTHERS),
    Endpoint("exams:tutorial_submit", TAKE, _exam, OTHERS, ("GET", "POST")),
    Endpoint("exams:attempts", Permission.RESULT_READ),
    Endpoint("exams:room", TAKE, _attempt, OTHERS),
    Endpoint("exams:items", TAKE, _attempt, OTHERS),
    Endpoint("exams:figure", TAKE, _figure, OTHERS),
    Endpoint("exams:save", TAKE, _attempt, OTHERS, ("POST",)),
    Endpoint("exams:flag", TAKE, _attempt, OTHERS, ("POST",)),
    Endpoint("exams:claim", TAKE, _attempt, OTHERS, ("GET", "POST")),
    Endpoint("exams:review", TAKE, _attempt, OTHERS),
    Endpoint("exams:submit", TAKE, _attempt, OTHERS, ("GET", "POST")),
    Endpoint("exams:bank", Permission.BANK_READ),
    Endpoint("exams:bank_item", Permission.BANK_READ, _item),
    Endpoint("exams:bank_figure", Permission.BANK_READ, _item),
    Endpoint("exams:item_review", Permission.ITEM_REVIEW, _item, methods=("POST",)),
    Endpoint("exams:forms", Permission.FORM_READ),
    Endpoint("exams:form", Permission.FORM_READ, _form),
    Endpoint("exams:form_swap", Permission.FORM_WRITE, _form, methods=("POST",)),
    Endpoint("exams:form_move", Permission.FORM_WRITE, _form, methods=("POST",)),
    Endpoint("exams:blueprint", Permission.FORM_READ, _blueprint),
    Endpoint("exams:assemble", Permission.FORM_WRITE, _blueprint, methods=("GET", "POST")),
    Endpoint("exams:exam_forms", Permission.FORM_WRITE, _blueprint, methods=("GET", "POST")),
    Endpoint("exams:form_use", Permission.FORM_WRITE, _blueprint, methods=("POST",)),
    Endpoint("exams:result", Permission.RESULT_READ, _attempt, OTHERS),
    Endpoint("exams:report_pdf", Permission.RESULT_READ, _released, OTHERS),
    Endpoint("exams:results", Permission.RESULT_RELEASE),
    Endpoint("exams:results_waiting", Permission.RESULT_RELEASE),
    Endpoint("exams:results_act", Permission.RESULT_RELEASE, methods=("POST",)),
    Endpoint("exams:release_batch", Permission.RESULT_RELEASE, _batch),
    Endpoint("exams:appeal_open", Permission.APPEAL_OPEN, _released, OTHERS, ("GET", "POST")),
    Endpoint("exams:appeal", Permission.APPEAL_OPEN, _appeal, OTHERS),
    Endpoint("exams:appeal_withdraw", Permission.APPEAL_OPEN, _appeal, OTHERS, ("POST",)),
    Endpoint("exams:docket", Permission.APPEAL_DECIDE),
    Endpoint("exams:docket_appeal", Permission.APPEAL_DECIDE, _appeal),
    Endpoint("exams:appeal_assign", Permission.APPEAL_DECIDE, _appeal, methods=("POST",)),
    Endpoint("exams:appeal_decide", Permission.APPEAL_DECIDE, _appeal, methods=("POST",)),
    Endpoint("exams:key_change", Permission.KEY_CHANGE, _version, methods=("GET", "POST")),
    Endpoint("exams:key_change_effects", Permission.KEY_CHANGE, _correction),
]
