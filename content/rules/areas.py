"""Areas on a drawing, and whether a point lies in them. Units are those of the drawing's viewBox, y grows downward.

The boundary belongs to the area (exams.md 3.6 for circles and rectangles; polygons are held to the same). All of it is
exact: 178.3 means 178.3 and not the nearest float, so a point on the line is on the line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

Number = int | float | str | Decimal | Fraction
Point = tuple[Number, Number]
ExactPoint = tuple[Fraction, Fraction]


# A power of ten is written in a few signs and worked out for hours: texts are limited before they are numbers.
WRITTEN = re.compile(
    r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?|[+-]?[0-9]{1,30}/[0-9]{1,30}"
)
MOST = 10**15


def exactly(number: Number) -> Fraction:
    """Return a number as it is written: 178.3 and "178.3" are both 1783/10.

    Raises `ValueError` for a text or decimal that is no number, has more than 30 digits before or behind its point, an
    exponent of more than two digits, or is 10^15 or more; `ZeroDivisionError` for "1/0".
    """
    if isinstance(number, Fraction):
        return number
    text = str(number).strip()
    if isinstance(number, int | float):
        return Fraction(text)
    if not WRITTEN.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is not a number, or has more digits than any here may have")
    exact = Fraction(text)
    if abs(exact) >= MOST:
        raise ValueError(f"“{text[:40]}” is larger than any number here may be")
    return exact


@dataclass(frozen=True)
class Circle:
    """All points not farther than `radius` from the centre."""

    x: Number
    y: Number
    radius: Number

    def holds(self, x: Number, y: Number) -> bool:
        """Say whether a point lies inside or on the line. Circle (5, 5) radius 2: (7, 5) yes, (7.1, 5) no."""
        across, down = exactly(x) - exactly(self.x), exactly(y) - exactly(self.y)
        return across**2 + down**2 <= exactly(self.radius) ** 2

    def bounds(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Return left, top, right, bottom."""
        x, y, radius = exactly(self.x), exactly(self.y), exactly(self.radius)
        return x - radius, y - radius, x + radius, y + radius


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle by its corner at the top left."""

    x: Number
    y: Number
    width: Number
    height: Number

    def holds(self, x: Number, y: Number) -> bool:
        """Say whether a point lies inside or on an edge."""
        left, top, right, bottom = self.bounds()
        return left <= exactly(x) <= right and top <= exactly(y) <= bottom

    def bounds(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Return left, top, right, bottom."""
        left, top = exactly(self.x), exactly(self.y)
        return left, top, left + exactly(self.width), top + exactly(self.height)


@dataclass(frozen=True)
class Polygon:
    """A closed line through three or more points; inside is what the even-odd rule says."""

    points: tuple[Point, ...]

    def holds(self, x: Number, y: Number) -> bool:
        """Say whether a point lies inside or on an edge."""
        across, down = exactly(x), exactly(y)
        corners = [(exactly(corner_x), exactly(corner_y)) for corner_x, corner_y in self.points]
        edges = [*pairwise(corners), (corners[-1], corners[0])]
        if any(_on_edge(across, down, start, end) for start, end in edges):
            return True
        crossings = sum(
            (y1 > down) != (y2 > down) and across < (x2 - x1) * (down - y1) / (y2 - y1) + x1
            for (x1, y1), (x2, y2) in edges
        )
        return crossings % 2 == 1

    def bounds(self) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """Return left, top, right, bottom."""
        across, down = [exactly(x) for x, _ in self.points], [exactly(y) for _, y in self.points]
        return min(across), min(down), max(across), max(down)


Area = Circle | Rectangle | Polygon


def inside_drawing(area: Area, size: tuple[float, float]) -> bool:
    """Say whether an area lies wholly on a drawing of this width and height whose corner is 0 0."""
    left, top, right, bottom = area.bounds()
    return left >= 0 and top >= 0 and right <= exactly(size[0]) and bottom <= exactly(size[1])


def _on_edge(x: Fraction, y: Fraction, start: ExactPoint, end: ExactPoint) -> bool:
    (x1, y1), (x2, y2) = start, end
    if (x2 - x1) * (y - y1) != (y2 - y1) * (x - x1):
        return False
    return min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)


def polygon(points: Sequence[Sequence[Number]]) -> Polygon:
    """Make a polygon of pairs as files hold them."""
    return Polygon(tuple((x, y) for x, y in points))
