"""Stems that ask the same."""

import pytest

from exams.rules.similar_stems import likenesses, word_count, words_of

STEM = "Which finding at the vertex makes the technician stop the session at once?"


@pytest.mark.parametrize(
    "other", [STEM.upper(), f"  {STEM} ", STEM.replace("?", " ?"), STEM.replace("vertex", "**vertex**")]
)
def test_case_marks_and_blanks_make_no_difference(other: str) -> None:
    (found,) = likenesses(STEM, {"D1-001": other})
    assert (found.code, found.is_equal) == ("D1-001", True)


def test_a_swapped_word_is_alike_and_another_order_is_not_equal() -> None:
    near = STEM.replace("vertex", "hotspot")
    turned = " ".join(reversed(STEM.split()))
    found = likenesses(STEM, {"D1-001": near, "D1-002": turned, "D1-003": STEM})
    assert [(likeness.code, likeness.is_equal) for likeness in found] == [
        ("D1-003", True),
        ("D1-002", False),
        ("D1-001", False),
    ]
    mine, theirs = set(words_of(STEM)), set(words_of(near))
    assert found[2].share == pytest.approx(len(mine & theirs) / len(mine | theirs))


def test_other_questions_and_short_phrases_are_left_alone() -> None:
    assert likenesses(STEM, {"D1-001": "Where does the coil lie when the threshold is sought?"}) == []
    assert likenesses("What is right now?", {"D1-001": "What is right here?"}) == []
    assert likenesses("", {"D1-001": ""}) == []


def test_words_are_counted_as_a_candidate_reads_them() -> None:
    assert word_count("A **warm** coil, 5 %.", "Stop", "") == 5
