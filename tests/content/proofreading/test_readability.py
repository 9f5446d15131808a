"""The grade level, against numbers worked out by hand."""

import pytest

from content.proofreading.readability import grade_level, syllables_of, words_of


def test_of_one_sentence_of_short_words() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 · 6 + 11.8 · 1 - 15.59
    assert grade_level("The cat sat on the mat.") == pytest.approx(-1.45)


def test_of_two_sentences() -> None:
    # 7 words, 2 sentences, 9 syllables (mag-net, moves has one, cop-per): 0.39 · 3.5 + 11.8 · 9/7 - 15.59
    assert grade_level("The magnet moves. We hold the copper.") == pytest.approx(0.39 * 3.5 + 11.8 * 9 / 7 - 15.59)


def test_abbreviations_end_no_sentence() -> None:
    two = "The coil, e.g. this one, is hot. The coil, e.g. this one, is hot."
    assert grade_level(two) == pytest.approx(grade_level("The coil, e.g. this one, is hot."))
    assert grade_level("The coil, e.g. this, is hot.") > grade_level("The coil. This is hot.")


def test_list_entries_are_sentences() -> None:
    assert grade_level("Bring\n- the cap\n- the tape") < grade_level("Bring the cap the tape")


def test_numbers_are_no_words() -> None:
    assert words_of("At 10 Hz it clicks 3,000 times.") == ["At", "Hz", "it", "clicks", "times"]


@pytest.mark.parametrize(("word", "count"), [("coil", 1), ("threshold", 2), ("stimulation", 4), ("magnetic", 3)])
def test_syllables(word: str, count: int) -> None:
    assert syllables_of(word) == count


def test_no_words_no_grade() -> None:
    with pytest.raises(ValueError, match="without words"):
        grade_level("3 4")
