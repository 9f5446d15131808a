"""Rules of content: HTML that is kept, contrast, answers to formative questions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules.colours import contrast, ink_on, luminance
from content.rules.formative import Option, check_choice, check_number, read_number
from content.rules.safe_html import clean_html

OPTIONS = [Option("a", True, "yes"), Option("b", False, "no"), Option("c", True, "yes")]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ('<p onclick="x()" style="color:red">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href="https://example.org">a</a>', '<a href="https://example.org">a</a>'),
        ('<img src="x" onerror="y()">', ""),
        ("<h1>a</h1>", "a"),
    ],
)
def test_keeps_what_is_on_the_list_only(html: str, kept: str) -> None:
    assert clean_html(html) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing(html: str) -> None:
    assert clean_html(clean_html(html)) == clean_html(html)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known near miss
    assert luminance("#808080") == pytest.approx(0.2159, abs=0.0001)


def test_ink_is_what_reads_better() -> None:
    assert (ink_on("#8a4415"), ink_on("#e39a63")) == ("#ffffff", "#14181d")


@pytest.mark.parametrize(
    ("chosen", "answered", "right"),
    [({0, 2}, True, True), ({0}, True, False), ({0, 1, 2}, True, False), (set(), False, False), ({7}, False, False)],
)
def test_a_choice_is_right_when_all_and_only_keys_are_chosen(chosen: set[int], answered: bool, right: bool) -> None:
    feedback = check_choice(OPTIONS, chosen)
    assert (feedback.answered, feedback.right) == (answered, right)


def test_every_option_says_what_happened_with_it() -> None:
    words = [checked.words for checked in check_choice(OPTIONS, {0, 1}).options]
    assert words == [
        "You chose this. It is right.",
        "You chose this. It is not right.",
        "Right, and you did not choose it.",
    ]


@pytest.mark.parametrize(
    ("typed", "right"),
    [("62.4", True), ("62,3 %", True), (" 62.5 % MSO", True), ("62.2", False), ("-62.4", False), ("62.51", False)],
)
def test_a_number_is_right_within_its_tolerance(typed: str, right: bool) -> None:
    feedback = check_number(typed, answer="62.4", tolerance="0.1")
    assert (feedback.answered, feedback.right) == (True, right)


@pytest.mark.parametrize("typed", ["", "many", "1.2.3", ".", "-"])
def test_what_is_no_number_is_not_an_answer(typed: str) -> None:
    assert not check_number(typed, answer="1", tolerance="0").answered


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000))
def test_reads_back_any_number_however_it_is_typed(number: Decimal) -> None:
    assert read_number(f" {str(number).replace('.', ',')} % ") == number


@given(st.text())
def test_reading_a_number_never_fails(typed: str) -> None:
    assert read_number(typed) is None or isinstance(read_number(typed), Decimal)
