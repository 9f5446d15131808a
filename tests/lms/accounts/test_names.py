"""Names that can be printed, and those that cannot."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.names import LONGEST_NAME, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Jose\u0301", "José"),
        ("নাজমুল হক", "নাজমুল হক"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("O’Brien-Ng, Jr.", "O’Brien-Ng, Jr."),
    ],
)
def test_names_of_the_world_are_kept(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "Ada\x00", "Ada \u202eecalevoL", "A\u200bda", "Ada 🎓", "x" * 121])
def test_what_cannot_be_printed_as_one_name_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        clean_name(typed)


@given(st.text(max_size=150))
def test_a_clean_name_stays_as_it_is(text: str) -> None:
    try:
        name = clean_name(text)
    except ValidationError:
        return
    assert clean_name(name) == name
    assert 1 <= len(name) <= LONGEST_NAME
    assert unicodedata.is_normalized("NFC", name)
