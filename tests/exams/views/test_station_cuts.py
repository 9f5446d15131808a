"""Borderline regression of stations from signed records; the line by hand."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.rules.practical import checklist_percent
from exams.rules.rubrics import rubric_from
from lms.accounts.roles import Role
from tests.exams.staff import enrol
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting, rubric_content

pytestmark = pytest.mark.django_db

ADDRESS = "/practicals/cuts/tms-technician-practical/1/P01/"


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def observed(enrolment, assessor, done: int, level: int):
    """Sign a sitting with so many of four steps done."""
    sitting = make_sitting(enrolment, assessor)
    marks = {f"P01-{n}": "done" if n <= done else "not_done" for n in range(1, 5)}
    comments = {f"P01-{n}.comment": "Seen." for n in range(1, 5) if n > done}
    met = level >= 3 and done == 4
    outcome = {} if met else {"outcome": "needs_remediation", "remark": "Again."}
    return complete_and_sign(sitting, marks | comments | {"P01.level": str(level)} | outcome)


@pytest.fixture
def enrolments(programme, make_person):
    people = [enrol(make_person(f"Trainee {letter}", Role.TRAINEE), programme) for letter in "ABC"]
    make_rubric(people[0], stations=1, criteria=4)
    return people


def test_the_line_through_levels_and_checklists(enrolments, instructor, exam_admin, client_for):
    desk = client_for(exam_admin)
    assert "There are no persons." in words(desk.get(ADDRESS))
    # 50, 75 and 100 percent at levels 2, 3 and 4: the line is 25 · level.
    for enrolment, (done, level) in zip(enrolments, ((2, 2), (3, 3), (4, 4)), strict=True):
        observed(enrolment, instructor, done, level)
    page = words(desk.get(ADDRESS))
    assert "Cut 75.0 percent of the checklist" in page
    assert "Candidates at this level 1 of 3" in page
    assert "R² 1.00" in page
    assert "2, Label 2 1 50.0 50.0" in page
    assert "Candidates rated borderline: 1, fewer than 5." in page
    assert "Cut 50.0 percent of the checklist" in words(desk.get(f"{ADDRESS}?level=2"))
    assert "Cut 75.0 percent" in words(desk.get(f"{ADDRESS}?level=nine"))
    # A later sitting of somebody who was seen before is no further candidate.
    with CaptureQueriesContext(connection) as few:
        desk.get(ADDRESS)
    observed(enrolments[0], instructor, 4, 4)
    with CaptureQueriesContext(connection) as more:
        assert "over 3 candidates" in words(desk.get(ADDRESS))
    assert len(few) == len(more)
    assert ADDRESS in desk.get("/practicals/cuts/").content.decode()
    assert desk.get(ADDRESS.replace("P01", "P99")).status_code == 404


def test_a_checklist_in_percent() -> None:
    station = rubric_from(rubric_content(1, 4)).stations[0]
    marks = {"P01-1": "done", "P01-2": "partly", "P01-3": "not_done", "P01-4": "not_applicable"}
    assert checklist_percent(station, marks) == 50
    assert checklist_percent(station, {"P01-4": "not_applicable"}) is None
