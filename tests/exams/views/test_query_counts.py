"""How many queries each page of an attempt costs, however many people and items there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Enrolment
from exams.loading import load_items
from exams.models import Attempt
from lms.accounts.models import User
from tests.exams.conftest import Room
from tests.factories.exams import complete_course, item_material, make_exam

pytestmark = pytest.mark.django_db

# Session and person with roles are two of each; savepoints stand for the transactions of real requests.
LIMITS = {
    "start page": 11,  # one asks for a seat in a session, two for the next form and whether corrections changed it
    "start": 24,  # one of them asks which forms the person has seen, one for a seat
    "room": 5,
    "items": 4,
    "save": 7,
    "review": 4,
    "confirm": 4,
    # With key changes, score, result and their steps, and whether voiding is proposed; two write the session, which is
    # no longer held.
    "submit": 37,
    "result": 9,  # with the day of its release and appeals
}


def measure(browser, enrolment, exam) -> dict[str, int]:
    counts: dict[str, int] = {}

    def count(name, act):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            act()
        counts[name] = len(queries)

    start = reverse("exams:start", kwargs={"code": exam.code})
    browser.get(start)  # fills what the site remembers about itself
    count("start page", lambda: browser.get(start))
    count("start", lambda: browser.post(start, {"honour": "on"}))
    room = Room(browser, Attempt.objects.get(enrolment=enrolment))
    count("room", lambda: room.get("room", q=2))
    count("items", lambda: room.get("items"))
    count("save", room.reply)
    count("review", lambda: room.get("review"))
    count("confirm", lambda: room.get("submit"))
    count("submit", lambda: room.post("submit"))
    count("result", lambda: room.get("result"))
    return counts


def test_each_page_stays_within_its_queries(ada, ready):
    counts = measure(ada, ready, make_exam(10, programme=ready.programme))
    assert {name: number for name, number in counts.items() if number > LIMITS[name]} == {}


def test_neither_bank_nor_people_nor_length_add_queries(ada, ready, other_trainee, client_for):
    few = measure(ada, ready, make_exam(5, programme=ready.programme))
    people = User.objects.bulk_create(User(email=f"p{n}@example.org", full_name=f"P {n}") for n in range(300))
    Enrolment.objects.bulk_create(
        Enrolment(person=person, programme=ready.programme, curriculum_version="1", pathway="academic")
        for person in people
    )
    load_items([item_material(f"D2-{n:03}") for n in range(100)])
    exam = make_exam(40, 10, programme=ready.programme)
    theirs = Enrolment.objects.create(
        person=other_trainee, programme=ready.programme, curriculum_version="1", pathway="academic"
    )
    assert measure(client_for(other_trainee), complete_course(theirs), exam) == few
