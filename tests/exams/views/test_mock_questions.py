"""Mock exams of lessons that are unlike those of test_mocks: too few questions, none, many, and what they cost."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import ModulePage
from exams.models import Exam, MockExam
from tests.exams.mock_rooms import start_mock, start_page
from tests.factories.courses import make_course
from tests.factories.exams import item_material, make_exam
from tests.factories.mocks import add_questions, choice, teach

pytestmark = pytest.mark.django_db


def test_it_says_when_the_lessons_have_fewer_questions_than_the_exam(ada, enrolment):
    exam = make_exam(20, 4, programme=enrolment.programme)
    teach(enrolment.programme, {"M01": ["D1"]})
    page = start_page(ada, exam)
    assert "<dd>6. The exam has 24; in its proportions, the lessons hold no more.</dd>" in page
    assert "15 minutes, at the pace of the exam" in page


def test_an_area_that_no_lesson_teaches_is_named(ada, enrolment):
    areas = [{"code": "D1", "title": "History", "scored": 2}, {"code": "D2", "title": "Physics", "scored": 1}]
    exam = make_exam(3, programme=enrolment.programme, content_areas=areas, items=[item_material("D2-001")])
    teach(enrolment.programme, {"M01": ["D1"]})
    assert "The lessons have no questions for Physics." in start_page(ada, exam)


def test_without_questions_there_is_none(ada, enrolment):
    exam = make_exam(3, programme=enrolment.programme)
    make_course(enrolment.programme, lessons=(1,))
    assert "There is no mock exam yet." in start_page(ada, exam)
    response = ada.post(reverse("exams:mock_start", kwargs={"code": exam.code}), follow=True)
    assert "the lessons have no questions for any content area" in response.content.decode()
    assert not MockExam.objects.exists()


def test_each_one_is_drawn_anew_and_new_questions_come_first(ada, enrolment):
    exam = make_exam(3, programme=enrolment.programme)
    teach(enrolment.programme, {"M01": ["D1"]}, questions=7)
    drawn = []
    for _ in range(3):
        room = start_mock(ada, exam)
        drawn.append(set(room.mock.questions.values_list("block", flat=True)))
        room.post("submit")
    assert [len(blocks) for blocks in drawn] == [3, 3, 3]
    assert len(drawn[0] | drawn[1] | drawn[2]) == 9  # all that the lesson has


def test_a_lesson_that_cannot_start_yet_is_named_without_a_link(ada, enrolment):
    exam = make_exam(6, programme=enrolment.programme)
    teach(enrolment.programme, {"M01": [], "M02": ["D1"]})
    ModulePage.objects.filter(code="M02").update(prerequisites=["M01"])
    assert "Lessons that you have not completed are among them." in start_page(ada, exam)
    room = start_mock(ada, exam)
    room.post("submit")
    page = room.get("result").content.decode()
    assert "From the lesson Lesson M02-01. Complete M01 Module 1 first." in page
    assert 'href="/tms-technician/m02/m02-01/"' not in page


# What it costs.

# Session and person with roles are two of each.
LIMITS = {"start page": 14, "start": 22, "room": 6, "items": 4, "save": 7, "review": 5, "submit": 14, "result": 11}


def measure(browser: Client, exam: Exam) -> dict[str, int]:
    counts: dict[str, int] = {}

    def count(name: str, act: Any) -> Any:
        with CaptureQueriesContext(connection) as queries:
            done = act()
        counts[name] = len(queries)
        return done

    start_page(browser, exam)  # fills what the site remembers about itself
    count("start page", lambda: start_page(browser, exam))
    room = count("start", lambda: start_mock(browser, exam))
    counts["start"] -= 1  # the test's own look
    for name in ("room", "items", "review"):
        count(name, lambda name=name: room.get(name, q=2))
    count("save", room.reply)
    count("submit", lambda: room.post("submit"))
    count("result", lambda: room.get("result"))
    return counts


def test_queries_stay_few_and_do_not_grow(ada, enrolment):
    exam = make_exam(30, programme=enrolment.programme)
    teach(enrolment.programme, {"M01": ["D1"]}, questions=1)
    small = measure(ada, exam)
    assert {name: number for name, number in small.items() if number > LIMITS[name]} == {}
    add_questions("M01-01", *(choice(f"One more, {number}?") for number in range(20)))
    large = measure(ada, exam)
    assert {name: (small[name], large[name]) for name in small if large[name] > small[name]} == {}
