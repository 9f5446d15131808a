"""From scored answers to a decision. The decision falls on exact points; rounding is for showing only."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import sqrt

# With fewer questions an area's points say nothing about the person.
FEWEST_FOR_BAND = 5


class Band(StrEnum):
    """How an area compares with the share of points that passing asks for."""

    TOO_FEW = "too_few"
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
class Minimum:
    """Points that a group of areas must reach by itself, whatever the total is (a conjunctive rule)."""

    title: str
    areas: frozenset[str]
    points: Decimal


@dataclass(frozen=True)
class MinimumResult:
    """A minimum with the points that were reached for it, exactly."""

    title: str
    raw: Fraction
    points: Decimal

    @property
    def met(self) -> bool:
        """Whether it was reached, before any rounding."""
        return self.raw >= Fraction(self.points)


@dataclass(frozen=True)
class Decision:
    """Points, cut and what follows. `raw` and `cut` in points, `maximum` is the number of scored items."""

    raw: Fraction
    maximum: int
    cut: Decimal
    passed: bool
    areas: tuple[AreaResult, ...]
    minimums: tuple[MinimumResult, ...] = ()


def decide(items: Iterable[ScoredItem], cut: Decimal, minimums: Iterable[Minimum] = ()) -> Decision:
    """Add up the points and compare with the cut: passed when raw ≥ cut, unrounded, and every minimum is reached.

    Thirty-four items right and one worth 2/3 is 34 2/3 and fails a cut of 35, though it would round to it. Source:
    exams.md 3.10.
    """
    counted = list(items)
    raw = sum((item.points for item in counted), Fraction(0))
    areas = tuple(
        AreaResult(
            area, sum((i.points for i in counted if i.area == area), Fraction(0)), sum(i.area == area for i in counted)
        )
        for area in dict.fromkeys(item.area for item in counted)
    )
    reached = tuple(
        MinimumResult(m.title, sum((i.points for i in counted if i.area in m.areas), Fraction(0)), m.points)
        for m in minimums
    )
    passed = raw >= Fraction(cut) and all(minimum.met for minimum in reached)
    return Decision(raw, len(counted), cut, passed, areas, reached)


def band(raw: Decimal, maximum: int, *, cut: Decimal, total: Decimal) -> Band:
    """Compare an area's share of points with the share that passing asks for, by one standard error either way.

    The error is the binomial one of somebody who stands exactly at the cut, √(s(1 − s)/n) (exams.md 3.11). Cut 35 of 50
    asks for 0.70, over 9 questions ± 0.153: 4 of 9 (0.44) is below, 5 of 9 (0.56) is near. Fewer than five questions
    are not compared.
    """
    if maximum < FEWEST_FOR_BAND:
        return Band.TOO_FEW
    asked = Fraction(cut) / Fraction(total)
    distance = Fraction(raw) / maximum - asked
    if distance**2 <= asked * (1 - asked) / maximum:
        return Band.NEAR
    return Band.ABOVE if distance > 0 else Band.BELOW


def standard_error(maximum: int, *, cut: Decimal, total: Decimal) -> float:
    """Return the standard error of an area in points, at the cut: 9 questions at 0.70 give 1.37."""
    asked = float(cut / total)
    return sqrt(maximum * asked * (1 - asked))
