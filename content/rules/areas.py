"""Areas on a drawing, and whether a point lies in them. Units are those of the drawing's viewBox, y grows downward.

The boundary belongs to the area (exams.md 3.6 for circles and rectangles; polygons are held to the same).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# A point this near to an edge of a polygon lies on it: far under one unit, far above what floats lose.
ON_EDGE = 1e-9

Point = tuple[float, float]


@dataclass(frozen=True)
class Circle:
    """All points not farther than `radius` from the centre."""

    x: float
    y: float
    radius: float

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside or on the line. Circle (5, 5) radius 2: (7, 5) yes, (7.1, 5) no."""
        return (x - self.x) ** 2 + (y - self.y) ** 2 <= self.radius**2 + ON_EDGE

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle by its corner at the top left."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside or on an edge."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True)
class Polygon:
    """A closed line through three or more points; inside is what the even-odd rule says."""

    points: tuple[Point, ...]

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside or on an edge."""
        edges = [*pairwise(self.points), (self.points[-1], self.points[0])]
        if any(_on_edge(x, y, start, end) for start, end in edges):
            return True
        crossings = sum(
            (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in edges
        )
        return crossings % 2 == 1

    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom."""
        across, down = [x for x, _ in self.points], [y for _, y in self.points]
        return min(across), min(down), max(across), max(down)


Area = Circle | Rectangle | Polygon


def inside_drawing(area: Area, size: tuple[float, float]) -> bool:
    """Say whether an area lies wholly on a drawing of this width and height whose corner is 0 0."""
    left, top, right, bottom = area.bounds()
    return left >= 0 and top >= 0 and right <= size[0] and bottom <= size[1]


def _on_edge(x: float, y: float, start: Point, end: Point) -> bool:
    (x1, y1), (x2, y2) = start, end
    if abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) > ON_EDGE:
        return False
    return min(x1, x2) - ON_EDGE <= x <= max(x1, x2) + ON_EDGE and min(y1, y2) - ON_EDGE <= y <= max(y1, y2) + ON_EDGE


def polygon(points: Sequence[Sequence[float]]) -> Polygon:
    """Make a polygon of pairs as files hold them."""
    return Polygon(tuple((float(x), float(y)) for x, y in points))
