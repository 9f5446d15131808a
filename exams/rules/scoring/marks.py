"""Points on a drawing: exams.md 3.6. Coordinates are pixels of the stored drawing, and the boundary is inside."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.choices import bounded
from exams.rules.scoring.keys import AreasKey

Points = frozenset[tuple[Decimal, Decimal]]


def nested_best(points: Points, key: AreasKey) -> Fraction:
    """What the best of the areas that hold the point earns: rings round a target. Outside all of them: nothing."""
    return max((score for area, score in key.areas if any(area.holds(x, y) for x, y in points)), default=Fraction(0))


def qti_map_response_point(points: Points, key: AreasKey) -> Fraction:
    """Sum over the areas that hold at least one point, each once; then the default; then the bounds.

    The reading of the standard that is used here: an area is counted once however many points lie in it, every point
    that lies in no area adds the default once (as every unmapped value does in mapResponse), and the bounds come last.
    qtism differs: it adds the default only when no area was hit at all. With one point both readings agree. This is
    the SCORE of QTI and may be more than 1.
    """
    hit = sum((score for area, score in key.areas if any(area.holds(x, y) for x, y in points)), Fraction(0))
    missed = sum(not any(area.holds(x, y) for area, _ in key.areas) for x, y in points)
    return bounded(hit + missed * key.default, key.lower, key.upper)


AREA_RULES: dict[ScoringRule, Callable[[Points, AreasKey], Fraction]] = {
    ScoringRule.NESTED_BEST: nested_best,
    ScoringRule.QTI_MAP_RESPONSE_POINT: qti_map_response_point,
}
