"""Addresses of panels that set the cut."""

from typing import Any

from exams.actions.panels import open_round
from exams.models import Exam, PanelMethod, StandardSettingPanel
from exams.practical_loading import load_practical
from lms.accounts.permissions import Permission
from lms.accounts.roles import Role
from tests.factories.exams import item_material, make_exam
from tests.factories.panels import make_panel, run_round
from tests.factories.practicals import rubric_content
from tests.project.endpoints import Endpoint


def _form(request: Any) -> dict[str, Any]:
    form = make_exam(2, programme=request.getfixturevalue("programme")).active_form
    assert form is not None
    return {"form_id": form.pk}


def _panel(request: Any, exam: Exam | None = None, method: PanelMethod = PanelMethod.ANGOFF) -> dict[str, Any]:
    """A panel whose judges are Ines and somebody outside the cast, led by somebody outside the cast."""
    form = (exam or make_exam(2, programme=request.getfixturevalue("programme"))).active_form
    assert form is not None
    make = request.getfixturevalue("make_person")
    leader, other = make("Lea Leader", Role.EXAM_ADMIN), make("Jo Judge", Role.INSTRUCTOR)
    return {"panel_id": make_panel(form, [request.getfixturevalue("instructor"), other], by=leader, method=method).pk}


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


def _by_hofstee(request: Any) -> dict[str, Any]:
    """A panel by Hofstee with its first round open."""
    place = _panel(request, method=PanelMethod.HOFSTEE)
    panel = StandardSettingPanel.objects.get(pk=place["panel_id"])
    open_round(panel=panel, show_p=False, note="", by=panel.opened_by)
    return place


def _station(request: Any) -> dict[str, Any]:
    programme = request.getfixturevalue("programme")
    load_practical(rubric_content(programme=programme.code))
    return {"code": "tms-technician-practical", "number": 1, "station": "P01"}


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
    Endpoint("exams:panel_record", RUN, _panel),
    Endpoint("exams:panel_record_csv", RUN, _panel),
    Endpoint("exams:station_cuts", RUN),
    Endpoint("exams:station_cut", RUN, _station),
    # Those who run panels read every closed round, judges those of their own panels.
    Endpoint("exams:panel_round", RATE, _closed, NO_JUDGES[:3]),
    Endpoint("exams:own_panels", RATE),
    Endpoint("exams:judging", RATE, _panel, NO_JUDGES),
    Endpoint("exams:judge_item", RATE, _place, NO_JUDGES, ("GET", "POST")),
    Endpoint("exams:judge_figures", RATE, _by_hofstee, NO_JUDGES, ("GET", "POST")),
    Endpoint("exams:judge_figure", RATE, _drawn, NO_JUDGES),
]
