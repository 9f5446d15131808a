"""A small site of its own with answers of many people; runs inside a process of the site."""

from courses.models import Pathway, Programme
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.exams.staff import enrol, sit
from tests.factories.exams import make_exam
from tests.factories.studies import answers, sat, second_form

PLACES = (-1.5, -0.7, 0.0, 0.6, 1.2, 2.0)


def set_up() -> None:
    """Make an exam administrator, two forms that share items, and answers of some hundreds of people."""
    xenia = create_person(email="xenia@example.org", full_name="Xenia Petrou", password=PASSWORD, by=None)
    grant_role(person=xenia, role=Role.EXAM_ADMIN, by=None)
    programme = Programme.objects.create(code="measured", title="Measured", curriculum_version="2026.1")
    exam = make_exam(len(PLACES), programme=programme)
    for number, given in enumerate(("bbbbbb", "bbbbba", "bbbaac", "bbaaaa", "baacaa", "aacaab")):
        person = create_person(email=f"p{number}@example.org", full_name=f"Person {number}", password=PASSWORD, by=None)
        grant_role(person=person, role=Role.TRAINEE, by=None)
        sit(enrol(person, programme), exam, given)
    pathways = [{}] * 300 + [{"pathway": Pathway.PROVIDER}] * 230
    sat(exam, exam.active_form, answers(1, len(pathways), PLACES), facts=pathways)
    shared = second_form(exam, [f"D1-{number:03}" for number in range(1, 6)])
    sat(exam, shared, answers(2, 150, PLACES[:5]))
