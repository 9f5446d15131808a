"""The page before the clock starts."""

import re

import pytest
from django.urls import reverse

from exams.models import Attempt, Exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(exam):
    return reverse("exams:start", kwargs={"code": exam.code})


def test_it_says_what_awaits(ada, ready, url):
    page = ada.get(url).content.decode()
    for words in (
        "12, of which 2 are being tried out",
        "60 minutes",
        "7 points",
        "3 of 3",
        "I work alone.",
        "Start exam",
    ):
        assert words in page


def test_looking_does_not_start_the_clock(ada, ready, url):
    ada.get(url)
    assert not Attempt.objects.exists()


def test_starting_leads_into_the_room(ada, ready, url):
    response = ada.post(url, {"honour": "on"})
    assert response["Location"] == reverse("exams:room", kwargs={"attempt_id": Attempt.objects.get().pk})


def test_without_the_tick_the_page_comes_again(ada, ready, url):
    response = ada.post(url, {})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert "There is a problem" in page
    assert page.count("Agree to the exam rules before you start.") == 2
    assert not Attempt.objects.exists()


def test_who_may_not_start_reads_why(ada, enrolment, url):
    page = ada.get(url).content.decode()
    assert "Complete the course first." in page
    assert "Start exam" not in page


def test_a_double_click_starts_once(ada, ready, url):
    ada.post(url, {"honour": "on"})
    response = ada.post(url, {"honour": "on"}, follow=True)
    assert Attempt.objects.count() == 1
    assert "Continue the exam" in response.content.decode()


def test_strangers_to_the_programme_find_nothing(other_trainee, client_for, url):
    assert client_for(other_trainee).get(url).status_code == 404


def test_an_unknown_exam(ada, ready, exam):
    assert ada.get(reverse("exams:start", kwargs={"code": "no-such"})).status_code == 404


def test_an_exam_without_a_form_is_not_open(ada, ready, url):
    Exam.objects.update(active_form=None)
    assert "The exam is not open yet." in ada.get(url).content.decode()


def test_earlier_attempts_are_listed(room, ada, url):
    room.post("submit")
    page = ada.get(url).content.decode()
    assert "Attempt 1" in page
    assert "Not passed" in page
    assert re.search(r"You can start again from <time [^>]*>[^<]*, \d\d:\d\d \(UTC", page)  # to the minute
