"""Where the parts of a plot stand, in the units of its view box. Templates draw; every plot has its table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

WIDTH, HEIGHT = 600, 200
MOST_BARS = 60
# Names are this large where the page is narrow.
LINE_OF_TEXT = 24.0


@dataclass(frozen=True)
class Bar:
    """One column of a histogram: persons with `first` to `last` points.

    `mixed` is a column that holds both decisions, since the cut lies within its point.
    """

    first: int
    last: int
    count: int
    x: float
    y: float
    width: float
    height: float
    passes: bool
    mixed: bool


@dataclass(frozen=True)
class Histogram:
    """Total scores with the cut and one conditional standard error to either side of it."""

    bars: tuple[Bar, ...]
    top: int
    maximum: int
    cut_x: float
    band_x: float
    band_width: float


def histogram(distribution: Sequence[int], *, cut: float, error: float | None, in_parts: bool = False) -> Histogram:
    """Lay out counts by score, 0 to k points. More than 60 scores are drawn two or more to a bar, the cut on a border.

    `cut` and `error` are points; a score of x takes the cell from x to x + 1, so the line at the cut has those who
    passed to its right. `in_parts`: people had parts of a point, which were cut off in `distribution`, so a cut between
    two points divides its cell.
    """
    scores = len(distribution)
    step = -(-scores // MOST_BARS)
    unit = WIDTH / scores
    first_pass = min(max(_ceiling(cut), 0), scores)
    edges = sorted({0, scores, *range(first_pass, 0, -step), *range(first_pass, scores, step)})
    counts = [sum(distribution[start:end]) for start, end in pairwise(edges)]
    top = max(counts, default=0)
    bars = tuple(
        Bar(
            first=start,
            last=end - 1,
            count=count,
            x=round(start * unit, 2),
            y=round(HEIGHT - _share(count, top), 2),
            width=round(max((end - start) * unit - 1, 0.5), 2),
            height=round(_share(count, top), 2),
            passes=start >= cut,
            mixed=in_parts and start < cut < end,
        )
        for (start, end), count in zip(pairwise(edges), counts, strict=True)
    )
    spread = error or 0.0
    line = min(max(cut, 0.0), float(scores)) if in_parts else float(first_pass)
    left, right = (min(max((line + side * spread) * unit, 0.0), WIDTH) for side in (-1, 1))
    return Histogram(bars, top, scores - 1, round(line * unit, 2), round(left, 2), round(right - left, 2))


def _ceiling(number: float) -> int:
    return -int(-number // 1)


def _share(count: int, top: int) -> float:
    return HEIGHT * count / top if top else 0.0


@dataclass(frozen=True)
class Line:
    """How often one option was chosen, over the score groups; `segments` as SVG reads them, gaps where nobody was.

    `label_y` is where its name stands beside `end`, apart from the names of other lines.
    """

    label: str
    is_key: bool
    dash: int
    segments: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    end: tuple[float, float]
    label_y: float


def option_lines(groups: Mapping[str, Sequence[float | None]], keys: Sequence[str]) -> tuple[Line, ...]:
    """Lay out one line per option: score groups from left (lowest) to right, proportion from bottom to top."""
    lines = [_line(option, shares, option in keys, dash) for dash, (option, shares) in enumerate(groups.items())]
    return _apart(lines)


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Push names that would cover each other upward, from the lowest one on; lines stay in their order."""
    placed: dict[str, float] = {}
    lowest = HEIGHT + LINE_OF_TEXT
    for line in sorted(lines, key=lambda line: -line.end[1]):
        if line.dots:
            lowest = min(line.end[1], lowest - LINE_OF_TEXT)
            placed[line.label] = lowest
    return tuple(replace(line, label_y=placed.get(line.label, line.end[1])) for line in lines)


def _line(option: str, shares: Sequence[float | None], is_key: bool, dash: int) -> Line:
    last = max(len(shares) - 1, 1)
    places = [
        None if share is None else (round(WIDTH * group / last, 2), round(HEIGHT * (1 - share), 2))
        for group, share in enumerate(shares)
    ]
    segments: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            segments.append([])
        else:
            segments[-1].append(place)
    dots = tuple(place for place in places if place is not None)
    drawn = tuple(" ".join(f"{x},{y}" for x, y in part) for part in segments if len(part) > 1)
    end = dots[-1] if dots else (0.0, float(HEIGHT))
    return Line(option, is_key, dash % 6, drawn, dots, end, end[1])


@dataclass(frozen=True)
class ItemPlace:
    """An item as a point, p from left to right; `flagged` is drawn otherwise and named by its place on the form."""

    label: str
    p: float
    r: float
    flagged: bool


@dataclass(frozen=True)
class Dot:
    """A point of a scatter plot where it is drawn; `label` is empty where no name is shown."""

    x: float
    y: float
    label: str
    flagged: bool


@dataclass(frozen=True)
class Scatter:
    """Items by difficulty and discrimination. `ticks` are the values of r that have a line, with their height."""

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[str, float], ...]
    left_out: int


def scatter(places: Sequence[ItemPlace], *, left_out: int = 0) -> Scatter:
    """Lay out items: p from 0 at the left to 1, r upward from the lowest fifth below all of them, at most 0, to 1.

    `left_out` is how many items have no p or no r, for the words beside the plot.
    """
    lowest = min(_fifth_below(min((place.r for place in places), default=0.0)), 0)
    span = 5 - lowest
    dots = tuple(
        Dot(
            x=round(WIDTH * place.p, 2),
            y=round(HEIGHT * (1 - (place.r * 5 - lowest) / span), 2),
            label=place.label if place.flagged else "",
            flagged=place.flagged,
        )
        for place in places
    )
    ticks = tuple(
        (f"{fifth / 5:.1f}".replace("-", "−"), round(HEIGHT * (1 - (fifth - lowest) / span), 2))
        for fifth in range(lowest, 6)
    )
    return Scatter(dots, ticks, left_out)


def _fifth_below(number: float) -> int:
    return -_ceiling(-number * 5)
