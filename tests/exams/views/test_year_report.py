"""The programme by year: numbers from real results, their file, what they cost."""

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.accounts.roles import Role
from tests.exams.staff import enrol, sit
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(programme):
    return make_exam(4, programme=programme)  # two of four points pass


def sit_in(year, exam, programme, make_person, answers):
    """Let one person sit for each answer, in this year."""
    found = []
    with time_machine.travel(datetime(year, 6, 1, 9, tzinfo=UTC)):
        for number, given in enumerate(answers):
            found.append(sit(enrol(make_person(f"Candidate {year}-{number}", Role.TRAINEE), programme), exam, given))
    return found


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_year_in_numbers(exam, programme, make_person, exam_admin, client_for):
    tried = sit_in(2025, exam, programme, make_person, ["bbbb", "bbba", "bbaa", "baaa", "aaaa"])
    with time_machine.travel(datetime(2025, 9, 1, 9, tzinfo=UTC)):
        sit(tried[3].enrolment, exam, "bbbb")
    sit_in(2026, exam, programme, make_person, ["bbbb"])
    desk = client_for(exam_admin)
    page = words(desk.get("/results/by-year/"))
    assert page.index('<th scope="row">2026') < page.index('<th scope="row">2025')
    assert "60 %, 3 of 5" in page
    assert "not shown</span> (n = 6)" in page
    assert "Candidate" not in page
    answer = desk.get("/results/by-year/written-exam.csv")
    rows = {
        (row["year"], row["measure"]): row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    }
    assert float(rows["2025", "pass_rate_first_attempts"]["value"]) == 0.6
    assert (rows["2025", "pass_rate_retakes"]["n"], rows["2025", "pass_rate_retakes"]["hidden"]) == ("1", "yes")
    assert rows["2025", "persons_who_came_again"]["value"] == "1"
    # (4 + 3 + 2 + 1 + 0) of 5 · 4 points.
    assert float(rows["2025", "mean_share_of_points"]["value"]) == pytest.approx(0.5)
    assert rows["2026", "mean_share_of_points"]["value"] == ""


def test_years_cost_the_same_however_many(exam, programme, make_person, exam_admin, client_for):
    desk = client_for(exam_admin)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get("/results/by-year/").status_code == 200
        return len(queries)

    sit_in(2024, exam, programme, make_person, ["bbbb"])
    cost()
    few = cost()
    sit_in(2025, exam, programme, make_person, ["bbbb", "aaaa"])
    sit_in(2026, exam, programme, make_person, ["bbbb"])
    assert cost() == few <= 12


def test_nothing_yet(exam_admin, client_for, exam):
    assert "No result of this exam is out yet." in words(client_for(exam_admin).get("/results/by-year/"))
    assert client_for(exam_admin).get("/results/by-year/no-such.csv").status_code == 404
