"""Options in places: orders (exams.md 3.3) and matches (3.4)."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.keys import OrderKey, PairsKey


def exact(placed: Mapping[str, str], key: OrderKey) -> Fraction:
    """One point when every option stands at its place. Key b c a: 1:b 2:c 3:a → 1, anything else → 0."""
    return Fraction(dict(placed) == _right_places(key))


def positions(placed: Mapping[str, str], key: OrderKey) -> Fraction:
    """Share of the places that hold their option. Key b c a: 1:b 2:a 3:c → 1/3.

    An option that stands at several places counts at none of them, or one option everywhere would earn a share.
    """
    given = list(placed.values())
    right = sum(
        placed.get(place) == option and given.count(option) == 1 for place, option in _right_places(key).items()
    )
    return Fraction(right, len(key.options))


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
    """Share of the prompts with their option. Key 1:c 2:a: 1:c 2:b → 1/2. Targets that fit nothing are no prompts."""
    return Fraction(sum(placed.get(prompt) == option for prompt, option in key.options.items()), len(key.options))


def all_pairs(placed: Mapping[str, str], key: PairsKey) -> Fraction:
    """One point when every prompt has its option."""
    return Fraction(dict(placed) == dict(key.options))


def _right_places(key: OrderKey) -> dict[str, str]:
    return {str(place): option for place, option in enumerate(key.options, start=1)}


ORDER_RULES: dict[ScoringRule, Callable[[Mapping[str, str], OrderKey], Fraction]] = {
    ScoringRule.EXACT: exact,
    ScoringRule.POSITIONS: positions,
    ScoringRule.CONCORDANT_PAIRS: concordant_pairs,
}
PAIR_RULES: dict[ScoringRule, Callable[[Mapping[str, str], PairsKey], Fraction]] = {
    ScoringRule.PER_PAIR: per_pair,
    ScoringRule.ALL_OR_NOTHING: all_pairs,
}
