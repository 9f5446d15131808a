"""The tutorial: the exam room's own pages and protocol, with answers that never become an attempt."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from exams.models import Attempt, Item, Response, ResponseLog, StraySave
from exams.rules.item_kinds import ItemKind
from lms.audit.models import Event

pytestmark = pytest.mark.django_db


class TutorialRoom:
    """Ada's browser in the tutorial."""

    def __init__(self, browser: Client, code: str) -> None:
        self.browser, self.code = browser, code
        self.token = ""
        self.get("items")
        self.token = browser.session["exam_tutorial"]["token"]

    def url(self, name: str) -> str:
        return reverse(f"exams:tutorial_{name}", kwargs={"code": self.code})

    def get(self, name: str, **query: Any) -> HttpResponse:
        return self.browser.get(self.url(name), query)

    def post(self, name: str, **fields: Any) -> HttpResponse:
        return self.browser.post(self.url(name), {"token": self.token} | fields)

    def send(self, name: str, **content: Any) -> HttpResponse:
        body = json.dumps({"token": self.token} | content)
        return self.browser.post(self.url(name), body, content_type="application/json")

    def reply(self, **one: Any) -> dict[str, Any]:
        answer = self.send("save", saves=[{"item": 1, "seq": 1, "value": ["b"]} | one])
        return json.loads(answer.content)["replies"][0]

    def item(self, number: int = 1) -> dict[str, Any]:
        return json.loads(self.get("items").content)["items"][number - 1]


@pytest.fixture
def tutorial(ada, exam, ready):
    return TutorialRoom(ada, exam.code)


def test_the_start_page_offers_it_before_the_clock(ada, ready, exam):
    page = ada.get(reverse("exams:start", kwargs={"code": exam.code})).content.decode()
    assert f'href="{reverse("exams:tutorial_room", kwargs={"code": exam.code})}"' in page
    assert page.index("Try the exam room") < page.index("Start exam")


def test_during_an_attempt_the_start_page_offers_only_the_exam(room, exam):
    page = room.browser.get(reverse("exams:start", kwargs={"code": exam.code})).content.decode()
    assert "Continue the exam" in page
    assert "Try the exam room" not in page


def test_it_is_open_before_the_course_is_finished(ada, exam, enrolment):
    assert TutorialRoom(ada, exam.code).get("room").status_code == 200


def test_it_has_every_kind_of_question_that_the_room_delivers(tutorial):
    kinds = [item["kind"] for item in tutorial.get("items").json()["items"]]
    assert set(kinds) == {kind.value for kind in ItemKind}


def test_places_are_filled_and_gaps_named_without_script(tutorial):
    page = tutorial.get("room", q=4).content.decode()
    assert page.count('name="place-') == 3
    tutorial.post("save", item=4, seq=1, **{"place-1": "c", "place-2": "a"})
    assert tutorial.item(4)["value"] == ["1:c", "2:a"]
    assert "Not all places filled" in tutorial.get("review").content.decode()
    tutorial.post("save", item=4, seq=2, **{"place-1": "c", "place-2": "a", "place-3": "b"})
    assert "Not all places filled" not in tutorial.get("review").content.decode()


def test_a_picture_is_pointed_at_without_script(tutorial):
    page = tutorial.get("room", q=6).content.decode()
    assert 'src="/static/exams/img/tutorial-house' in page
    assert "translate(" not in page
    tutorial.post("save", item=6, seq=1, go="6", **{"point-x": "200", "point-y": "230", "point-was": ""})
    page = tutorial.get("room", q=6).content.decode()
    assert 'transform="translate(200 230)"' in page
    assert "Your point: 200 from the left, 230 from the top." in page
    tutorial.post(
        "save", item=6, seq=2, region="400,150", **{"point-x": "200", "point-y": "230", "point-was": "200,230"}
    )
    assert tutorial.item(6)["value"] == ["400,150"]
    assert "On the tree" in tutorial.get("review").content.decode()


def test_words_and_texts_are_kept_without_script(tutorial):
    tutorial.post("save", item=7, seq=1, text=" A cat ")
    tutorial.post("save", item=8, seq=1, text="By bus.\r\nThen on foot.")
    assert (tutorial.item(7)["value"], tutorial.item(8)["value"]) == (" A cat ", "By bus.\nThen on foot.")
    assert "5 words of about 40 saved" in tutorial.get("room", q=8).content.decode()
    review = tutorial.get("review").content.decode()
    assert "By bus. Then on foot." in review
    tutorial.post("save", item=8, seq=2, text="  \r\n ")
    assert tutorial.item(8)["value"] is None


def test_no_sample_is_an_item_of_the_bank(tutorial):
    stems = [stem for (stem,) in Item.objects.values_list("versions__stem_html")]
    assert stems
    assert not [item["lead"] for item in tutorial.get("items").json()["items"] if any(item["lead"] in s for s in stems)]


@pytest.mark.parametrize(
    "control",
    [
        'data-hide="clock"',
        'data-hide="place"',
        "data-flag",
        "data-clear",
        "data-places",
        "data-filters",
        "data-letter-keys",
        'name="go" value="review"',
        "data-status",
    ],
)
def test_every_control_of_the_exam_room_is_there(tutorial, room, control):
    assert control in room.get("room").content.decode()
    assert control in tutorial.get("room").content.decode()


def test_it_says_what_it_is_and_how_to_leave(tutorial, exam):
    for name in ("room", "review", "submit"):
        page = tutorial.get(name).content.decode()
        assert "Nothing here is part of your exam." in page
        assert f'<a href="{reverse("exams:start", kwargs={"code": exam.code})}">Leave the tutorial</a>' in page


def test_without_script_every_button_works(tutorial):
    assert tutorial.post("save", item=1, seq=1, choice="b", go="next")["Location"] == f"{tutorial.url('room')}?q=2"
    tutorial.post("save", item=2, seq=1, choice="a", go="flag")
    tutorial.post("save", item=3, seq=1, number="30", go="review")
    tutorial.post("save", item=1, seq=2, choice="b", go="clear")
    page = tutorial.get("review").content.decode()
    assert "<dd>2 of 9</dd>" in page
    assert page.count(">Flagged</span>") == 1
    assert "checked" in tutorial.get("room", q=2).content.decode()
    assert tutorial.item(1)["value"] is None


def test_saves_are_answered_as_in_the_exam(tutorial):
    assert tutorial.reply()["reply"] == "ok"
    assert tutorial.reply()["reply"] == "ok-duplicate"
    conflict = tutorial.reply(value=["a"])
    assert (conflict["reply"], conflict["stored"]["value"]) == ("conflict", ["b"])
    assert tutorial.reply(seq=4, value=["c"])["reply"] == "ok"
    assert tutorial.reply(seq=2)["reply"] == "ignored-stale"
    assert tutorial.item()["value"] == ["c"]


def test_flags_as_json(tutorial):
    assert tutorial.send("flag", item=3, flagged=True).json() == {"kept": True}
    assert tutorial.item(3)["flagged"] is True


def test_a_second_tab_without_script_sees_both_answers(tutorial):
    tutorial.post("save", item=1, seq=1, choice="b")
    response = tutorial.post("save", item=1, seq=1, choice="a")
    assert response.status_code == 409
    assert "not stored: January" in response.content.decode()


def test_it_opens_where_one_left_off(tutorial):
    tutorial.post("save", item=3, seq=1, number="30")
    assert "<title>Question 3 of 9" in tutorial.get("room").content.decode()


def test_the_end_forgets_every_answer(tutorial, exam):
    tutorial.reply()
    response = tutorial.post("submit")
    assert response["Location"] == reverse("exams:start", kwargs={"code": exam.code})
    assert "exam_tutorial" not in tutorial.browser.session
    assert "practice answers are deleted" in tutorial.browser.get(response["Location"]).content.decode()


def test_a_tab_of_an_ended_tutorial_cannot_save(tutorial):
    tutorial.post("submit")
    assert tutorial.reply()["reply"] == "closed"
    assert tutorial.send("flag", item=1, flagged=True).json() == {"kept": False}
    assert tutorial.post("save", item=1, seq=1, choice="b")["Location"] == tutorial.url("room")
    assert tutorial.item()["value"] is None


@pytest.mark.parametrize("number", ["0", "10"])
def test_numbers_off_the_tutorial(tutorial, number):
    assert tutorial.get("room", q=number).status_code == 404
    assert tutorial.post("save", item=number, seq=1).status_code == 400
    assert tutorial.send("flag", item=int(number), flagged=True).status_code == 400


def test_nothing_of_it_is_stored_as_an_attempt(tutorial):
    before = Event.objects.count()
    tutorial.reply()
    tutorial.send("flag", item=1, flagged=True)
    tutorial.get("review")
    tutorial.post("submit")
    assert [model.objects.count() for model in (Attempt, Response, ResponseLog, StraySave)] == [0, 0, 0, 0]
    assert Event.objects.count() == before


def test_a_running_attempt_stays_as_it_is(room, exam):
    tutorial = TutorialRoom(room.browser, exam.code)
    tutorial.reply()
    tutorial.post("submit")
    assert room.reply()["reply"] == "ok"
    assert room.attempt.responses.get(position=1).value == ["b"]
