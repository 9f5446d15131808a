"""From an answer and a key to points: pure, exact, repeatable.

Points are fractions, so that three answers worth a third are worth exactly one. Every item is worth one point; a QTI
sum that can be more is divided by what full marks are, and less than nothing counts as nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.answers import Value, placed_options, points_of
from exams.rules.scoring.choices import CHOICE_RULES, best_mapped, fractions_sum, qti_map_response
from exams.rules.scoring.keys import (
    AreasKey,
    ChoiceKey,
    FractionsKey,
    Key,
    ManualKey,
    MappingKey,
    NumberKey,
    OrderKey,
    PairsKey,
    TextKey,
)
from exams.rules.scoring.marks import AREA_RULES
from exams.rules.scoring.numbers import NUMBER_RULES
from exams.rules.scoring.places import ORDER_RULES, PAIR_RULES
from exams.rules.scoring.texts import TEXT_RULES

# 2 adds rules and kinds to 1; every rule of 1 gives what it gave, so results of 1 are reproduced by 2.
SCORER = "threshold-scoring/2"
NOTHING = Fraction(0)


@dataclass(frozen=True)
class AwaitingMarking:
    """No points yet: a person has to mark the answer. Nothing written is marked by nobody; it earns 0 at once."""


@dataclass(frozen=True)
class GivenAnswer:
    """One answer of an attempt: where it stands, what scores it, what it says."""

    position: int
    rule: ScoringRule
    value: Value


def outcome(rule: ScoringRule, key: Key, value: Value) -> Fraction | AwaitingMarking:
    """Score one answer, 0 to 1, or say that a person has to."""
    if rule is ScoringRule.MANUAL:
        return AwaitingMarking() if _is_written(value) else NOTHING
    return points(rule, key, value)


def needs_marking(answers: Iterable[GivenAnswer]) -> tuple[int, ...]:
    """Return the places of the answers that a person has to mark, in order. Nothing written needs no marking."""
    waiting = (answer.position for answer in answers if answer.rule is ScoringRule.MANUAL and _is_written(answer.value))
    return tuple(sorted(waiting))


def points(rule: ScoringRule, key: Key, value: Value) -> Fraction:
    """Score one answer by machine, 0 to 1. An empty answer and one of the wrong shape score 0.

    The empty list is an answer only to `per_option`. Raises `ValueError` for `manual`; see `outcome`.
    """
    if isinstance(key, ManualKey):
        raise ValueError("an essay has no points until somebody marks it")
    if value is None or (not value and rule is not ScoringRule.PER_OPTION):
        return NOTHING
    if isinstance(value, str):
        return _of_text(rule, key, value)
    return _of_list(rule, key, value)


def _of_text(rule: ScoringRule, key: Key, value: str) -> Fraction:
    if isinstance(key, NumberKey):
        return NUMBER_RULES[rule](value, key)
    return TEXT_RULES[rule](value, key) if isinstance(key, TextKey) else NOTHING


def _of_list(rule: ScoringRule, key: Key, value: list[str]) -> Fraction:
    if isinstance(key, OrderKey):
        return ORDER_RULES[rule](placed_options(value), key)
    if isinstance(key, PairsKey):
        return PAIR_RULES[rule](placed_options(value), key)
    if isinstance(key, AreasKey):
        return _of_points(rule, key, value)
    chosen = frozenset(value)
    if isinstance(key, ChoiceKey):
        return CHOICE_RULES[rule](chosen, key)
    if isinstance(key, MappingKey):
        return _share(qti_map_response(chosen, key), best_mapped(key))
    return fractions_sum(chosen, key) if isinstance(key, FractionsKey) else NOTHING


def _of_points(rule: ScoringRule, key: AreasKey, value: list[str]) -> Fraction:
    """Points beyond those allowed make the answer worth nothing: otherwise marking everything would be right."""
    marked = points_of(value)
    if not marked or len(value) > key.most_points:
        return NOTHING
    return _share(AREA_RULES[rule](marked, key), Fraction(1) if key.upper is None else key.upper)


def _share(total: Fraction, full: Fraction) -> Fraction:
    """Turn a sum into a share of what full marks are, 0 to 1."""
    return max(NOTHING, min(Fraction(1), total / full)) if full > 0 else NOTHING


def _is_written(value: Value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def stored_points(exact: Fraction) -> Decimal:
    """Write exact points with four places, cut off and not rounded up: 2/3 → 0.6666, so a stored score never gains."""
    # In whole numbers: a quotient of decimals is rounded to 28 places first, and that may round up.
    return Decimal(exact.numerator * 10_000 // exact.denominator).scaleb(-4)
