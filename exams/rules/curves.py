"""Where the curves of a plot stand, in units of its view box. Templates draw; every plot has its table beside it."""

from collections.abc import Mapping, Sequence
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
    top = (_round_up(max(known)) if highest is None else highest) or 1.0
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


def _round_up(value: float) -> float:
    """Return a round number above: 0.37 becomes 0.4, 37 becomes 40, 107 becomes 150."""
    if value <= 0:
        return 0.0
    half = 10.0 ** floor(log10(value)) / 2
    return round(ceil(value / half) * half, 10)


def _words(value: float) -> str:
    return f"{value:g}".replace("-", "−")
