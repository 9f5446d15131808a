"""Two texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from exams.rules.word_diff import Change, Piece, word_diff

TEXTS = st.lists(st.sampled_from(["coil", "The", "vertex", " ", "\n", "5 %", ""]), max_size=12).map(" ".join)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == old
    assert all(piece.text for piece in pieces)


@given(TEXTS)
def test_nothing_changed_in_equal_texts(text: str) -> None:
    assert {piece.change for piece in word_diff(text, text)} <= {Change.SAME}


def test_a_replaced_word_is_removed_then_added() -> None:
    assert word_diff("Hold the coil", "Hold the handle") == (
        Piece(Change.SAME, "Hold the "),
        Piece(Change.REMOVED, "coil"),
        Piece(Change.ADDED, "handle"),
    )
