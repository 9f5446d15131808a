"""Short texts, and essays that a person marks."""

import re
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring import (
    AwaitingMarking,
    GivenAnswer,
    ManualKey,
    TextKey,
    needs_marking,
    outcome,
    points,
    word_count,
)

CAFE = TextKey(("Café au lait", "milk coffee"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Café au lait", 1), ("  cafe\u0301   AU\tlait ", 1), ("CAFÉ AU LAIT", 1), ("Milk Coffee", 1),
        ("cafe au lait", 0), ("café-au-lait", 0), ("café au lait.", 0), ("a café au lait", 0), ("", 0), ("  ", 0),
        (["milk coffee"], 0), (None, 0),
    ],
)  # fmt: skip
def test_normalised_equal(typed: str | list[str] | None, expected: int) -> None:
    assert points(ScoringRule.NORMALISED_EQUAL, CAFE, typed) == expected


def test_case_is_folded_and_not_merely_lowered() -> None:
    assert points(ScoringRule.NORMALISED_EQUAL, TextKey(("Straße",)), "STRASSE") == 1


@pytest.mark.parametrize(
    ("pattern", "typed", "expected"),
    [
        ("*motor* cortex", "The motor cortex", 1),
        ("*motor* cortex", "motor cortex", 1),
        ("*motor* cortex", "Motoric  CORTEX", 1),
        ("*motor* cortex", "motor cortices", 0),
        ("*motor* cortex", "cortex motor", 0),
        ("theta*", "theta burst", 1),
        ("theta*", "a theta burst", 0),
        ("a*a", "a", 0),  # one letter cannot be beginning and end
        ("a*a", "aa", 1),
        ("a*b*b", "ab", 0),
        (r"5\*", "5*", 1),
        (r"5\*", "55", 0),
        (r"\**", "*note", 1),
        ("plain", "plain", 1),
        ("plain", "plainer", 0),
        ("[a-z]+", "abc", 0),  # no other sign means anything
        (".", "x", 0),
    ],
)
def test_wildcard(pattern: str, typed: str, expected: int) -> None:
    assert points(ScoringRule.WILDCARD, TextKey((pattern,)), typed) == expected


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", min_size=1, max_size=10))
def test_wildcards_agree_with_a_regular_expression(pattern: str, typed: str) -> None:
    expected = re.fullmatch(pattern.replace("*", ".*"), typed) is not None
    assert points(ScoringRule.WILDCARD, TextKey((pattern,)), typed) == expected


def test_many_stars_are_not_slow() -> None:
    assert points(ScoringRule.WILDCARD, TextKey(("*a" * 90 + "*b",)), "a" * 12_000) == 0


@given(st.text(min_size=1, max_size=40))
def test_a_text_equals_itself_in_any_form_and_case(text: str) -> None:
    typed = f"  {unicodedata.normalize('NFD', text)} "
    same = " ".join(unicodedata.normalize("NFC", typed).split()) == " ".join(unicodedata.normalize("NFC", text).split())
    if text.strip() and same:
        assert points(ScoringRule.NORMALISED_EQUAL, TextKey((text,)), typed) == 1


def test_an_essay_waits_for_its_marker_and_an_empty_one_does_not() -> None:
    assert outcome(ScoringRule.MANUAL, ManualKey(), "I call the physician.") == AwaitingMarking()
    for nothing in (None, "", "  \n", [], ["a"]):
        assert outcome(ScoringRule.MANUAL, ManualKey(), nothing) == Fraction(0)
    assert outcome(ScoringRule.NORMALISED_EQUAL, CAFE, "milk coffee") == Fraction(1)
    with pytest.raises(ValueError, match="marks it"):
        points(ScoringRule.MANUAL, ManualKey(), "I call the physician.")


def test_the_answers_of_an_attempt_that_somebody_has_to_mark() -> None:
    answers = [
        GivenAnswer(4, ScoringRule.MANUAL, "Text."),
        GivenAnswer(1, ScoringRule.MANUAL, "Text."),
        GivenAnswer(2, ScoringRule.MANUAL, None),
        GivenAnswer(3, ScoringRule.NORMALISED_EQUAL, "Text."),
    ]
    assert needs_marking(answers) == (1, 4)
    assert needs_marking([]) == ()


@pytest.mark.parametrize(("text", "words"), [("", 0), (" \n ", 0), ("one", 1), ("Two words.\nAnd  two", 4)])
def test_words_are_what_stands_between_blanks(text: str, words: int) -> None:
    assert word_count(text) == words
