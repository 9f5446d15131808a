"""Adjustments in words, and networks."""

from decimal import Decimal

import pytest

from exams.rules.accommodations import Adjustments, time_in_words
from exams.rules.networks import is_inside, read_ranges


@pytest.mark.parametrize(
    ("multiplier", "extra", "words"),
    [
        ("1", "0", "150 minutes"),
        ("1.5", "0", "225 minutes: 150 and half as much again"),
        ("1.50", "0", "225 minutes: 150 and half as much again"),
        ("1.25", "0", "187.5 minutes: 150 and a quarter as much again"),
        ("2", "0", "300 minutes: 150 and as much again"),
        ("1.33", "0", "199.5 minutes: 150 and 33 % of it"),
        ("1", "10", "160 minutes: 150 and 10 more"),
        ("1.5", "12.5", "237.5 minutes: 150, half as much again and 12.5 more"),
    ],
)
def test_the_time_in_words(multiplier, extra, words):
    assert time_in_words(150, Adjustments(Decimal(multiplier), Decimal(extra))) == words


def test_all_adjustments_in_words():
    everything = Adjustments(Decimal("1.5"), Decimal(1), 15, True, True, True)
    assert everything.in_words == (
        "150 % time, 1 minute more, 15 minutes of breaks, large print, separate room, reader"
    )
    assert Adjustments().in_words == ""


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.7", True),
        ("192.0.3.7", False),
        ("::ffff:192.0.2.7", True),
        ("2001:db8:1::9", True),
        ("2001:db9::1", False),
        ("198.51.100.4", True),
        ("198.51.100.5", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_which_addresses_are_inside(address, inside):
    ranges = read_ranges("192.0.2.0/24, 2001:db8::/32\n198.51.100.4")
    assert is_inside(address, ranges) is inside


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("192.0.2.0/24 clinic", "“clinic” is not a network"),
        ("192.0.2.7/24", "write 192.0.2.0/24"),
        (" ".join(f"10.0.{n}.0/24" for n in range(51)), "more than 50 networks"),
    ],
)
def test_what_is_no_network_says_so(text, words):
    with pytest.raises(ValueError, match=words):
        read_ranges(text)
