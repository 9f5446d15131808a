import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.practical_saves import Reply, Save, Stored, clean_text, fault_of, reply_to, reply_when_closed

STORED = Stored(3, "done")


@pytest.mark.parametrize(
    ("stored", "seq", "value", "reply"),
    [
        (None, 1, "done", Reply.OK),
        (None, 7, "done", Reply.OK),
        (STORED, 4, "done", Reply.OK),
        (STORED, 9, "partly", Reply.OK),
        (STORED, 3, "done", Reply.DUPLICATE),
        (STORED, 3, "partly", Reply.CONFLICT),
        (STORED, 2, "done", Reply.STALE),
        (STORED, 4, "", Reply.OK),
    ],
)
def test_a_save_is_answered_by_its_number(stored: Stored | None, seq: int, value: str, reply: Reply) -> None:
    assert reply_to(stored, Save("P01-1", seq, value)) is reply


@pytest.mark.parametrize(
    ("seq", "value", "reply"),
    [(3, "done", Reply.DUPLICATE), (3, "partly", Reply.CLOSED), (4, "done", Reply.CLOSED), (2, "x", Reply.CLOSED)],
)
def test_a_late_save_is_closed_unless_it_was_stored_before(seq: int, value: str, reply: Reply) -> None:
    assert reply_when_closed(STORED, Save("P01-1", seq, value)) is reply


@pytest.mark.parametrize(
    ("save", "fault"),
    [
        (Save("P01-1", 1, "done"), None),
        (Save("P01-1", 1, ""), None),
        (Save("P01-1", 1, "perfect"), "bad_value"),
        (Save("P09-1", 1, "done"), "unknown_field"),
        (Save("P01-1", 0, "done"), "bad_number"),
        (Save("P01-1", 2**31, "done"), "bad_number"),
        (Save("remark", 1, "x" * 1001), "too_long"),
    ],
)
def test_a_save_that_cannot_be_taken_says_why(save: Save, fault: str | None) -> None:
    assert fault_of(save, {"P01-1": frozenset({"done"}), "remark": None}) == fault


SAVES = st.lists(st.builds(Save, st.just("f"), st.integers(1, 6), st.sampled_from(["a", "b", ""])), max_size=12)


@given(SAVES)
def test_the_highest_number_wins_and_its_first_value_stays(saves: list[Save]) -> None:
    """Against a model: the stored save is the first one that carried the highest number so far."""
    stored: Stored | None = None
    for save in saves:
        if reply_to(stored, save) is Reply.OK:
            stored = Stored(save.seq, save.value)
    highest = max((save.seq for save in saves), default=None)
    expected = next((save.value for save in saves if save.seq == highest), None)
    assert (stored.value if stored else None) == expected


@given(st.text())
def test_cleaned_text_is_canonical_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == clean_text(cleaned) == unicodedata.normalize("NFC", cleaned)
    cleaned.encode("utf-8")
