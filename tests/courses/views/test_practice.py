"""Practising: choosing, answering, the clock, how it went."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import PracticeAnswer, PracticeRun, Programme
from lms.audit.models import Event
from tests.conftest import make_programme
from tests.factories.courses import NUMBER_ID, QUESTION_ID, make_course
from tests.factories.mocks import add_questions, choice

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(trainee, client_for):
    return client_for(trainee)


@pytest.fixture(scope="module")
def pages(standing: None) -> None:
    make_course(make_programme(), lessons=(1, 1))


@pytest.fixture
def programme(pages: None, db: None) -> Programme:
    """The programme whose pages stand for all tests here."""
    return Programme.objects.get()


@pytest.fixture
def course(enrolment):
    return enrolment.programme.course_page


def start(browser, **fields):
    asked = {"modules": ["M01"], "count": "10", "timed": "no"} | fields
    return browser.post(reverse("courses:practice", args=["tms-technician"]), asked)


def run_of(browser, **fields):
    assert start(browser, **fields).status_code == 302
    return PracticeRun.objects.get(finished_at=None)


def place_of(run, block):
    return [ref.block for ref in run.refs].index(block) + 1


def answer(browser, run, number, *answers):
    return browser.post(reverse("courses:practice_question", args=[run.pk, number]), {"answer": answers}, follow=True)


def result(browser, run):
    return browser.get(reverse("courses:practice_result", args=[run.pk])).content.decode()


def test_a_run_asks_shows_reasons_and_says_how_it_went(ada, course):
    run = run_of(ada)
    assert {ref.block for ref in run.refs} == {QUESTION_ID, NUMBER_ID}
    choice, number = place_of(run, QUESTION_ID), place_of(run, NUMBER_ID)
    asked = ada.get(reverse("courses:practice_question", args=[run.pk, choice])).content.decode()
    assert "Which one?" in asked
    assert "Because it is." not in asked
    answered = answer(ada, run, choice, "0").content.decode()
    assert "Because it is." in answered
    assert "Right" in answered
    assert "Not yet" in answer(ada, run, number, "60").content.decode()
    ada.post(reverse("courses:practice_finish", args=[run.pk]))
    shown = result(ada, run)
    assert "1 of 2 right" in shown
    assert "Attempted" in shown
    assert "First time" in shown
    assert f"Question {number}</a>" in shown
    assert f"Question {choice}</a>" not in shown


def test_the_next_run_says_whether_a_topic_went_up(ada, course):
    first = run_of(ada)
    ada.post(reverse("courses:practice_finish", args=[first.pk]))
    second = run_of(ada)
    answer(ada, second, place_of(second, QUESTION_ID), "0")
    answer(ada, second, place_of(second, NUMBER_ID), "62,4 % MSO")
    ada.post(reverse("courses:practice_finish", args=[second.pk]))
    assert "Proficient" in result(ada, second)
    assert "<td>Up</td>" in result(ada, second)


def test_the_first_answer_stands(ada, course):
    run = run_of(ada)
    place = place_of(run, QUESTION_ID)
    answer(ada, run, place, "1")
    again = answer(ada, run, place, "0").content.decode()
    assert "The first answer stands." in again
    assert PracticeAnswer.objects.get().right is False


def test_an_empty_answer_is_not_kept(ada, course):
    run = run_of(ada)
    assert "Choose an answer first." in answer(ada, run, place_of(run, QUESTION_ID)).content.decode()
    assert "Type a number first." in answer(ada, run, place_of(run, NUMBER_ID), "abc").content.decode()
    assert not PracticeAnswer.objects.exists()


def test_a_timed_run_ends_by_its_clock(ada, course):
    run = run_of(ada, timed="yes")
    assert run.ends_at - run.started_at == timedelta(seconds=150)
    now = timezone.now()
    PracticeRun.objects.update(started_at=now - timedelta(minutes=9), ends_at=now - timedelta(seconds=1))
    page = answer(ada, run, 1, "0").content.decode()
    assert "This run is over." in page
    assert "0 of 2 right" in page


def test_a_new_run_ends_the_open_one(ada, course):
    first = run_of(ada)
    second = run_of(ada)
    first.refresh_from_db()
    assert first.finished_at is not None
    assert second.pk != first.pk


def test_what_was_chosen_is_checked_and_kept(ada, course):
    page = start(ada, modules=[], count="7")
    assert page.status_code == 422
    text = page.content.decode()
    assert "Choose at least one module." in text
    assert "There is a problem" in text


def test_a_question_that_an_editor_took_out_is_said_so(ada, course, enrolment):
    run = PracticeRun.objects.create(enrolment=enrolment, questions=[["M01-01", "gone"]])
    page = ada.get(reverse("courses:practice_question", args=[run.pk, 1])).content.decode()
    assert "taken out of its lesson" in page
    assert "taken out of its lesson" in answer(ada, run, 1, "0").content.decode()


def test_practice_of_others_is_unknown_and_nothing_is_audited(ada, course, other_trainee, client_for):
    run = run_of(ada)
    events = Event.objects.count()
    answer(ada, run, 1, "0")
    assert Event.objects.count() == events
    stranger = client_for(other_trainee)
    assert stranger.get(reverse("courses:practice_question", args=[run.pk, 1])).status_code == 404
    assert stranger.get(reverse("courses:practice", args=["tms-technician"])).status_code == 404


def test_queries_do_not_grow_with_runs_and_questions(ada, course, enrolment):
    address = reverse("courses:practice", args=["tms-technician"])
    run = run_of(ada, modules=["M01", "M02"])
    page = reverse("courses:practice_question", args=[run.pk, 1])
    counts = []
    for _ in range(2):
        ada.get(address)
        with CaptureQueriesContext(connection) as queries:
            ada.get(address)
            ada.get(page)
        counts.append(len(queries))
        for _ in range(4):
            other = PracticeRun.objects.create(
                enrolment=enrolment, questions=run.questions * 5, started_at=run.started_at, finished_at=timezone.now()
            )
            PracticeAnswer.objects.create(run=other, position=1, answers=["0"], right=True)
    assert counts[0] == counts[1]


def test_a_question_that_needs_its_lesson_is_not_asked(ada, course):
    bound, free = choice("What does the figure show?"), choice("What is a coil?")
    bound["value"]["stands_alone"] = False
    add_questions("M01-01", bound, free)
    asked = {ref.block for ref in run_of(ada).refs}
    assert asked == {QUESTION_ID, NUMBER_ID, free["id"]}
