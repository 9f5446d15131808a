"""Ordering and matching: shown with select boxes, saved, looked over, scored."""

import re

import pytest
from django.urls import reverse

from tests.exams.conftest import Room
from tests.factories.bank import MATCHING, ORDERING
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db

RIGHT_ORDER = ["1:b", "2:c", "3:a"]


@pytest.fixture
def exam(programme):
    """Two questions, an order and a match; half the points pass."""
    return make_exam(
        2, programme=programme, items=[ORDERING, MATCHING], cut_score={"raw": 2, "method": "x", "note": ""}
    )


def stored(room: Room, number: int):
    return room.attempt.responses.get(position=number).value


def test_each_place_has_a_box_with_all_options(room):
    page = room.get("room", q=1).content.decode()
    assert page.count("<select") == 3
    assert "Position 1" in page
    assert page.count('<option value="b"') == 3
    page = room.get("room", q=2).content.decode()
    assert page.count("<select") == 2
    assert "Chooses the dose" in page
    assert page.count("Billing office") == 3  # once in the list, once in each box


def test_the_options_stand_in_the_order_of_the_attempt(room):
    shown = [option["id"] for option in room.get("items").json()["items"][0]["options"]]
    assert shown == room.attempt.responses.get(position=1).option_order
    assert sorted(shown) == ["a", "b", "c"]


def test_a_page_without_script_saves_what_was_chosen(room):
    answer = room.post("save", item=1, seq=1, go="next", **{"place-1": "b", "place-2": "", "place-3": "a"})
    assert answer["Location"].endswith("?q=2")
    assert stored(room, 1) == ["1:b", "3:a"]
    page = room.get("room", q=1).content.decode()
    assert page.count(" selected") == 2
    assert "Not all places filled" in room.get("review").content.decode()


def test_the_script_saves_pairs(room):
    assert room.reply(item=2, value=["2:a", "1:c"])["reply"] == "ok"
    assert stored(room, 2) == ["1:c", "2:a"]
    assert [place["chosen"] for place in room.get("items").json()["items"][1]["places"]] == ["c", "a"]


def test_clearing_takes_the_places_back(room):
    room.post("save", item=1, seq=1, **{"place-1": "b"})
    room.post("save", item=1, seq=2, go="clear", **{"place-1": "b"})
    assert stored(room, 1) is None


@pytest.mark.parametrize(
    ("value", "gap"),
    [
        (["1:b"], "Not all places filled"),
        (["1:b", "2:b", "3:a"], "One option twice"),
        (RIGHT_ORDER, None),
    ],
)
def test_the_review_says_what_an_order_lacks(room, value, gap):
    room.reply(item=1, value=value)
    page = room.get("review").content.decode()
    assert [words for words in ("Not all places filled", "One option twice") if words in page] == ([gap] if gap else [])
    assert ("Question 1: Complete" in re.sub("<[^>]+>", "", page)) is (gap is None)


def test_a_target_may_stand_twice_in_a_match(room):
    room.reply(item=2, value=["1:a", "2:a"])
    assert "twice" not in room.get("review").content.decode()


def test_a_conflict_is_told_in_words(room):
    room.reply(item=2, value=["1:c"])
    answer = room.post("save", item=2, seq=1, **{"place-1": "b"})
    page = answer.content.decode()
    assert "Chooses the dose: Physician." in page
    assert "Chooses the dose: Billing office." in page


@pytest.mark.parametrize(
    ("order", "match", "raw", "passed"),
    [
        (RIGHT_ORDER, ["1:c", "2:a"], "2", True),
        (["1:c", "2:b", "3:a"], ["1:c", "2:a"], "1.6666", False),
        (RIGHT_ORDER, ["1:c", "2:b"], "1.5", False),
        (None, ["1:c"], "0.5", False),
    ],
)
def test_points_count_as_the_rules_say(room, order, match, raw, passed):
    room.reply(item=1, value=order)
    room.reply(item=2, value=match)
    room.post("submit")
    score = room.attempt.scores.get()
    assert (f"{score.raw:f}".rstrip("0").rstrip("."), score.passed) == (raw, passed)
    page = room.browser.get(reverse("exams:result", kwargs={"attempt_id": room.attempt.pk})).content.decode()
    assert ("Not passed" in page) is not passed


def test_no_key_leaves_with_the_questions(room):
    content = room.get("items").content.decode()
    for secret in ("concordant", "per_pair", "reason", "1:c", '"key"'):
        assert secret not in content
