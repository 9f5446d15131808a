"""A small site of its own for panels that set the cut; runs inside a process of the site."""

from courses.models import Programme
from exams.actions.panels import open_round
from exams.models import ExamForm, PanelMethod
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.factories.exams import make_exam
from tests.factories.panels import give_scores, make_panel

PEOPLE = {
    "xenia": ("Xenia Petrou", Role.EXAM_ADMIN),
    "yusuf": ("Yusuf Demir", Role.EXAM_ADMIN),
    "ines": ("Ines Aalto", Role.INSTRUCTOR),
    "hana": ("Hana Sato", Role.PHYSICIAN),
}
COUNTS = {"0": 5, "1": 10, "2": 15, "3": 10}


def set_up() -> None:
    """Make two exam administrators, two judges, and a locked form of three items with results of forty people."""
    for key, (name, role) in PEOPLE.items():
        person = create_person(email=f"{key}@example.org", full_name=name, password=PASSWORD, by=None)
        grant_role(person=person, role=role, by=None)
    programme = Programme.objects.create(code="panels", title="Panels", curriculum_version="2026.1")
    make_exam(3, programme=programme)
    give_scores(ExamForm.objects.get(), COUNTS)


def open_panel_by(method: str) -> str:
    """Open a panel of Ines and Hana by a method, with its first round, and return its key."""
    xenia, ines, hana = (User.objects.get(email=f"{key}@example.org") for key in ("xenia", "ines", "hana"))
    panel = make_panel(ExamForm.objects.get(version=1), [ines, hana], by=xenia, method=PanelMethod(method))
    open_round(panel=panel, show_p=False, note="", by=xenia)
    return str(panel.pk)
