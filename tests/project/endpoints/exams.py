"""Addresses of the exams package."""

from typing import Any

from django.utils import timezone

from exams.actions import attempts
from exams.actions.analyses import make_analysis
from exams.actions.appeals import open_appeal
from exams.actions.evidence import pack_evidence, request_evidence
from exams.actions.item_figures import keep_picture
from exams.actions.item_imports import take_file
from exams.actions.item_remarks import comment
from exams.actions.pending import RELEASE
from exams.actions.regrades import propose_key_change
from exams.loading import load_items
from exams.models import Attempt, ExamSession, ItemVersion
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from exams.views.item_figures import note_of
from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from lms.approvals.actions import propose
from tests.factories.exam_sessions import make_session, seat_candidate
from tests.factories.exams import complete_course, item_material, make_exam, start_attempt
from tests.factories.items import make_draft, make_submitted
from tests.factories.pictures import picture
from tests.project.endpoints import Endpoint


def _exam(request: Any) -> dict[str, Any]:
    enrolment = complete_course(request.getfixturevalue("enrolment"))
    return {"code": make_exam(3, programme=enrolment.programme).code}


def _attempt(request: Any) -> dict[str, Any]:
    enrolment = request.getfixturevalue("enrolment")
    return {"attempt_id": start_attempt(enrolment, make_exam(3, programme=enrolment.programme)).pk}


def _figure(request: Any) -> dict[str, Any]:
    return _attempt(request) | {"number": 1}


def _seat(request: Any) -> dict[str, Any]:
    """A seat of Ada in a session of Ines."""
    enrolment, planner = complete_course(request.getfixturevalue("enrolment")), request.getfixturevalue("registrar")
    exam = make_exam(3, programme=enrolment.programme)
    seat_candidate(make_session(exam, request.getfixturevalue("instructor"), by=planner), enrolment, by=planner)
    return {"code": exam.code}


def _session(request: Any) -> dict[str, Any]:
    """A session of Ines, with Ada's attempt in it."""
    enrolment, planner = complete_course(request.getfixturevalue("enrolment")), request.getfixturevalue("registrar")
    invigilator = request.getfixturevalue("instructor")
    session = make_session(make_exam(3, programme=enrolment.programme), invigilator, by=planner)
    seat_candidate(session, enrolment, by=planner, admitted_by=invigilator)
    return {"session_id": session.pk}


def _watched(request: Any) -> dict[str, Any]:
    session = ExamSession.objects.get(pk=_session(request)["session_id"])
    return {"attempt_id": start_attempt(request.getfixturevalue("enrolment"), session.exam).pk}


def _item(request: Any) -> dict[str, Any]:
    request.getfixturevalue("db")
    figure = {"file": "figures/a.svg", "alt": "A circle."}
    load_items([item_material("D1-001", figure=figure)], drawings={"D1-001": b"<svg/>"})
    return {"code": "D1-001"}


def _draft(request: Any) -> dict[str, Any]:
    version = make_draft(request.getfixturevalue("item_author"))
    return {"code": version.item.code, "number": version.number}


def _kept_figure(request: Any) -> dict[str, Any]:
    """A picture that the item author of the cast has on a form."""
    author = request.getfixturevalue("item_author")
    return {"note": note_of(author, keep_picture(content=picture(), by=author))}


def _own_item(request: Any) -> dict[str, Any]:
    return {"code": _draft(request)["code"]}


def _asked_for(request: Any) -> dict[str, Any]:
    """An item of somebody else that the item author of the cast is asked to review."""
    writer = request.getfixturevalue("make_person")("Wilma Writer", Role.ITEM_AUTHOR)
    reviewer, admin = request.getfixturevalue("item_author"), request.getfixturevalue("exam_admin")
    version = make_submitted(writer, reviewer, by=admin)
    return {"code": version.item.code, "number": version.number}


def _comment(request: Any) -> dict[str, Any]:
    place = _draft(request)
    version = ItemVersion.objects.get(item__code=place["code"])
    remark = comment(version=version, text="Why?", by=request.getfixturevalue("exam_admin"))
    return place | {"comment_id": remark.pk}


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


def _analysis(request: Any) -> dict[str, Any]:
    """An analysis of a form that one trainee has sat."""
    attempt = _closed(request)
    made = make_analysis(form_id=attempt.form_id, since=None, until=None)
    return {"form_id": attempt.form_id, "analysis_id": made.pk}


def _analysed_item(request: Any) -> dict[str, Any]:
    return _analysis(request) | {"position": 1}


def _blueprint(request: Any) -> dict[str, Any]:
    return {"code": make_exam(3, programme=request.getfixturevalue("programme")).code}


def _import(request: Any) -> dict[str, Any]:
    """A file that the item author of the cast uploaded."""
    facts = {"name": "q.gift", "content": b"Which? {=a ~b}", "encoding": "utf-8", "area": "D1", "level": "recall"}
    return {"import_id": take_file(**facts, by=request.getfixturevalue("item_author")).pk}


def _pack(request: Any) -> dict[str, Any]:
    """The evidence of a year without attempts."""
    exam = make_exam(3, programme=request.getfixturevalue("programme"))
    pack = request_evidence(exam=exam, year=2025, by=request.getfixturevalue("exam_admin"))
    pack_evidence(str(pack.pk))
    return {"pack_id": pack.pk}


TAKE = Permission.ATTEMPT_TAKE
OTHERS = ("other_trainee",)
AUTHORS = ("item_author",)
WRITE, APPROVE, MANAGE = Permission.ITEM_WRITE, Permission.ITEM_APPROVE, Permission.ITEM_MANAGE
KIND = {"kind": "single_choice"}
OTHER_INVIGILATORS = ("other_instructor",)

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
    Endpoint("exams:pulse", TAKE, _attempt, OTHERS, ("POST",)),
    Endpoint("exams:exam_sessions", Permission.SESSION_PLAN),
    Endpoint("exams:exam_session_plan", Permission.SESSION_PLAN, methods=("GET", "POST")),
    Endpoint("exams:exam_supervision", Permission.SUPERVISION_DECIDE, _exam, methods=("GET", "POST")),
    Endpoint("exams:exam_session", Permission.SESSION_PLAN, _session),
    Endpoint("exams:exam_session_change", Permission.SESSION_PLAN, _session, methods=("GET", "POST")),
    Endpoint("exams:seat_calendar", TAKE, _seat, OTHERS),
    Endpoint("exams:invigilation", Permission.INVIGILATE),
    Endpoint("exams:console", Permission.INVIGILATE, _session, OTHER_INVIGILATORS),
    Endpoint("exams:console_rows", Permission.INVIGILATE, _session, OTHER_INVIGILATORS),
    Endpoint("exams:watched_attempt", Permission.INVIGILATE, _watched, OTHER_INVIGILATORS),
    Endpoint("exams:review", TAKE, _attempt, OTHERS),
    Endpoint("exams:submit", TAKE, _attempt, OTHERS, ("GET", "POST")),
    Endpoint("exams:bank", Permission.BANK_READ),
    Endpoint("exams:bank_item", Permission.BANK_READ, _item, AUTHORS),
    Endpoint("exams:bank_figure", Permission.BANK_READ, _item, AUTHORS),
    Endpoint("exams:item_review", Permission.ITEM_REVIEW, _item, methods=("POST",)),
    Endpoint("exams:item_kinds", WRITE),
    Endpoint("exams:item_new", WRITE, lambda request: KIND, methods=("GET", "POST")),
    Endpoint("exams:item_preview", WRITE, lambda request: KIND, methods=("POST",)),
    Endpoint("exams:item_kept_figure", WRITE, _kept_figure),
    Endpoint("exams:item_edit", WRITE, _draft, methods=("GET", "POST")),
    Endpoint("exams:item_step", WRITE, _draft, methods=("POST",)),
    Endpoint("exams:item_revise", WRITE, _own_item, methods=("POST",)),
    Endpoint("exams:item_export", Permission.BANK_READ, methods=("GET", "POST")),
    Endpoint("exams:item_imports", WRITE, methods=("GET", "POST")),
    Endpoint("exams:item_import", WRITE, _import),
    Endpoint("exams:item_import_state", WRITE, _import),
    Endpoint("exams:item_import_confirm", WRITE, _import, methods=("POST",)),
    Endpoint("exams:item_import_discard", WRITE, _import, methods=("POST",)),
    Endpoint("exams:evidence", Permission.EVIDENCE_READ, methods=("GET", "POST")),
    Endpoint("exams:evidence_file", Permission.EVIDENCE_READ, _pack),
    Endpoint("exams:item_reviews", APPROVE),
    Endpoint("exams:item_review_page", APPROVE, _asked_for),
    Endpoint("exams:item_answer", APPROVE, _asked_for, methods=("POST",)),
    Endpoint("exams:item_verdict", APPROVE, _asked_for, methods=("POST",)),
    Endpoint("exams:item_comment", Permission.BANK_READ, _draft, methods=("POST",)),
    Endpoint("exams:item_resolve", Permission.BANK_READ, _comment, methods=("POST",)),
    Endpoint("exams:item_enemies", Permission.BANK_READ),
    Endpoint("exams:item_compare", Permission.BANK_READ, _item, AUTHORS),
    Endpoint("exams:item_history", Permission.BANK_READ, _item, AUTHORS),
    Endpoint("exams:item_sets", MANAGE, methods=("GET", "POST")),
    Endpoint("exams:item_assign", MANAGE, _asked_for, methods=("POST",)),
    Endpoint("exams:item_ask", MANAGE, _own_item, methods=("POST",)),
    Endpoint("exams:item_retire", MANAGE, _item, methods=("GET", "POST")),
    Endpoint("exams:forms", Permission.FORM_READ),
    Endpoint("exams:form", Permission.FORM_READ, _form),
    Endpoint("exams:form_swap", Permission.FORM_WRITE, _form, methods=("POST",)),
    Endpoint("exams:form_move", Permission.FORM_WRITE, _form, methods=("POST",)),
    Endpoint("exams:form_remake", Permission.FORM_WRITE, _form, methods=("POST",)),
    Endpoint("exams:analyses", Permission.STATISTICS_READ, _form),
    Endpoint("exams:analyse", Permission.STATISTICS_READ, _form, methods=("POST",)),
    Endpoint("exams:analysis", Permission.STATISTICS_READ, _analysis),
    Endpoint("exams:gradebook", Permission.GRADEBOOK_READ),
    Endpoint("exams:gradebook_csv", Permission.GRADEBOOK_READ),
    Endpoint("exams:gradebook_xlsx", Permission.GRADEBOOK_READ),
    Endpoint("exams:by_year", Permission.STATISTICS_READ),
    Endpoint("exams:by_year_csv", Permission.STATISTICS_READ, _blueprint),
    Endpoint("exams:analysis_pdf", Permission.STATISTICS_READ, _analysis),
    Endpoint("exams:analysis_xlsx", Permission.STATISTICS_READ, _analysis),
    Endpoint("exams:analysis_csv", Permission.STATISTICS_READ, _analysis),
    Endpoint("exams:analysed_item", Permission.STATISTICS_READ, _analysed_item),
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
    Endpoint("exams:appeal_take_over", Permission.APPEAL_DECIDE, _appeal, methods=("POST",)),
    Endpoint("exams:appeal_decide", Permission.APPEAL_DECIDE, _appeal, methods=("POST",)),
    Endpoint("exams:key_change", Permission.KEY_CHANGE, _version, methods=("GET", "POST")),
    Endpoint("exams:key_change_effects", Permission.KEY_CHANGE, _correction),
]
