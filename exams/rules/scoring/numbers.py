"""Typed numbers: exams.md 3.5. Edges are inside, and nothing is a float."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.answers import parse_number, plain_unit, split_number
from exams.rules.scoring.keys import NumberKey


def tolerance_absolute(typed: str, key: NumberKey) -> Fraction:
    """One point within the tolerance, edges included. Key 56.4 ± 0.1: 56.3 → 1, 56.50 → 1, 56.51 → 0."""
    number = _plain_number(typed, key)
    return Fraction(number is not None and _near(Fraction(number), key, Fraction(key.tolerance)))


def tolerance_relative_percent(typed: str, key: NumberKey) -> Fraction:
    """One point within so many percent of the right number's size. Key −40, 5 %: −38 → 1, −42 → 1, −42.01 → 0."""
    number = _plain_number(typed, key)
    width = abs(Fraction(key.value)) * Fraction(key.tolerance) / 100
    return Fraction(number is not None and _near(Fraction(number), key, width))


def unit(typed: str, key: NumberKey) -> Fraction:
    """One point for a number with one of the units, converted. Key 1.5 T, factors T 1, mT 0.001: "1500 mT" → 1.

    The unit is part of the answer: a bare number earns nothing, and so does a unit that is not in the table. Case does
    not matter, as in every unit of this exam; a table whose units differ in case only cannot be written.
    """
    found = split_number(typed, decimal_comma=key.decimal_comma)
    factors = {plain_unit(name): factor for name, factor in (key.factors or {}).items()}
    if found is None or found.unit not in factors:
        return Fraction(0)
    return Fraction(_near(Fraction(found.number) * Fraction(factors[found.unit]), key, Fraction(key.tolerance)))


def bands(typed: str, key: NumberKey) -> Fraction:
    """What the best of the bands that hold the number earns. Bands 9 to 11 → 1, 5 to 15 → 1/2: 10 → 1, 15 → 1/2."""
    number = _plain_number(typed, key)
    if number is None:
        return Fraction(0)
    return max((band.score for band in key.bands if band.low <= number <= band.high), default=Fraction(0))


def _plain_number(typed: str, key: NumberKey) -> Decimal | None:
    return parse_number(typed, unit=key.unit, decimal_comma=key.decimal_comma)


def _near(number: Fraction, key: NumberKey, width: Fraction) -> bool:
    return abs(number - Fraction(key.value)) <= width


NUMBER_RULES: dict[ScoringRule, Callable[[str, NumberKey], Fraction]] = {
    ScoringRule.TOLERANCE_ABSOLUTE: tolerance_absolute,
    ScoringRule.TOLERANCE_RELATIVE_PERCENT: tolerance_relative_percent,
    ScoringRule.UNIT: unit,
    ScoringRule.BANDS: bands,
}
