"""Addresses of panels that set the cut."""

from typing import Any

from exams.actions.panels import open_round
from exams.models import Exam, StandardSettingPanel
from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from tests.factories.exams import item_material, make_exam
from tests.factories.panels import make_panel, run_round
from tests.project.endpoints import Endpoint


def _form(request: Any) -> dict[str, Any]:
    form = make_exam(2, programme=request.getfixturevalue("programme")).active_form
    assert form is not None
    return {"form_id": form.pk}


def _panel(request: Any, exam: Exam | None = None) -> dict[str, Any]:
    """A panel whose judges are Ines and somebody outside the cast, led by somebody outside the cast."""
    form = (exam or make_exam(2, programme=request.getfixturevalue("programme"))).active_form
    assert form is not None
    make = request.getfixturevalue("make_person")
    leader, other = make("Lea Leader", Role.EXAM_ADMIN), make("Jo Judge", Role.INSTRUCTOR)
    return {"panel_id": make_panel(form, [request.getfixturevalue("instructor"), other], by=leader).pk}


def _place(request: Any, exam: Exam | None = None) -> dict[str, Any]:
    place = _panel(request, exam)
    panel = StandardSettingPanel.objects.get(pk=place["panel_id"])
    open_round(panel=panel, show_p=False, note="", by=panel.opened_by)
    return place | {"place": 1}


def _closed(request: Any) -> dict[str, Any]:
    place = _panel(request)
    panel = StandardSettingPanel.objects.get(pk=place["panel_id"])
    run_round(panel, {request.getfixturevalue("instructor"): [50, 60]}, by=panel.opened_by)
    return place | {"number": 1}


def _drawn(request: Any) -> dict[str, Any]:
    """A place whose item has a drawing."""
    drawn = item_material("D1-900", figure={"file": "figures/a.svg", "alt": "A coil."})
    exam = make_exam(2, programme=request.getfixturevalue("programme"), items=[drawn], drawings={"D1-900": b"<svg/>"})
    return _place(request, exam)


RUN, RATE = Permission.PANEL_RUN, Permission.PANEL_RATE
NO_JUDGES = ("other_instructor", "item_author", "physician", "exam_admin")

ENDPOINTS = [
    Endpoint("exams:form_panels", RUN, _form, methods=("GET", "POST")),
    Endpoint("exams:panel", RUN, _panel),
    Endpoint("exams:panel_rows", RUN, _panel),
    Endpoint("exams:panel_judge", RUN, _panel, methods=("POST",)),
    Endpoint("exams:panel_open", RUN, _panel, methods=("POST",)),
    Endpoint("exams:panel_close", RUN, _panel, methods=("POST",)),
    Endpoint("exams:panel_adopt", RUN, _panel, methods=("POST",)),
    # Those who run panels read every closed round, judges those of their own panels.
    Endpoint("exams:panel_round", RATE, _closed, NO_JUDGES[:3]),
    Endpoint("exams:own_panels", RATE),
    Endpoint("exams:judging", RATE, _panel, NO_JUDGES),
    Endpoint("exams:judge_item", RATE, _place, NO_JUDGES, ("GET", "POST")),
    Endpoint("exams:judge_figure", RATE, _drawn, NO_JUDGES),
]
