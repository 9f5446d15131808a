"""Where the curves of a plot stand, in units of its view box. Templates draw; every plot has its table beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from exams.rules.plots import HEIGHT, WIDTH

DASHES = 6


@dataclass(frozen=True)
class Curve:
    """One curve; `segments` as SVG reads them, with gaps where there is no value. `dash` tells it from others."""

    label: str
    dash: int
    segments: tuple[str, ...]


@dataclass(frozen=True)
class Curves:
    """A plot: what stands at its sides and at its top, in words, and curves in the order of their names."""

    curves: tuple[Curve, ...]
    left: str
    right: str
    top: str


def curves(
    places: Sequence[float], values: Mapping[str, Sequence[float | None]], *, highest: float | None = None
) -> Curves | None:
    """Lay out curves over the same places, from left to right; None where nothing has a value.

    The scale runs from 0 to `highest`, by default a round number; what lies beyond either is cut off.
    """
    known = [value for row in values.values() for value in row if value is not None]
    if not known or len(places) < 2:
        return None
    top = max(_round(max(known), ceil), 0.0) if highest is None else highest
    top = top or 1.0
    span = places[-1] - places[0]

    def point(place: float, value: float | None) -> tuple[float, float] | None:
        if value is None or not 0 <= value <= top:
            return None
        return round(WIDTH * (place - places[0]) / span, 2), round(HEIGHT * (1 - value / top), 2)

    drawn = tuple(
        Curve(name, number % DASHES, _segments([point(*pair) for pair in zip(places, row, strict=True)]))
        for number, (name, row) in enumerate(values.items())
    )
    return Curves(drawn, _words(places[0]), _words(places[-1]), _words(top))


def _segments(points: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    segments: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            segments.append([])
        else:
            segments[-1].append(point)
    return tuple(" ".join(f"{x},{y}" for x, y in part) for part in segments if len(part) > 1)


def _round(value: float, towards: Callable[[float], int]) -> float:
    """Return a round number: 3.7 becomes 4 upward, 0.37 becomes 0.4, 37 becomes 40."""
    if value == 0:
        return 0.0
    unit = 10.0 ** floor(log10(abs(value)))
    return round(towards(value / unit) * unit, 10)


def _words(value: float) -> str:
    return f"{value:g}".replace("-", "−")
