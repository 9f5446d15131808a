"""Finding words in texts."""

import pytest

from content.rules.search import (
    EXCERPT,
    IN_TEXT,
    IN_TITLE,
    IS_TITLE,
    LONGEST_QUERY,
    MOST_WORDS,
    NOT_FOUND,
    excerpt,
    fold,
    rank,
    words_of,
)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ()),
        ("  ,;  ", ()),
        ("Motor  THRESHOLD motor", ("motor", "threshold")),
        ("D\u2019Arsonval", ("d\u2019arsonval",)),
        ("Ars\u00e8ne", ("arsene",)),
        ("510(k)", ("510(k",)),
        ('"PHQ-9"', ("phq-9",)),
    ],
)
def test_what_somebody_typed_becomes_words(typed: str, words: tuple[str, ...]) -> None:
    assert words_of(typed) == words


def test_a_long_query_is_cut() -> None:
    assert len(words_of(" ".join("abcdefghijklmnop"))) == MOST_WORDS
    assert words_of("x" * 1000) == ("x" * LONGEST_QUERY,)


@pytest.mark.parametrize(
    "text", ["\u00c4rger", "stra\u00dfe", "\ufb01eld", "\u0130zmir", "e\u0301", "\u1fb3", "\x00", "50 \u00b5V"]
)
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("motor threshold", IS_TITLE),
        ("Threshold", IN_TITLE),
        ("thres mot", IN_TITLE),
        ("motor half", IN_TEXT),
        ("otor", NOT_FOUND),
        ("motor sham", NOT_FOUND),
        ("", NOT_FOUND),
        ("mot.r", NOT_FOUND),
    ],
)
def test_a_text_fits_by_all_its_words(query: str, expected: int) -> None:
    assert rank(words_of(query), "Motor threshold", "Moves the thumb half of the time.") == expected


def test_an_excerpt_shows_the_word_as_it_stands_in_the_text() -> None:
    parts = excerpt(words_of("arsene"), "In 1896 Ars\u00e8ne d'Arsonval reported flickers of light.")
    assert [part.text for part in parts if part.found] == ["Ars\u00e8ne"]
    assert "".join(part.text for part in parts) == "In 1896 Ars\u00e8ne d'Arsonval reported flickers of light."


def test_an_excerpt_of_a_long_text_begins_shortly_before_the_word() -> None:
    parts = excerpt(("needle",), "straw " * 200 + "needle " + "straw " * 200)
    shown = "".join(part.text for part in parts)
    assert shown.startswith("\u2026 straw")
    assert shown.endswith("straw \u2026")
    assert [part.text for part in parts if part.found] == ["needle"]
    assert len(shown) <= EXCERPT + 4


def test_an_excerpt_without_the_word_is_the_beginning() -> None:
    assert [part.text for part in excerpt(("needle",), "straw")] == ["straw"]
