import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.badges.status_list import LENGTH, encode, is_set


def bits(encoded: str) -> bytes:
    return gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4)))


def test_the_first_place_is_the_left_most_bit() -> None:
    assert bits(encode([0]))[:2] == b"\x80\x00"
    assert bits(encode([7, 8, LENGTH - 1]))[:2] == b"\x01\x80"
    assert bits(encode([7, 8, LENGTH - 1]))[-1] == 1
    assert len(bits(encode([]))) == 131_072 // 8


def test_an_empty_list_is_short_and_always_the_same() -> None:
    assert encode([]) == encode([])
    assert encode([]).startswith("uH4sI")
    assert len(encode([])) <= 69
    assert "=" not in encode([5])


@given(st.sets(st.integers(0, LENGTH - 1), max_size=30), st.integers(0, LENGTH - 1))
def test_what_was_set_reads_as_set(places: set[int], other: int) -> None:
    encoded = encode(places)
    assert all(is_set(encoded, place) for place in places)
    assert is_set(encoded, other) == (other in places)


def test_places_outside_and_other_texts_are_refused() -> None:
    for place in (-1, LENGTH):
        with pytest.raises(IndexError):
            encode([place])
        with pytest.raises(ValueError, match="no such place"):
            is_set(encode([]), place)
    huge = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(50_000_000))).rstrip(b"=").decode()
    short = "u" + base64.urlsafe_b64encode(gzip.compress(bytes(100))).rstrip(b"=").decode()
    for text in (huge, short, "uAAAA", "u*", encode([])[1:], encode([])[:-9]):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
            is_set(text, 0)
