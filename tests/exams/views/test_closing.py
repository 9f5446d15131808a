"""Review, submit, result."""

import pytest
from django.urls import reverse

from exams.models import Attempt, Exam
from tests.exams.conftest import Room
from tests.factories.bank import ESSAY
from tests.factories.exams import make_exam, numeric_material, positions_of

pytestmark = pytest.mark.django_db


def answer_right(room, exam, number):
    for position in positions_of(exam, "scored")[:number]:
        room.reply(item=position)


def test_the_review_counts(room):
    room.reply()
    room.reply(item=2, value=None)
    room.post("save", item=3, seq=1, go="flag")
    page = room.get("review").content.decode()
    assert "1 of 12" in page
    assert "11. They count as wrong." in page
    assert page.count(">Change<") == 12
    assert "Nothing is submitted yet." in page


@pytest.mark.parametrize(("show", "rows"), [("all", 12), ("unanswered", 11), ("flagged", 1), ("nonsense", 12)])
def test_the_review_can_be_narrowed(room, show, rows):
    room.post("save", item=1, seq=1, choice="b", go="flag")
    assert room.get("review", show=show).content.decode().count(">Change<") == rows


def test_the_review_warns_of_numbers_that_are_none(ada, ready):
    exam = make_exam(2, programme=ready.programme, items=[numeric_material("D1-900")])
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    room = Room(ada, Attempt.objects.get())
    room.reply(value="56,4")
    assert "Not a number" in room.get("review").content.decode()
    room.reply(seq=2, value="1.5")
    assert "Not a number" not in room.get("review").content.decode()


def test_submit_asks_once_with_numbers(room):
    room.reply()
    assert "11 questions are unanswered and count as wrong." in room.get("submit").content.decode()
    assert Attempt.objects.get().is_open


AT_ONCE, LATER = "You see your result at once.", "we write to you when it is out"


@pytest.mark.parametrize(("release", "said", "unsaid"), [("at_once", AT_ONCE, LATER), ("by_people", LATER, AT_ONCE)])
def test_before_submitting_the_page_says_when_the_result_comes(room, exam, release, said, unsaid):
    Exam.objects.update(release=release)
    page = room.get("submit").content.decode()
    assert said in page
    assert unsaid not in page


def test_what_people_mark_has_no_result_at_once(ada, ready):
    exam = make_exam(2, programme=ready.programme, items=[ESSAY])
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    room = Room(ada, Attempt.objects.get())
    assert AT_ONCE in room.get("submit").content.decode()  # nothing is written so far: a machine scores it
    room.reply(value="I stop the train.")
    page = room.get("submit").content.decode()
    assert "People read and mark what you wrote" in page
    assert AT_ONCE not in page


def test_submitting_leads_to_the_result_however_often(room):
    assert [room.post("submit")["Location"] for _ in range(3)] == [room.url("result")] * 3
    assert Attempt.objects.get().scores.count() == 1


@pytest.mark.parametrize("page", ["room", "review", "submit", "claim"])
def test_going_back_after_submitting_leads_to_the_result(room, page):
    room.post("submit")
    assert room.get(page)["Location"] == room.url("result")


def test_a_page_without_the_token_cannot_submit(room):
    assert room.post("submit", token="0" * 32)["Location"] == room.url("claim")
    assert Attempt.objects.get().is_open


def test_a_pass(room, exam):
    answer_right(room, exam, 8)
    room.post("submit")
    page = room.get("result").content.decode()
    assert "<h1>Passed</h1>" in page
    assert "8 of 10 points. 7 are needed to pass." in page
    assert "Where to look first" not in page


def test_a_fail_shows_areas_and_when_to_try_again(room, exam):
    answer_right(room, exam, 3)
    room.post("submit")
    page = room.get("result").content.decode()
    assert "<h1>Not passed</h1>" in page
    assert "3 of 10" in page
    assert "Each area holds few questions" in page
    assert "You can try again from" in page
    assert "Attempts left: 2" in page


def test_there_is_no_result_before_the_end(room):
    assert room.get("result")["Location"] == room.url("room")


def test_staff_read_results_but_not_rooms(room, exam_admin, client_for):
    staff = client_for(exam_admin)
    assert "There is no result yet." in staff.get(room.url("result")).content.decode()
    assert staff.get(room.url("room")).status_code == 403
    room.post("submit")
    page = staff.get(room.url("result")).content.decode()
    assert "Not passed" in page
    assert "What happens next" not in page


def test_others_find_no_result(room, other_trainee, client_for):
    room.post("submit")
    assert client_for(other_trainee).get(room.url("result")).status_code == 404
