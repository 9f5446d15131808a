"""Figures of items: in the room, for the candidate of the running attempt, and for nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Enrolment
from exams.models import Attempt, ItemVersion
from lms.accounts.models import User
from tests.exams.conftest import Room, move_deadline
from tests.factories.exams import complete_course, item_material, make_exam, start_attempt

pytestmark = pytest.mark.django_db

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 440 300"><circle r="9"/></svg>'
FIGURE = {"file": "figures/canary-key.svg", "alt": "Ten traces with a scale bar.", "caption": "One intensity."}


@pytest.fixture
def exam(programme):
    """Five questions; the first has a figure."""
    items = [item_material("D1-701", figure=FIGURE)]
    return make_exam(5, programme=programme, items=items, drawings={"D1-701": DRAWING})


def figure(room, number=1):
    return room.browser.get(reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": number}))


def test_the_question_shows_its_figure(room):
    page = room.get("room", q=1).content.decode()
    address = reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": 1})
    assert f'<img src="{address}" alt="Ten traces with a scale bar." width="440" height="300">' in page
    assert "<figcaption>One intensity.</figcaption>" in page
    assert "<img" not in room.get("room", q=2).content.decode()


def test_the_script_gets_the_same(room):
    first, second, *_ = room.get("items").json()["items"]
    assert first["figure"] == {
        "address": reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": 1}),
        "alt": "Ten traces with a scale bar.",
        "caption": "One intensity.",
        "width": 440,
        "height": 300,
    }
    assert second["figure"] is None


def test_the_candidate_gets_the_drawing_and_nothing_that_names_it(room):
    answer = figure(room)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, DRAWING, "image/svg+xml")
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    version = ItemVersion.objects.get(item__code="D1-701")
    told = f"{answer.headers}{room.get('room', q=1).content.decode()}"
    assert [word for word in ("canary", version.drawing.digest[:12], "D1-701", "ETag") if word in told] == []


def test_no_cache_keeps_it(room):
    assert "no-store" in figure(room)["Cache-Control"]
    assert "no-store" in figure(room, 2)["Cache-Control"]


@pytest.mark.parametrize("number", [2, 99])
def test_a_place_without_a_figure_has_none(room, number):
    assert figure(room, number).status_code == 404


def test_others_get_nothing(room, other_trainee, client_for):
    address = reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": 1})
    assert client_for(other_trainee).get(address).status_code == 404


def test_another_session_of_the_same_person_gets_nothing_until_it_takes_over(room, trainee: User, client_for):
    second = client_for(trainee)
    address = reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": 1})
    assert second.get(address)["Location"] == room.url("claim")
    second.post(reverse("exams:claim", kwargs={"attempt_id": room.attempt.pk}), {"seen": "0"})
    assert second.get(address).content == DRAWING
    assert figure(room)["Location"] == room.url("claim")
    assert "no-store" in figure(room)["Cache-Control"]


def test_after_the_attempt_there_is_nothing_to_see(room):
    room.post("submit")
    assert figure(room).status_code == 404


def test_after_the_deadline_there_is_nothing_to_see(room):
    move_deadline(room.attempt, timedelta(seconds=-1))
    assert figure(room).status_code == 404


def test_a_version_with_another_drawing_leaves_the_running_attempt_alone(room, programme):
    items = [item_material("D1-701", figure=FIGURE)]
    other = DRAWING.replace(b'"9"', b'"8"')
    exam = make_exam(5, programme=programme, items=items, drawings={"D1-701": other})
    assert exam.active_form.version == 2
    assert figure(room).content == DRAWING


def test_a_figure_costs_few_queries_and_a_bank_of_them_no_more(room, programme, other_trainee, client_for):
    with CaptureQueriesContext(connection) as queries:
        figure(room)
    assert len(queries) <= 5
    items = [item_material(f"D1-8{number:02}", figure=FIGURE) for number in range(20)]
    drawings = {f"D1-8{n:02}": DRAWING.replace(b'"9"', b'"%d"' % n) for n in range(20)}
    exam = make_exam(20, programme=programme, code="other", items=items, drawings=drawings)
    enrolment = Enrolment.objects.create(
        person=other_trainee, programme=programme, curriculum_version="1", pathway="academic"
    )
    complete_course(enrolment)
    browser = client_for(other_trainee)
    browser.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    theirs = Room(browser, Attempt.objects.get(exam=exam))
    with CaptureQueriesContext(connection) as many:
        assert figure(theirs, 20).status_code == 200
    assert len(many) == len(queries)
    theirs.get("room", q=3)  # fills what the site remembers about itself
    with CaptureQueriesContext(connection) as page:
        theirs.get("room", q=4)
    assert len(page) <= 6


def test_staff_have_no_way_in_through_an_attempt(enrolment, exam, registrar, client_for):
    attempt = start_attempt(enrolment, exam)
    address = reverse("exams:figure", kwargs={"attempt_id": attempt.pk, "number": 1})
    assert client_for(registrar).get(address).status_code == 403
