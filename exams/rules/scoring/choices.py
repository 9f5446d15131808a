"""Chosen options: exams.md 3.1 and 3.2."""

from collections.abc import Callable
from fractions import Fraction

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.keys import ChoiceKey, FractionsKey, MappingKey

# Moodle writes thirds, sixths, sevenths and ninths with five places; its smallest share is a twentieth.
SMALLEST_SHARE = 20
LAST_PLACE = Fraction(1, 10**5)


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


def per_option(chosen: frozenset[str], key: ChoiceKey) -> Fraction:
    """Share of the options that stand on the right side. Key {a, c} of a to d: {a} → 3/4, {} → 1/2, {b, d} → 0.

    An empty selection is an answer here; that nothing was ever chosen is told before this rule is asked. Anything that
    is no option of the item makes the answer worth nothing.
    """
    if not chosen <= key.among:
        return Fraction(0)
    return Fraction(len(key.among) - len(chosen ^ key.options), len(key.among))


def qti_map_response(chosen: frozenset[str], key: MappingKey) -> Fraction:
    """Sum of the mapped values, each distinct value once, every other one adding the default; then the bounds.

    This is the SCORE of QTI and may be more than 1 or, without a lower bound, less than 0. Mapping a 2, b 1, c −1,
    default −0.5: {a, b} → 3, {a, d} → 1.5.
    """
    return bounded(sum((key.mapping.get(option, key.default) for option in chosen), Fraction(0)), key.lower, key.upper)


def best_mapped(key: MappingKey) -> Fraction:
    """Return the highest SCORE that choosing among the item's options can reach."""
    gains = (key.mapping.get(option, key.default) for option in key.among)
    return bounded(sum((gain for gain in gains if gain > 0), Fraction(0)), key.lower, key.upper)


def fractions_sum(chosen: frozenset[str], key: FractionsKey) -> Fraction:
    """Sum of the shares of the chosen options, not below 0 and not above 1. a 50 %, b 50 %, c −50 %: {a, c} → 0."""
    total = sum((key.fractions.get(option, Fraction(0)) for option in chosen), Fraction(0))
    return min(Fraction(1), max(Fraction(0), total))


def share_of_percent(percent: Fraction) -> Fraction:
    """Read a percentage of Moodle as the share that it stands for: 33.33333 is a third, 33.3 is 333/1000.

    A value that agrees to the last of five places with a share of twentieths or coarser is that share, so that three
    thirds are exactly one.
    """
    share = (percent / 100).limit_denominator(SMALLEST_SHARE)
    return share if abs(share * 100 - percent) < LAST_PLACE else percent / 100


def bounded(total: Fraction, lower: Fraction | None, upper: Fraction | None) -> Fraction:
    """Keep a sum within bounds; None is no bound."""
    if lower is not None:
        total = max(lower, total)
    return total if upper is None else min(upper, total)


CHOICE_RULES: dict[ScoringRule, Callable[[frozenset[str], ChoiceKey], Fraction]] = {
    ScoringRule.MATCH_CORRECT: match_correct,
    ScoringRule.ALL_OR_NOTHING: all_or_nothing,
    ScoringRule.PLUS_MINUS_FLOOR0: plus_minus_floor0,
    ScoringRule.PER_OPTION: per_option,
}
