"""Areas and labels of a hotspot as rows of a form: all measures as typed, in pixels of the picture."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from content.rules.areas import Area
from exams.rules.scoring import area_of, parse_point

SHAPES = ("circle", "rect", "polygon")
MEASURES = {"circle": ("x", "y", "radius"), "rect": ("x", "y", "width", "height"), "polygon": ()}
AREA_COLUMNS = ("shape", "score", "x", "y", "radius", "width", "height", "points")
SHAPE_WORDS = {"circle": "Circle", "rect": "Rectangle", "polygon": "Polygon"}
NEEDS = {
    "circle": "type the middle and the radius in pixels, such as 120, 80.5 and 24.",
    "rect": "type the corner at the top left, width and height in pixels, such as 120, 80.5, 40 and 30.",
    "polygon": "type three corners or more in pixels, such as 10,10 60,10 35,50.",
}
NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,2})?")
SCORE = re.compile(r"[01]?(?:\.[0-9]{1,4})?")
MOST_CORNERS = 40


@dataclass(frozen=True)
class AreaRow:
    """One area as typed; `points` are the corners of a polygon, "x,y x,y …"."""

    key: str
    shape: str
    score: str = ""
    x: str = ""
    y: str = ""
    radius: str = ""
    width: str = ""
    height: str = ""
    points: str = ""

    @property
    def word(self) -> str:
        """The shape in words."""
        return SHAPE_WORDS[self.shape]

    @property
    def needs(self) -> str:
        """What has to be typed for this shape."""
        return NEEDS[self.shape]

    @property
    def corners(self) -> list[list[str]]:
        """The corners of a polygon, as far as they are points."""
        return [text.split(",") for text in self.points.split() if parse_point(text)]

    @property
    def raw(self) -> dict[str, Any]:
        """The area as a key holds it."""
        measures: dict[str, Any] = {name: getattr(self, name) for name in MEASURES[self.shape]}
        if self.shape == "polygon":
            measures = {"points": self.corners}
        return {"shape": self.shape, "score": self.score, **measures}

    @property
    def area(self) -> Area | None:
        """The area, or None while its measures are not all there."""
        if self.shape == "polygon":
            whole = len(self.corners) == len(self.points.split()) and 3 <= len(self.corners) <= MOST_CORNERS
            return area_of(self.raw) if whole else None
        typed = [getattr(self, name) for name in MEASURES[self.shape]]
        if not all(NUMBER.fullmatch(text) for text in typed) or not all(Decimal(text) > 0 for text in typed[2:]):
            return None
        return area_of(self.raw)

    @property
    def worth(self) -> Decimal | None:
        """What a point in it earns, more than 0 to 1, or None for anything else."""
        score = Decimal(self.score) if self.score and SCORE.fullmatch(self.score) else Decimal(0)
        return score if 0 < score <= 1 else None


@dataclass(frozen=True)
class RegionRow:
    """One labelled point as typed."""

    key: str
    id: str = ""
    label: str = ""
    x: str = ""
    y: str = ""

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        """Its place in pixels, or None while it has none."""
        return parse_point(f"{self.x},{self.y}")

    @property
    def raw(self) -> dict[str, str]:
        """The label as an item of material holds it."""
        return {"id": self.id, "label": self.label, "x": self.x, "y": self.y}


def area_row_of(key: str, raw: Mapping[str, Any]) -> AreaRow:
    """Return a stored area as a row."""
    corners = " ".join(f"{x},{y}" for x, y in raw.get("points", ()))
    measures = {name: str(raw[name]) for name in ("x", "y", "radius", "width", "height", "score") if name in raw}
    return AreaRow(key, str(raw["shape"]), points=corners, **measures)


def row_in_the_middle(key: str, shape: str, size: tuple[int, int] | None, *, score: str) -> AreaRow:
    """Return a new area in the middle of the picture, a fifth of it large, to be moved from there."""
    width, height = size or (400, 400)
    across, down, reach = width // 2, height // 2, max(1, min(width, height) // 10)
    if shape == "circle":
        return AreaRow(key, shape, score, str(across), str(down), str(reach))
    left, top = across - reach, down - reach
    if shape == "rect":
        return AreaRow(key, shape, score, str(left), str(top), width=str(2 * reach), height=str(2 * reach))
    corners = f"{left},{down + reach} {across},{top} {across + reach},{down + reach}"
    return AreaRow(key, shape, score, points=corners)


def ring_round(row: AreaRow, key: str) -> AreaRow:
    """Return a ring of tolerance round a circle or rectangle: twice as large and worth half; others are copied."""
    half = format(((row.worth or Decimal(1)) / 2).quantize(Decimal("0.01")).normalize(), "f")
    ring = replace(row, key=key, score=half)
    if row.area is None or row.shape == "polygon":
        return ring
    if row.shape == "circle":
        return replace(ring, radius=_plain(2 * Decimal(row.radius)))
    width, height = Decimal(row.width), Decimal(row.height)
    left, top = max(Decimal(0), Decimal(row.x) - width / 2), max(Decimal(0), Decimal(row.y) - height / 2)
    return replace(ring, x=_plain(left), y=_plain(top), width=_plain(2 * width), height=_plain(2 * height))


def _plain(number: Decimal) -> str:
    return format(number.quantize(Decimal("0.01")).normalize(), "f")


def area_fields(rows: Sequence[AreaRow]) -> dict[str, list[str]]:
    """Return the fields that hold these areas."""
    fields = {f"area_{name}": [getattr(row, name) for row in rows] for name in AREA_COLUMNS}
    return fields | {"area_row": [row.key for row in rows]}


def region_fields(rows: Sequence[RegionRow]) -> dict[str, list[str]]:
    """Return the fields that hold these labels."""
    fields = {f"region_{name}": [getattr(row, name) for row in rows] for name in ("id", "label", "x", "y")}
    return fields | {"region_row": [row.key for row in rows]}
