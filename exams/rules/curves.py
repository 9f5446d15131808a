"""Where the curves of a plot stand, in units of its view box. Templates draw; every plot has its table beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

from exams.rules.plots import HEIGHT, LINE_OF_TEXT, WIDTH

DASHES = 6


@dataclass(frozen=True)
class Curve:
    """One curve; `segments` as SVG reads them, gaps where there is no value. Its name stands at `end`, `label_y`."""

    label: str
    dash: int
    segments: tuple[str, ...]
    end: tuple[float, float]
    label_y: float


@dataclass(frozen=True)
class Curves:
    """A plot: `low` and `high` are the values at the bottom and at the top, `left` and `right` those at the sides."""

    curves: tuple[Curve, ...]
    left: float
    right: float
    low: float
    high: float


def curves(
    places: Sequence[float],
    values: Mapping[str, Sequence[float | None]],
    *,
    lowest: float | None = None,
    highest: float | None = None,
) -> Curves | None:
    """Lay out curves over the same places, from left to right; None where nothing has a value.

    The scale runs from `lowest` to `highest`, by default round numbers about the values; what lies beyond is cut off.
    """
    known = [value for row in values.values() for value in row if value is not None]
    if not known or len(places) < 2:
        return None
    low = _round(min(known), floor) if lowest is None else lowest
    high = _round(max(known), ceil) if highest is None else highest
    high = high if high > low else low + 1
    span = places[-1] - places[0]

    def point(place: float, value: float) -> tuple[float, float]:
        x = WIDTH * (place - places[0]) / span
        return round(x, 2), round(HEIGHT * (1 - (value - low) / (high - low)), 2)

    drawn = []
    for number, (name, row) in enumerate(values.items()):
        inside = [
            None if value is None or not low <= value <= high else point(place, value)
            for place, value in zip(places, row, strict=True)
        ]
        drawn.append(_curve(name, number % DASHES, inside))
    return Curves(_apart([curve for curve in drawn if curve.segments]), places[0], places[-1], low, high)


def _curve(name: str, dash: int, points: Sequence[tuple[float, float] | None]) -> Curve:
    segments: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            segments.append([])
        else:
            segments[-1].append(point)
    drawn = tuple(" ".join(f"{x},{y}" for x, y in part) for part in segments if len(part) > 1)
    last = next((point for point in reversed(points) if point is not None), (0.0, 0.0))
    return Curve(name, dash, drawn, last, last[1])


def _apart(found: Sequence[Curve]) -> tuple[Curve, ...]:
    """Push names that would cover each other upward, from the lowest one on; curves stay in their order."""
    placed: dict[str, float] = {}
    lowest = HEIGHT + LINE_OF_TEXT
    for curve in sorted(found, key=lambda curve: -curve.end[1]):
        lowest = min(curve.end[1], lowest - LINE_OF_TEXT)
        placed[curve.label] = lowest
    return tuple(replace(curve, label_y=placed[curve.label]) for curve in found)


def _round(value: float, towards: Callable[[float], int]) -> float:
    """Return a round number below or above: 3.7 becomes 4 upward, 0.37 becomes 0.4, 37 becomes 40."""
    if value == 0:
        return 0.0
    unit = 10.0 ** floor(log10(abs(value)))
    return round(towards(value / unit) * unit, 10)
