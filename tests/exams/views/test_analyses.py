"""Pages of form analyses: what they say, what they never say, what they cost."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exams.actions.analyses import ANALYSE, make_analysis
from exams.models import FormAnalysis, KeyRead
from lms.accounts.roles import Role
from tests.exams.staff import enrol, run_jobs, sit
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db

ANSWERS = ("bbbb", "bbab", "bcab", "caaa")


@pytest.fixture
def exam(programme, make_person):
    exam = make_exam(4, programme=programme)
    for number, given in enumerate(ANSWERS):
        sit(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, given)
    return exam


@pytest.fixture
def desk(exam_admin, client_for):
    return client_for(exam_admin)


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_from_nothing_to_the_page_of_an_item(desk, exam):
    base = f"/forms/{exam.active_form_id}/"
    assert "This form has not been analysed yet." in words(desk.get(f"{base}analysis/"))
    asked = desk.post(f"{base}analyse", {"since": "", "until": ""}, follow=True)
    assert "The analysis is being made." in words(asked)
    run_jobs(ANALYSE)
    page = words(desk.get(f"{base}analysis/"))
    assert "4 persons" in page
    assert "With fewer than 50 persons" in page
    # Totals 4, 3, 2, 0 of 4: mean 2.25.
    assert "<dt>Mean</dt><dd>2.25</dd>" in page
    one = FormAnalysis.objects.get()
    item = words(desk.get(f"{base}analysis/{one.pk}/2/"))
    assert "What is the answer to question d1-002?" in item
    assert '<th scope="row">b <span class="tag tag--good">Right</span></th><td class="number">2' in item
    assert KeyRead.objects.filter(page="statistics").count() == 1
    assert "Candidate" not in page + item


def test_a_missing_number_has_its_reason(desk, programme, make_person):
    exam = make_exam(3, programme=programme)
    for number in range(2):
        sit(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, "bbb")
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    page = words(desk.get(f"/forms/{exam.active_form_id}/analysis/{made.pk}/"))
    assert "none: Everybody has the same total score." in page


def test_a_wrong_window_is_said_and_kept(desk, exam):
    answer = desk.post(f"/forms/{exam.active_form_id}/analyse", {"since": "2026-03-01", "until": "2026-01-01"})
    assert answer.status_code == 409
    assert "The first day comes after the last one." in words(answer)
    assert 'value="2026-03-01"' in words(answer)
    assert desk.post(f"/forms/{exam.active_form_id}/analyse", {"since": "soon"}).status_code == 422


def test_csv_holds_unrounded_numbers(desk, exam):
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    answer = desk.get(f"/forms/{exam.active_form_id}/analysis/{made.pk}/items.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["item"] for row in rows] == ["D1-001", "D1-002", "D1-003", "D1-004"]
    assert [float(row["p"]) for row in rows] == [0.75, 0.5, 0.25, 0.75]


def test_pages_cost_the_same_for_more_analyses(desk, exam, programme, make_person):
    def cost() -> list[int]:
        one = FormAnalysis.objects.first()
        base = f"/forms/{exam.active_form_id}/analysis/"
        found = []
        for address in (base, f"{base}{one.pk}/", f"{base}{one.pk}/1/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert desk.get(address).status_code == 200
            found.append(len(queries))
        return found

    make_analysis(form_id=exam.active_form_id, since=None, until=None)
    cost()
    few = cost()
    sit(enrol(make_person("Late Comer", Role.TRAINEE), programme), exam, "bbbb")
    for day in range(1, 10):
        make_analysis(form_id=exam.active_form_id, since=f"2020-01-{day:02}", until=None)
    assert cost() == few
    assert max(few) <= 16


def test_another_forms_analysis_is_not_found(desk, exam):
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    assert desk.get(f"/forms/{exam.active_form_id + 1}/analysis/{made.pk}/").status_code == 404
    assert desk.get(f"/forms/{exam.active_form_id}/analysis/{made.pk}/9/").status_code == 404
