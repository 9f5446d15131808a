"""From an answer and a key to points: pure, exact, repeatable.

Points are fractions, so that three answers worth a third are worth exactly one. Rules and their names follow
exams.md 3.1, 3.2 and 3.5.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction

from exams.rules.item_material import ScoringRule

SCORER = "threshold-scoring/1"
LONGEST_NUMBER = 40
NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*(.*)", re.DOTALL)

Value = list[str] | str | None


class AnswerState(StrEnum):
    """Answered, left empty after it was seen, or not reached: the last two score 0 alike but are counted apart."""

    ANSWERED = "answered"
    OMITTED = "omitted"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class ChoiceKey:
    """The ids of the right options."""

    options: frozenset[str]


@dataclass(frozen=True)
class NumberKey:
    """The right number, the distance that still counts (same unit, inclusive), and the unit."""

    value: Decimal
    tolerance: Decimal
    unit: str


Key = ChoiceKey | NumberKey


def match_correct(chosen: frozenset[str], key: ChoiceKey) -> Fraction:
    """One point when exactly the right option is chosen. Key {b}: b → 1, a → 0, nothing → 0."""
    return Fraction(chosen == key.options)


def all_or_nothing(chosen: frozenset[str], key: ChoiceKey) -> Fraction:
    """One point when the two sets are equal. Key {a, c}: {a, c} → 1, {a} → 0, {a, c, d} → 0."""
    return Fraction(chosen == key.options)


def plus_minus_floor0(chosen: frozenset[str], key: ChoiceKey) -> Fraction:
    """(hits − false selections) / number of keys, never below 0. Key {a, c}: {a} → 1/2, {a, c, d} → 1/2, {d} → 0."""
    hits = len(chosen & key.options)
    return max(Fraction(0), Fraction(hits - len(chosen - key.options), len(key.options)))


def tolerance_absolute(typed: str, key: NumberKey) -> Fraction:
    """One point within the tolerance, edges included. Key 56.4 ± 0.1: 56.3 → 1, 56.50 → 1, 56.51 → 0."""
    number = parse_number(typed, unit=key.unit)
    if number is None:
        return Fraction(0)
    return Fraction(abs(Fraction(number) - Fraction(key.value)) <= Fraction(key.tolerance))


CHOICE_RULES: dict[ScoringRule, Callable[[frozenset[str], ChoiceKey], Fraction]] = {
    ScoringRule.MATCH_CORRECT: match_correct,
    ScoringRule.ALL_OR_NOTHING: all_or_nothing,
    ScoringRule.PLUS_MINUS_FLOOR0: plus_minus_floor0,
}


def parse_number(typed: str, *, unit: str = "") -> Decimal | None:
    """Read a number as typed, or None when it is not one.

    Accepted: sign, decimal point, exponent of up to two digits, blanks around it, and the unit asked for behind it in
    any case. Refused: NaN, infinity, decimal comma, digits of other scripts, any other text.
    """
    if len(typed) > LONGEST_NUMBER or not (found := NUMBER.fullmatch(typed.strip())):
        return None
    trailing = " ".join(found[2].split()).casefold()
    if trailing not in {"", " ".join(unit.split()).casefold()}:
        return None
    return Decimal(found[1])


def answer_state(seq: int, value: Value) -> AnswerState:
    """Tell an answer from a place left empty and one never reached (`seq` 0: nothing was ever saved)."""
    if seq == 0:
        return AnswerState.NOT_REACHED
    return AnswerState.ANSWERED if value else AnswerState.OMITTED


def points(rule: ScoringRule, key: Key, value: Value) -> Fraction:
    """Score one answer, 0 to 1. An empty answer and one of the wrong shape score 0."""
    if not value:
        return Fraction(0)
    if isinstance(key, NumberKey):
        return tolerance_absolute(value, key) if isinstance(value, str) else Fraction(0)
    return CHOICE_RULES[rule](frozenset(value), key) if isinstance(value, list) else Fraction(0)


def stored_points(exact: Fraction) -> Decimal:
    """Write exact points with four places, cut off and not rounded up: 2/3 → 0.6666, so a stored score never gains."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)
