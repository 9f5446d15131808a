"""From an answer and a key to points: pure, exact, repeatable.

Points are fractions, so that three answers worth a third are worth exactly one. Rules and their names follow
exams.md 3.1 to 3.5.

An answer that puts options into places (positions of an order, prompts of a matching item) is a list of pairs like
"2:c": option c at place 2. Places left empty are left out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

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


@dataclass(frozen=True)
class OrderKey:
    """All options in the right order."""

    options: tuple[str, ...]


@dataclass(frozen=True)
class PairsKey:
    """Each prompt with its option."""

    options: Mapping[str, str]


Key = ChoiceKey | NumberKey | OrderKey | PairsKey


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


def placed_options(value: list[str]) -> dict[str, str]:
    """Return place → option of an answer in pairs; texts that are no pair, and places named twice, are left out."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for text in value:
        place, colon, option = text.partition(":")
        if colon and option:
            twice |= {place} & found.keys()
            found[place] = option
    return {place: option for place, option in found.items() if place not in twice}


def exact(placed: Mapping[str, str], key: OrderKey) -> Fraction:
    """One point when every option stands at its place. Key b c a: 1:b 2:c 3:a → 1, anything else → 0."""
    return Fraction(dict(placed) == {str(place): option for place, option in enumerate(key.options, start=1)})


def concordant_pairs(placed: Mapping[str, str], key: OrderKey) -> Fraction:
    """Share of the n(n−1)/2 pairs of options that stand in the right order (exams.md 3.3).

    Key b c a: 1:c 2:b 3:a has b–a and c–a right → 2/3. A pair counts only when both are placed, each at one place.
    """
    spots: dict[str, list[int]] = {}
    for place, option in placed.items():
        if place.isascii() and place.isdecimal():
            spots.setdefault(option, []).append(int(place))
    where = {option: places[0] for option, places in spots.items() if len(places) == 1}
    pairs = list(combinations(key.options, 2))
    right = sum(first in where and second in where and where[first] < where[second] for first, second in pairs)
    return Fraction(right, len(pairs))


def per_pair(placed: Mapping[str, str], key: PairsKey) -> Fraction:
    """Share of the prompts with their option. Key 1:c 2:a: 1:c 2:b → 1/2."""
    return Fraction(sum(placed.get(prompt) == option for prompt, option in key.options.items()), len(key.options))


def all_pairs(placed: Mapping[str, str], key: PairsKey) -> Fraction:
    """One point when every prompt has its option."""
    return Fraction(dict(placed) == dict(key.options))


CHOICE_RULES: dict[ScoringRule, Callable[[frozenset[str], ChoiceKey], Fraction]] = {
    ScoringRule.MATCH_CORRECT: match_correct,
    ScoringRule.ALL_OR_NOTHING: all_or_nothing,
    ScoringRule.PLUS_MINUS_FLOOR0: plus_minus_floor0,
}
ORDER_RULES = {ScoringRule.EXACT: exact, ScoringRule.CONCORDANT_PAIRS: concordant_pairs}
PAIR_RULES = {ScoringRule.PER_PAIR: per_pair, ScoringRule.ALL_OR_NOTHING: all_pairs}


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
    if not isinstance(value, list):
        return Fraction(0)
    if isinstance(key, OrderKey):
        return ORDER_RULES[rule](placed_options(value), key)
    if isinstance(key, PairsKey):
        return PAIR_RULES[rule](placed_options(value), key)
    return CHOICE_RULES[rule](frozenset(value), key)


def stored_points(exact: Fraction) -> Decimal:
    """Write exact points with four places, cut off and not rounded up: 2/3 → 0.6666, so a stored score never gains."""
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.0001"), rounding=ROUND_FLOOR)
