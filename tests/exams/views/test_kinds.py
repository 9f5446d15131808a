"""Every kind of question in a real attempt: shown, saved as JSON and as a page, named on the review page, scored."""

import json
from fractions import Fraction

import pytest
from django.urls import reverse

from exams.models import Attempt, Item, ResponseLog
from exams.rules.item_kinds import ItemKind
from tests.exams.conftest import Room
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, UNIT
from tests.factories.exams import item_material, make_exam, multiple_material, numeric_material

pytestmark = pytest.mark.django_db

PER_OPTION = multiple_material("D1-108", scoring="per_option")
COMMA = numeric_material("D1-109", scoring_parameters={"decimal_comma": True})
PLACES = ["D1-101", "D1-102", "D1-103", "D1-105", "D1-107", "D1-108", "D1-109", "D1-106"]  # the essay is tried out
HOTSPOT_PLACE, WORD_PLACE, UNIT_PLACE, BOXES_PLACE, COMMA_PLACE, ESSAY_PLACE = 3, 4, 5, 6, 7, 8
HOTSPOT_LABELS = ["Point 1", "Point 2", "Point 3", "Point 4"]
GOOD = {
    1: ["1:b", "2:c", "3:a"],
    2: ["1:c", "2:a"],
    3: ["50,40"],
    4: " apb ",
    5: "1500 mT",
    6: ["a", "c"],
    7: "56,4",
    8: "I stop the train.\nThe physician is told.",
}


@pytest.fixture
def kinds_room(ada, ready) -> Room:
    """An attempt at a form with an item of nearly every kind; the essay does not count."""
    items = [ORDERING, MATCHING, HOTSPOT, SHORT_TEXT, UNIT, PER_OPTION, COMMA, ESSAY]
    exam = make_exam(7, 1, programme=ready.programme, items=items, drawings={HOTSPOT["code"]: HEAD.encode()})
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return Room(ada, Attempt.objects.get())


def stored(room: Room, position: int):
    return room.attempt.responses.get(position=position).value


def test_the_form_stands_in_this_order(kinds_room):
    places = kinds_room.attempt.form.form_items.order_by("position").values_list("version__item__code", flat=True)
    assert list(places) == PLACES


def test_labels_of_a_picture_are_listed_as_they_lie_by_number_not_by_text(kinds_room):
    """From the left: 50, 90, 130, 170; as texts, 130 would come first."""
    page = kinds_room.get("room", q=HOTSPOT_PLACE).content.decode()
    assert sorted(HOTSPOT_LABELS, key=page.index) == HOTSPOT_LABELS


def test_every_kind_is_saved_as_json_and_scored(kinds_room):
    replies = kinds_room.save(*[{"item": n, "seq": 1, "value": value} for n, value in GOOD.items()]).json()["replies"]
    assert [reply["reply"] for reply in replies] == ["ok"] * 8
    assert {position: stored(kinds_room, position) for position in GOOD} == GOOD
    kinds_room.post("submit")
    score = kinds_room.attempt.released_score
    assert (score.raw, score.maximum, score.scorer) == (7, 7, "threshold-scoring/2")
    assert [row["points"] for row in score.items] == ["1"] * 7 + [None]


def test_partial_credit_of_every_kind_adds_up_exactly(kinds_room):
    worth = {
        1: (["1:c", "2:b", "3:a"], Fraction(2, 3)),
        2: (["1:c", "2:b"], Fraction(1, 2)),
        3: (["60.01,40"], Fraction(1, 2)),  # a hundredth outside the circle, inside the rectangle
        4: ("abductor", Fraction(0)),
        5: ("1.5", Fraction(0)),  # the unit is part of the answer
        6: ([], Fraction(1, 2)),  # none of them: b and d rightly left alone
        7: ("56.51", Fraction(0)),
    }
    kinds_room.save(*[{"item": n, "seq": 1, "value": value} for n, (value, _) in worth.items()])
    kinds_room.post("submit")
    rows = kinds_room.attempt.released_score.items
    assert [Fraction(row["points"]) for row in rows] == [points for _, points in worth.values()] + [0]
    assert [row["state"] for row in rows][BOXES_PLACE - 1 :] == ["omitted", "answered", "not_reached"]


def test_the_review_page_says_every_answer_in_words(kinds_room):
    kinds_room.save(*[{"item": n, "seq": 1, "value": value} for n, value in GOOD.items()])
    page = kinds_room.get("review").content.decode()
    for words in (
        "Position 1: Mark the vertex; Position 2: Search the hotspot",
        "Chooses the dose: Physician; Holds the coil: Technician",
        "Point 1",
        "apb",
        "1500 mT",
        "Choice a to d1-108, Choice c to d1-108",
        "56,4",
        "I stop the train. The physician is told.",
    ):
        assert f'<span class="review-list__words">{words}' in page
    assert "tag--attention" not in page


@pytest.mark.parametrize(
    ("place", "value", "gap"),
    [
        (HOTSPOT_PLACE, ["201,40"], "Not a point in the picture"),  # the drawing is 200 wide
        (HOTSPOT_PLACE, ["50,"], "Not a point in the picture"),
        (UNIT_PLACE, "1500", "No unit"),
        (UNIT_PLACE, "much", "Not a number"),
        (COMMA_PLACE, "5,6,4", "Not a number"),
    ],
)
def test_the_review_page_says_what_an_answer_lacks(kinds_room, place, value, gap):
    kinds_room.save({"item": place, "seq": 1, "value": value})
    assert f'<span class="tag tag--attention">{gap}</span>' in kinds_room.get("review").content.decode()


def test_a_long_essay_is_kept_to_the_last_character(kinds_room):
    text = ("Ä" * 99 + "\n") * 120
    assert kinds_room.reply(item=ESSAY_PLACE, value=text)["reply"] == "ok"
    assert kinds_room.reply(item=ESSAY_PLACE, value=text)["reply"] == "ok-duplicate"
    assert stored(kinds_room, ESSAY_PLACE) == text
    assert ResponseLog.objects.get().value == text
    assert kinds_room.get("room", q=ESSAY_PLACE).content.decode().count("Ä") >= text.count("Ä")


def test_the_longest_essays_of_one_batch_fit(kinds_room):
    """The script sends up to 50 000 characters at once; at four bytes each they stay below the limit of a body."""
    saves = [{"item": ESSAY_PLACE, "seq": number, "value": "𝛀" * 12_000} for number in range(1, 5)]
    body = json.dumps({"token": kinds_room.attempt.token, "saves": saves}, ensure_ascii=False).encode()
    answer = kinds_room.browser.post(kinds_room.url("save"), body, content_type="application/json")
    assert [reply["reply"] for reply in answer.json()["replies"]] == ["ok"] * 4


def test_a_conflict_shows_the_whole_text_that_was_not_stored(kinds_room):
    kinds_room.reply(item=ESSAY_PLACE, value="First.")
    text = " ".join(f"word{number}" for number in range(400))
    answer = kinds_room.post("save", item=ESSAY_PLACE, seq=1, text=text)
    assert answer.status_code == 409
    assert text in answer.content.decode()


def test_the_page_without_script_marks_a_point(kinds_room):
    page = kinds_room.get("room", q=HOTSPOT_PLACE).content.decode()
    assert 'viewBox="0 0 200 100"' in page
    assert "the picture is 200 wide and 100 high" in page
    blank = {"point-x": "", "point-y": "", "point-was": ""}
    kinds_room.post("save", item=HOTSPOT_PLACE, seq=1, region="90,40", **blank)
    assert stored(kinds_room, HOTSPOT_PLACE) == ["90,40"]
    page = kinds_room.get("room", q=HOTSPOT_PLACE).content.decode()
    assert 'value="90,40" checked' in page
    # The label stays chosen while the pixels are typed anew: what was changed counts.
    typed = {"point-x": "51", "point-y": "40.5", "point-was": "90,40"}
    kinds_room.post("save", item=HOTSPOT_PLACE, seq=2, region="90,40", **typed)
    assert stored(kinds_room, HOTSPOT_PLACE) == ["51,40.5"]
    kinds_room.post("save", item=HOTSPOT_PLACE, seq=3, go="clear", **typed)
    assert stored(kinds_room, HOTSPOT_PLACE) is None


def test_boxes_emptied_without_script_are_an_answer_and_untouched_ones_are_not(kinds_room):
    kinds_room.post("save", item=BOXES_PLACE, seq=1)
    assert stored(kinds_room, BOXES_PLACE) is None
    assert "ticked-before" not in kinds_room.get("room", q=BOXES_PLACE).content.decode()
    kinds_room.post("save", item=BOXES_PLACE, seq=2, choice="a")
    assert 'name="ticked-before"' in kinds_room.get("room", q=BOXES_PLACE).content.decode()
    kinds_room.post("save", item=BOXES_PLACE, seq=3, **{"ticked-before": "yes"})
    assert stored(kinds_room, BOXES_PLACE) == []


def test_the_page_says_how_to_answer(kinds_room):
    hints = {item["kind"]: item["hint"] for item in kinds_room.get("items").json()["items"][:6]}
    assert hints["numeric"] == "Type a number and its unit, with a comma or a point for decimals."
    essay = kinds_room.get("items").json()["items"][ESSAY_PLACE - 1]
    assert essay["hint"].endswith("About 60 words.")
    for number in range(1, 9):
        item = kinds_room.get("items").json()["items"][number - 1]
        assert item["hint"] in kinds_room.get("room", q=number).content.decode()


def test_the_bank_shows_the_key_of_every_kind(kinds_room, exam_admin, client_for):
    desk = client_for(exam_admin)
    for code, words in {
        "D1-103": "circle, x 50, y 40, radius 10, score 1",
        "D1-105": "“abductor pollicis brevis” or “APB”",
        "D1-106": "what is written. Points: Stops the train and stays with the patient: 2; Says who is told: 1;",
        "D1-107": "decimal comma: yes; factors: T: 1, mT: 0.001",
    }.items():
        assert words in desk.get(f"/bank/{code}/").content.decode()
    assert {Item.objects.get(code=code).versions.get().kind for code in PLACES} == set(ItemKind) - {"single_choice"}


def test_a_single_choice_needs_no_hint(ada, ready):
    exam = make_exam(1, programme=ready.programme, items=[item_material("D1-001")])
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    assert Room(ada, Attempt.objects.get()).get("items").json()["items"][0]["hint"] == ""
