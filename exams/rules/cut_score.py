"""From scored answers to a decision. The decision falls on exact points; rounding is for showing only."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

BAND_WIDTH = Fraction(1, 10)


class Band(StrEnum):
    """How an area compares with the share of points that passing asks for."""

    BELOW = "below"
    NEAR = "near"
    ABOVE = "above"


@dataclass(frozen=True)
class ScoredItem:
    """Points of one item that counts."""

    area: str
    points: Fraction


@dataclass(frozen=True)
class AreaResult:
    """Points reached in one content area, of so many."""

    area: str
    raw: Fraction
    maximum: int


@dataclass(frozen=True)
class Decision:
    """Points, cut and what follows. `raw` and `cut` in points, `maximum` is the number of scored items."""

    raw: Fraction
    maximum: int
    cut: Decimal
    passed: bool
    areas: tuple[AreaResult, ...]


def decide(items: Iterable[ScoredItem], cut: Decimal) -> Decision:
    """Add up the points and compare with the cut: passed when raw ≥ cut, unrounded (exams.md 3.10).

    Thirty-four items right and one worth 2/3 is 34 2/3 and fails a cut of 35, though it would round to it.
    """
    counted = list(items)
    raw = sum((item.points for item in counted), Fraction(0))
    areas = tuple(
        AreaResult(
            area, sum((i.points for i in counted if i.area == area), Fraction(0)), sum(i.area == area for i in counted)
        )
        for area in dict.fromkeys(item.area for item in counted)
    )
    return Decision(raw, len(counted), cut, raw >= Fraction(cut), areas)


def band(raw: Decimal, maximum: int, *, cut: Decimal, total: Decimal) -> Band:
    """Compare an area's share of points with the share that passing asks for, within a tenth either way.

    Cut 35 of 50 asks for 0.70: 2 of 4 (0.50) is below, 5 of 7 (0.71) near, 9 of 9 above.
    """
    share, asked = Fraction(raw) / maximum, Fraction(cut) / Fraction(total)
    if share < asked - BAND_WIDTH:
        return Band.BELOW
    return Band.ABOVE if share > asked + BAND_WIDTH else Band.NEAR
