"""The exam room without script: one form, one question, save and next."""

from datetime import timedelta

import pytest
from django.test import Client

from exams.actions import attempts
from exams.models import Attempt, ResponseLog, StraySave
from tests.exams.conftest import Room, move_deadline

pytestmark = pytest.mark.django_db


def place(room, number=1):
    return room.attempt.responses.get(position=number)


def test_the_first_question_has_its_parts(room):
    page = room.get("room").content.decode()
    for part in (
        "<title>Question 1 of 12",
        "<legend",
        "<h1",
        'name="seq" value="1"',
        f'name="token" value="{room.attempt.token}"',
    ):
        assert part in page


def test_save_and_next(room):
    response = room.post("save", item=1, seq=1, choice="b", go="next")
    assert response["Location"] == f"{room.url('room')}?q=2"
    assert place(room).value == ["b"]


@pytest.mark.parametrize(
    ("go", "item", "where"),
    [
        ("next", 3, "?q=4"),
        ("previous", 3, "?q=2"),
        ("previous", 1, "?q=1"),
        ("11", 3, "?q=11"),
        ("flag", 3, "?q=3"),
        ("clear", 3, "?q=3"),
        ("nonsense", 3, "?q=3"),
        ("review", 3, "review"),
    ],
)
def test_every_button_saves_and_goes_on(room, go, item, where):
    response = room.post("save", item=item, seq=1, choice="b", go=go)
    assert response["Location"].endswith(where)
    assert place(room, item).seq == 1


def test_after_the_last_question_comes_the_review(room):
    response = room.post("save", item=12, seq=1, choice="b", go="next", last="yes")
    assert response["Location"] == room.url("review")


def test_clear_takes_the_answer_back(room):
    room.post("save", item=1, seq=1, choice="b")
    room.post("save", item=1, seq=2, choice="b", go="clear")
    assert (place(room).seq, place(room).value) == (2, None)


def test_flag_and_unflag(room):
    room.post("save", item=1, seq=1, go="flag")
    assert "Flagged" in room.get("room", q=1).content.decode()
    room.post("save", item=1, seq=2, go="unflag")
    assert place(room).flagged is False


def test_the_room_opens_where_one_left_off(room):
    room.post("save", item=7, seq=1, choice="b")
    assert "<title>Question 7 of 12" in room.get("room").content.decode()


@pytest.mark.parametrize("number", ["13", "0", "99999999999", "x"])
def test_numbers_off_the_form(room, number):
    response = room.get("room", q=number)
    assert response.status_code == (200 if number in ("x", "99999999999") else 404)


def test_a_stale_second_tab_sees_both_answers(room):
    room.post("save", item=1, seq=1, choice="b")
    response = room.post("save", item=1, seq=1, choice="a")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Choice b to d1-001" in page
    assert "not stored: Choice a to d1-001" in page
    assert 'name="seq" value="2"' in page
    assert place(room).value == ["b"]


@pytest.mark.parametrize(
    "fields",
    [{"seq": "1"}, {"item": "1"}, {"item": "x", "seq": "1"}, {"item": "0", "seq": "1"}, {"item": "1", "seq": "-1"}],
)
def test_an_incomplete_form_is_refused(room, fields):
    assert room.post("save", **fields).status_code == 400
    assert not ResponseLog.objects.exists()


# Another device


@pytest.fixture
def second(room, trainee, client_for) -> Room:
    """Ada at another device."""
    return Room(client_for(trainee), room.attempt)


def test_another_device_is_asked_first(second):
    assert second.get("room")["Location"] == second.url("claim")
    page = second.get("claim").content.decode()
    assert "Continue here" in page
    assert second.attempt.token not in page


def test_another_device_gets_no_questions(second):
    assert second.get("items").json()["code"] == "superseded"


def test_taking_over(room, second):
    assert second.browser.post(second.url("claim"), {"seen": "0"})["Location"] == second.url("room")
    assert second.get("room").status_code == 200
    assert room.get("room")["Location"] == room.url("claim")


def test_the_first_device_hears_what_was_lost(room, second):
    second.browser.post(second.url("claim"), {"seen": "0"})
    response = room.post("save", item=1, seq=1, choice="a")
    assert response.status_code == 409
    assert "Choice a to d1-001" in response.content.decode()
    assert StraySave.objects.get().value == ["a"]


def test_a_lost_claim_asks_again(room, second):
    attempts.claim(attempt_id=room.attempt.pk, seen_claims=0, by=room.attempt.enrolment.person)
    response = second.browser.post(second.url("claim"), {"seen": "0"})
    assert response.status_code == 409
    assert 'name="seen" value="1"' in response.content.decode()


def test_signing_in_again_asks_before_it_goes_on(room, trainee):
    elsewhere = Client()
    elsewhere.force_login(trainee)
    assert Room(elsewhere, room.attempt).get("review")["Location"] == room.url("claim")


# The end of time


@pytest.mark.parametrize("page", ["room", "review", "submit"])
def test_just_after_the_end(room, page):
    move_deadline(room.attempt, timedelta(seconds=-5))
    response = room.get(page)
    assert "Time is over" in response.content.decode()
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("page", ["room", "review", "submit", "claim", "result"])
def test_whoever_meets_an_overdue_attempt_closes_it(room, page):
    ends = move_deadline(room.attempt, timedelta(minutes=-5))
    room.get(page)
    closed = Attempt.objects.get()
    assert (closed.state, closed.submitted_at) == ("expired", ends)


def test_items_are_not_given_after_the_end(room):
    move_deadline(room.attempt, timedelta(seconds=-1))
    assert room.get("items").json()["code"] == "closed"


def test_a_form_that_comes_too_late_leads_to_the_result(room):
    move_deadline(room.attempt, timedelta(minutes=-5))
    assert room.post("save", item=1, seq=1, choice="b")["Location"] == room.url("result")
    assert "1 answer did not count." in room.get("result").content.decode()
