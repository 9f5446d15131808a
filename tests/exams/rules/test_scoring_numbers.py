"""Typed numbers under every rule: edges are inside, units are converted, commas are read where the locale has them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import NumberBand, NumberKey, parse_number, points, read_key, split_number

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-10_000, max_value=10_000)
MINUS_FORTY = NumberKey(Decimal("-40"), Decimal(5), "°C")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("-40", 1), ("-38", 1), ("-42", 1), ("-4.2e1", 1), ("-42.0 °c", 1),  # 5 % of 40 is 2
        ("-42.01", 0), ("-37.99", 0), ("40", 0), ("-42 K", 0), ("", 0), ("NaN", 0),
    ],
)  # fmt: skip
def test_tolerance_relative_percent(typed: str, expected: int) -> None:
    assert points(ScoringRule.TOLERANCE_RELATIVE_PERCENT, MINUS_FORTY, typed) == expected


@given(numbers, st.decimals(places=2, min_value=0, max_value=50), numbers)
def test_percent_of_the_key_worked_in_hundredths(value: Decimal, percent: Decimal, typed: Decimal) -> None:
    key = NumberKey(value, percent, "")
    inside = abs(typed - value) * 100 <= abs(value) * percent
    assert points(ScoringRule.TOLERANCE_RELATIVE_PERCENT, key, f"{typed:f}") == inside


@given(numbers, st.decimals(places=3, min_value=0, max_value=9), st.sampled_from([-1, 1]))
def test_the_edge_of_a_tolerance_is_inside_and_the_next_step_is_not(value: Decimal, width: Decimal, way: int) -> None:
    key = NumberKey(value, width, "")
    edge = value + way * width
    assert points(ScoringRule.TOLERANCE_ABSOLUTE, key, f"{edge:f}") == 1
    assert points(ScoringRule.TOLERANCE_ABSOLUTE, key, f"{edge + way * Decimal('0.00001'):f}") == 0


FIELD = read_key(
    ItemKind.NUMERIC,
    ScoringRule.UNIT,
    {"value": "1.5", "tolerance": "0.1"},
    {"factors": {"T": "1", "mT": "0.001", "G": "0.0001"}},
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1.5 T", 1), ("1.5T", 1), ("1500 mT", 1), ("15000 G", 1), ("1.5e3 mt", 1), ("1.6 T", 1), ("1400 mT", 1),
        ("1601 mT", 0), ("1.5", 0), ("1500", 0), ("1.5 mT", 0), ("1.5 Tesla", 0), ("T", 0), ("T 1.5", 0), ("1,5 T", 0),
    ],
)  # fmt: skip
def test_unit(typed: str, expected: int) -> None:
    assert points(ScoringRule.UNIT, FIELD, typed) == expected


@given(st.integers(0, 4000))
def test_one_length_in_two_units_is_worth_the_same(milli: int) -> None:
    tesla = f"{milli // 1000}.{milli % 1000:03} T"
    assert points(ScoringRule.UNIT, FIELD, f"{milli} mT") == points(ScoringRule.UNIT, FIELD, tesla)
    assert points(ScoringRule.UNIT, FIELD, tesla) == (1400 <= milli <= 1600)


RINGS = NumberKey(
    Decimal(10),
    Decimal(0),
    "mm",
    bands=(
        NumberBand(Decimal(9), Decimal(11), Fraction(1)),
        NumberBand(Decimal(5), Decimal(15), Fraction(1, 2)),
        NumberBand(Decimal(15), Decimal(20), Fraction(1, 4)),
    ),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("10", Fraction(1)),
        ("9", Fraction(1)),
        ("11.0 mm", Fraction(1)),
        ("8.99", Fraction(1, 2)),
        ("15", Fraction(1, 2)),  # on the edge of two bands: the better one
        ("15.01", Fraction(1, 4)),
        ("20.01", Fraction(0)),
        ("4.99", Fraction(0)),
        ("ten", Fraction(0)),
    ],
)
def test_bands(typed: str, expected: Fraction) -> None:
    assert points(ScoringRule.BANDS, RINGS, typed) == expected


@pytest.mark.parametrize(
    ("typed", "with_comma"),
    [
        ("56,4", "56.4"), ("-0,5", "-0.5"), (",5", "0.5"), ("5,64e1", "56.4"), ("56.4", "56.4"), ("1.000", "1.000"),
        ("56,", None), ("1,234,567", None), ("1,234.5", None), ("1.234,5", None), ("5,6,4", None), ("5, 6", None),
    ],
)  # fmt: skip
def test_a_decimal_comma_is_read_only_where_the_locale_has_it(typed: str, with_comma: str | None) -> None:
    assert parse_number(typed, decimal_comma=True) == (None if with_comma is None else Decimal(with_comma))
    assert "," not in typed or parse_number(typed) is None


@given(st.text(alphabet="0123456789,.+-eE mT°", max_size=45), st.booleans())
def test_no_text_breaks_the_reader_of_numbers(text: str, comma: bool) -> None:
    found = split_number(text, decimal_comma=comma)
    assert found is None or found.number.is_finite()


@given(numbers, numbers)
def test_nearer_is_never_worth_less(near: Decimal, far: Decimal) -> None:
    if abs(near - 10) > abs(far - 10):
        near, far = far, near
    nested = NumberKey(RINGS.value, RINGS.tolerance, RINGS.unit, bands=RINGS.bands[:2])
    assert points(ScoringRule.BANDS, nested, f"{near:f}") >= points(ScoringRule.BANDS, nested, f"{far:f}")
