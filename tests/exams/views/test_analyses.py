"""Pages of form analyses: what they say, what they never say, what they cost."""

import csv
import io
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from exams.actions.analyses import ANALYSE, make_analysis
from exams.models import FormAnalysis, KeyRead
from lms.accounts.roles import Role
from lms.jobs.models import Job, JobState
from tests.exams.staff import enrol, run_jobs, sit
from tests.factories.bank import ORDERING
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


def test_an_analysis_that_failed_is_told_until_a_newer_one_is_made(desk, exam):
    base = f"/forms/{exam.active_form_id}/"
    desk.post(f"{base}analyse", {"since": "", "until": ""})
    Job.objects.filter(kind=ANALYSE).update(state=JobState.DEAD, finished_at=timezone.now())
    page = words(desk.get(f"{base}analysis/"))
    assert "The worker could not make the analysis." in page
    assert "data-waiting" not in page
    make_analysis(form_id=exam.active_form_id, since=None, until=None)
    assert "The worker could not make the analysis." not in words(desk.get(f"{base}analysis/"))


def test_from_nothing_to_the_page_of_an_item(desk, exam):
    base = f"/forms/{exam.active_form_id}/"
    assert "This form has not been analysed yet." in words(desk.get(f"{base}analysis/"))
    asked = desk.post(f"{base}analyse", {"since": "", "until": ""}, follow=True)
    assert "The analysis is being made" in words(asked)
    run_jobs(ANALYSE)
    page = words(desk.get(f"{base}analysis/"))
    assert "4 persons" in page
    assert "With fewer than 50 persons" in page
    # Totals 4, 3, 2, 0 of 4: mean 2.25.
    assert "<dt>Mean</dt><dd>2.25</dd>" in page
    one = FormAnalysis.objects.get()
    item = words(desk.get(f"{base}analysis/{one.pk}/2/"))
    assert "What is the answer to question d1-002?" in item
    right = '<th scope="row">b <span class="tag tag--good">Right</span></th>'
    assert f'{right}<td class="number"><span class="data-label">Persons </span>2' in item
    assert KeyRead.objects.filter(page="statistics").count() == 1
    assert "Candidate" not in page + item


def test_few_persons_flag_nothing(desk, exam):
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    page = words(desk.get(f"/forms/{exam.active_form_id}/analysis/"))
    assert "flags need 30 persons or more" in page
    assert "need a look" not in page
    assert "needs a look" not in page
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        figures = made.figures | {"items": [item | {"n": 30} for item in made.figures["items"]]}
        FormAnalysis.objects.create(form=made.form, persons=30, rules=made.rules, figures=figures, data_digest="0")
    page = words(desk.get(f"/forms/{exam.active_form_id}/analysis/"))
    assert "flags need" not in page
    assert "4 items need a look" in page


def test_an_analysis_is_outdated_once_a_score_came_after_it(desk, exam, programme, make_person):
    address = f"/forms/{exam.active_form_id}/analysis/"
    make_analysis(form_id=exam.active_form_id, since=None, until=None)
    early = make_analysis(form_id=exam.active_form_id, since=None, until="2020-01-01")
    assert "outdated" not in words(desk.get(address))
    sit(enrol(make_person("Late Comer", Role.TRAINEE), programme), exam, "bbbb")
    assert "This analysis is outdated" in words(desk.get(address))
    assert "outdated" not in words(desk.get(f"{address}{early.pk}/"))
    make_analysis(form_id=exam.active_form_id, since=None, until=None)
    assert "outdated" not in words(desk.get(address))


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
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["item"] for row in rows] == ["D1-001", "D1-002", "D1-003", "D1-004"]
    assert [float(row["p"]) for row in rows] == [0.75, 0.5, 0.25, 0.75]


def test_the_report_is_an_accessible_pdf_of_the_same_numbers(desk, exam):
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    answer = desk.get(f"/forms/{exam.active_form_id}/analysis/{made.pk}/analysis.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as facts:
            assert facts["pdfuaid:part"] == "1"
    document = pypdfium2.PdfDocument(answer.content)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    assert "Mean 2.25" in text
    assert "D1-004" in text
    assert "One mark for each item" in text
    assert "Candidate" not in text
    nobody = make_analysis(form_id=exam.active_form_id, since=None, until="2020-01-01")
    assert desk.get(f"/forms/{exam.active_form_id}/analysis/{nobody.pk}/analysis.pdf").status_code == 200


def test_sheets_hold_numbers_and_texts_but_no_formulas(desk, programme, make_person):
    exam = make_exam(2, programme=programme, items=[ORDERING])
    for number, given in enumerate(["bca", "bac"]):
        order = [f"{place}:{option}" for place, option in enumerate(given, start=1)]
        sit(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, [order, "b"])
    made = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    answer = desk.get(f"/forms/{exam.active_form_id}/analysis/{made.pk}/analysis.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    form = {row[0]: row[1:] for row in book["Form"].iter_rows(values_only=True)}
    assert form["mean"] == (pytest.approx(11 / 6), None)
    assert form["kr20"] == (None, "Items earn parts of a point, and this is for items that are right or wrong.")
    items = [row[0] for row in book["Items"].iter_rows(min_row=2, values_only=True)]
    assert (book.sheetnames, items) == (["Form", "Items"], ["D1-101", "D1-001"])
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_what_other_persons_made_of_the_item_is_compared(desk, exam, programme, make_person):
    early = make_analysis(form_id=exam.active_form_id, since=None, until=None)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        for number in range(2):
            sit(enrol(make_person(f"Late Comer {number}", Role.TRAINEE), programme), exam, "aaaa")
    split = (timezone.now() + timedelta(days=100)).date()
    late = make_analysis(form_id=exam.active_form_id, since=split.isoformat(), until=None)
    day_before = (split - timedelta(days=1)).isoformat()
    before = make_analysis(form_id=exam.active_form_id, since=None, until=day_before)
    page = words(desk.get(f"/forms/{exam.active_form_id}/analysis/{late.pk}/1/"))
    # 0 of 2 against 3 of 4: all six together 1/2, so √(1/4 · (1/2 + 1/4)) = .43; the analysis of all shares persons.
    assert page.count("−0.75 ± 0.43") == 1
    assert str(before.pk) in page
    assert str(early.pk) in page
    assert "Look</span>" not in page


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
