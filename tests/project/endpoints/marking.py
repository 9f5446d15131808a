"""Addresses of marking."""

from typing import Any

from lms.accounts.permissions import Permission
from tests.factories.bank import FIGURE, HEAD
from tests.factories.exams import make_exam
from tests.factories.marking import essay, hand_in, take
from tests.project.endpoints import Endpoint


def _task(request: Any) -> dict[str, Any]:
    """An answer of Ada's, to a question with a drawing, that Ines has taken."""
    enrolment = request.getfixturevalue("enrolment")
    items = [essay("D1-901", figure=FIGURE)]
    exam = make_exam(1, programme=enrolment.programme, items=items, drawings={"D1-901": HEAD.encode()})
    hand_in(enrolment, exam, {1: "I stop the train."})
    return {"task_id": take(request.getfixturevalue("instructor")).pk}


def _exam(request: Any) -> dict[str, Any]:
    return {"code": make_exam(1, programme=request.getfixturevalue("programme")).code}


MARK = Permission.MARK_ANSWERS
OTHERS = ("other_instructor", "exam_admin")

ENDPOINTS = [
    Endpoint("exams:marking", MARK),
    Endpoint("exams:marking_take", MARK, methods=("POST",)),
    Endpoint("exams:marking_task", MARK, _task, OTHERS),
    # Whoever lost an answer meanwhile gets back what they typed, and nothing else.
    Endpoint("exams:marking_mark", MARK, _task, methods=("POST",)),
    Endpoint("exams:marking_figure", MARK, _task, OTHERS),
    # For others it is not there to be put back: they are told so on their own list.
    Endpoint("exams:marking_put_back", MARK, _task, methods=("POST",)),
    Endpoint("exams:marking_progress", Permission.MARKING_OVERSEE),
    Endpoint("exams:marking_settings", Permission.MARKING_OVERSEE, _exam, methods=("GET", "POST")),
]
