"""A lesson question in a mock exam: what is shown, what it is worth, what is said afterwards."""

import json
from fractions import Fraction

import pytest

from content.rules.formative import Option
from exams.rules.item_kinds import ItemKind
from exams.rules.mock_content import LessonQuestion, Verdict, feedback, freeze, score

SINGLE = LessonQuestion(
    ItemKind.SINGLE_CHOICE,
    '<p>Which, by <a href="/course/">this lesson</a>, is <b>not</b> right?</p>',
    (Option("One", True, "CANARY one."), Option("Two", False, "CANARY two."), Option("Three", False, "CANARY three.")),
)
SEVERAL = LessonQuestion(
    ItemKind.MULTIPLE_RESPONSE, "<p>Which?</p>", tuple(Option(t, t in "AC", f"CANARY {t}") for t in "ABCD")
)
NUMBER = LessonQuestion(
    ItemKind.NUMERIC, "<p>How much?</p>", answer="62,4", tolerance="0.1", unit="% MSO", reason="<p>CANARY.</p>"
)


def test_options_are_known_by_the_order_in_which_they_are_shown():
    shown, kept = freeze(SINGLE, [2, 0, 1])
    assert shown["options"] == [{"id": "a", "text": "Three"}, {"id": "b", "text": "One"}, {"id": "c", "text": "Two"}]
    assert kept["key"] == ["b"]


@pytest.mark.parametrize("question", [SINGLE, SEVERAL, NUMBER])
def test_what_is_shown_holds_no_key_and_no_reason(question):
    shown, _ = freeze(question, range(len(question.options)))
    assert set(shown) == {"kind", "stem", "options", "unit"}
    assert all(set(option) == {"id", "text"} for option in shown["options"])
    assert not [word for word in ("CANARY", "62", "0.1", "rue") if word in json.dumps(shown)]


def test_no_link_leads_out_of_the_room():
    shown, _ = freeze(SINGLE, [0, 1, 2])
    assert shown["stem"] == "<p>Which, by this lesson, is <b>not</b> right?</p>"


def test_the_words_of_a_stem_are_compared_without_marks():
    item = LessonQuestion(ItemKind.NUMERIC, "<p>How <strong>MUCH</strong>, &amp; why?</p>")
    assert item.words == ("how", "much", "why")


@pytest.mark.parametrize(
    ("question", "value", "points", "verdict"),
    [
        (SINGLE, ["a"], Fraction(1), Verdict.RIGHT),
        (SINGLE, ["b"], Fraction(0), Verdict.WRONG),
        (SINGLE, None, Fraction(0), Verdict.UNANSWERED),
        (SEVERAL, ["a", "c"], Fraction(1), Verdict.RIGHT),
        (SEVERAL, ["a"], Fraction(1, 2), Verdict.PARTLY),
        (SEVERAL, ["a", "b"], Fraction(0), Verdict.WRONG),
        (SEVERAL, ["a", "b", "c"], Fraction(1, 2), Verdict.PARTLY),
        (SEVERAL, [], Fraction(0), Verdict.UNANSWERED),
        (NUMBER, "62.3", Fraction(1), Verdict.RIGHT),
        (NUMBER, "62.29", Fraction(0), Verdict.WRONG),
        (NUMBER, "much", Fraction(0), Verdict.WRONG),
        (NUMBER, None, Fraction(0), Verdict.UNANSWERED),
    ],
)
def test_points_and_words_for_an_answer(question, value, points, verdict):
    frozen = freeze(question, range(len(question.options)))
    assert score(*frozen, value) == points
    assert feedback(*frozen, value).verdict is verdict


def test_afterwards_each_option_has_its_reason():
    said = feedback(*freeze(SINGLE, [1, 0, 2]), ["a"])
    assert [(row.option.text, row.option.correct, row.chosen, row.option.reason) for row in said.options] == [
        ("Two", False, True, "CANARY two."),
        ("One", True, False, "CANARY one."),
        ("Three", False, False, "CANARY three."),
    ]
    assert said.number == ""


def test_afterwards_a_number_has_its_answer_and_reason():
    said = feedback(*freeze(NUMBER, []), "1")
    assert (said.number, said.reason, said.options) == ("62.4 % MSO, 0.1 more or less", "<p>CANARY.</p>", ())
