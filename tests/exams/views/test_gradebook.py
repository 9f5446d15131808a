"""The gradebook: what each reader sees, filters in the address, files of what is shown, what it costs."""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from courses.models import Enrolment, LessonCompletion, Pathway, Programme
from exams.models import Exam
from lms.accounts.roles import Role
from tests.exams.staff import enrol, sit
from tests.factories.courses import make_course
from tests.factories.exams import make_exam
from tests.factories.marking import hand_in, make_essay_exam
from tests.factories.practicals import complete_and_sign, make_sitting

pytestmark = pytest.mark.django_db
PAGE = "/gradebook/"


@pytest.fixture
def world(programme, make_person, instructor, other_instructor):
    """Anna finished all, Bert failed the exam and a station, Cleo began, Dora's essay waits, Emil never came back."""
    make_course(programme, lessons=(2, 1))
    exam = make_exam(4, programme=programme)  # two of four points pass
    people = {name: make_person(f"{name} Trainee", Role.TRAINEE) for name in ("Anna", "Bert", "Cleo", "Dora", "Emil")}
    anna, bert = (enrol(people[name], programme) for name in ("Anna", "Bert"))
    sit(anna, exam, "bbbb")
    sit(bert, exam, "aaaa")
    complete_and_sign(make_sitting(anna, instructor))
    failing = {"P02.level": "2", "outcome": "needs_remediation", "remark": "Again."}
    complete_and_sign(make_sitting(bert, other_instructor), failing)
    facts = {"programme": programme, "curriculum_version": "2026.1"}
    cleo = Enrolment.objects.create(person=people["Cleo"], pathway=Pathway.PROVIDER, **facts)
    LessonCompletion.objects.create(enrolment=cleo, lesson_code="M01-01")
    essays = make_essay_exam(1, 1, programme=programme, code="essays", title="Essays")
    dora = enrol(people["Dora"], programme)
    hand_in(dora, essays, {1: "An answer."})
    long_ago = timezone.now() - timedelta(days=3 * 366)
    Enrolment.objects.create(person=people["Emil"], pathway=Pathway.LICENSED, enrolled_at=long_ago, **facts)
    return {"exam": exam, "essays": essays, "bert": bert, "cleo": cleo}


def table(response) -> dict[str, dict[str, str]]:
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def names(client, **query) -> set[str]:
    return {name.split()[0] for name in table(client.get(PAGE + "people.csv", query))}


def test_who_is_where(world, registrar, client_for):
    browser = client_for(registrar)
    rows = table(browser.get(PAGE + "people.csv"))
    exam = world["exam"].title
    expected = {
        "Anna": ("Complete", "4/4 passed, attempt 1", "Complete", "2/2 stations met", "3/4 parts complete", "no"),
        "Bert": ("Complete", "0/4 not passed, attempt 1", "Not met", "1/2 stations met", "1/4 parts complete", "no"),
        "Cleo": ("1/3 lessons", "Nothing yet", "Nothing yet", "0/2 stations met", "0/4 parts complete", "no"),
        "Emil": ("Nothing yet", "Nothing yet", "Nothing yet", "0/2 stations met", "0/4 parts complete", "yes"),
    }
    columns = ("Online course", exam, "P02 Title of P02", "Practical", "All parts", "Overdue")
    for name, values in expected.items():
        row = rows[f"{name} Trainee"]
        assert tuple(row[column] for column in columns) == values, name
    assert rows["Dora Trainee"]["Essays"] == "Needs grading, attempt 1"
    page = browser.get(PAGE).content.decode()
    for word in ("4/4 passed, attempt 1", "Not met", "Needs grading, attempt 1", "1/3 lessons", "Overdue"):
        assert word in page
    sheet = load_workbook(io.BytesIO(browser.get(PAGE + "people.xlsx").content)).active
    cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert {row[0]: dict(zip(cells[0], row, strict=True)) for row in cells[1:]} == rows


def test_filters_and_order_stand_in_the_address(world, exam_admin, client_for):
    browser = client_for(exam_admin)
    everybody = {"Anna", "Bert", "Cleo", "Dora", "Emil"}
    assert names(browser) == names(browser, state="no such thing") == everybody
    assert names(browser, q="ann") == {"Anna"}
    assert names(browser, pathway="provider") == {"Cleo"}
    assert names(browser, state="grading") == {"Dora"}
    assert names(browser, state="course") == {"Cleo", "Emil"}
    assert names(browser, state="overdue") == {"Emil"}
    assert names(browser, state="practical") == set()
    assert names(browser, state="closed") == set()
    Enrolment.objects.filter(pk=world["cleo"].pk).update(closed_at=timezone.now())
    assert names(browser, state="closed") == {"Cleo"}
    Exam.objects.filter(pk=world["essays"].pk).update(programme=make_other_programme())
    assert names(browser, state="exam", programme="tms-technician") == {"Bert", "Dora"}
    page = browser.get(PAGE, {"sort": "-name", "state": "exam", "programme": "tms-technician"}).content.decode()
    assert page.index("Dora Trainee") < page.index("Bert Trainee")
    assert 'aria-sort="descending"' in page
    assert "state=exam&amp;sort=name" in page
    assert "Nobody matches" in browser.get(PAGE, {"q": "Zz"}).content.decode()


def make_other_programme():
    return Programme.objects.create(code="other", title="Another", curriculum_version="1")


def test_instructors_see_whom_they_assess_and_the_way_to_their_sitting(world, other_instructor, client_for):
    browser = client_for(other_instructor)
    assert names(browser) == {"Bert"}
    page = browser.get(PAGE).content.decode()
    assert "Anna" not in page
    assert "/attempts/" not in page  # results are shown, attempts may not be opened
    again = make_sitting(world["bert"], other_instructor, opened=False)
    page = browser.get(PAGE, {"state": "grading"}).content.decode()
    assert page.count(reverse("exams:sitting", args=[again.pk])) == 1  # P01 is met, P02 waits
    assert names(browser, state="practical") == {"Bert"}


def test_a_file_has_its_limit_and_texts_are_no_formulas(world, registrar, make_person, client_for, monkeypatch):
    enrol(make_person("=1+1", Role.TRAINEE), world["exam"].programme)
    browser = client_for(registrar)
    assert "'=1+1" in browser.get(PAGE + "people.csv").content.decode()
    sheet = load_workbook(io.BytesIO(browser.get(PAGE + "people.xlsx", {"q": "=1"}).content)).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")
    monkeypatch.setattr("exams.views.gradebook.MOST_IN_A_FILE", 1)
    refused = browser.get(PAGE + "people.csv", {"pathway": "academic"}, follow=True)
    assert "A file holds at most 1 people, and these are 4." in refused.content.decode()
    assert parse_qs(urlsplit(refused.redirect_chain[0][0]).query)["pathway"] == ["academic"]


def test_without_a_programme_it_says_so(registrar, client_for):
    assert "There is no programme yet" in client_for(registrar).get(PAGE).content.decode()
    assert client_for(registrar).get(PAGE + "people.csv").url == PAGE


def test_queries_do_not_grow_with_people(world, registrar, make_person, client_for):
    browser = client_for(registrar)
    browser.get(PAGE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        counts.append(len(queries))
        for number in range(4):
            sit(
                enrol(make_person(f"More {len(counts)} {number}", Role.TRAINEE), world["exam"].programme),
                world["exam"],
                "bb",
            )
    assert counts[0] == counts[1]
    assert counts[0] <= 20


@pytest.mark.parametrize("hour", [datetime(2028, 11, 26, 12, tzinfo=UTC), datetime(2028, 11, 27, 12, tzinfo=UTC)])
def test_overdue_by_filter_is_overdue_by_row(programme, make_person, registrar, instructor, client_for, hour):
    with time_machine.travel(datetime(2026, 11, 26, 12, tzinfo=UTC)):
        for name in ("Nora Noon", "Fay Finished", "Hal Half"):
            enrolment = enrol(make_person(name, Role.TRAINEE), programme)
            if name != "Nora Noon":
                sitting = make_sitting(enrolment, instructor, stations=["P01", "P02"] if "Fay" in name else ["P01"])
                complete_and_sign(sitting)
    with time_machine.travel(hour):
        browser = client_for(registrar)
        late = {
            name.split()[0] for name, row in table(browser.get(PAGE + "people.csv")).items() if row["Overdue"] == "yes"
        }
        assert names(browser, state="overdue") == late == ({"Nora", "Hal"} if hour.day == 27 else set())
