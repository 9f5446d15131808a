"""Scores over weeks with the line that matters, and a day's schedule."""

from collections.abc import Callable
from itertools import combinations
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import Anchor, Canvas, Drawing, DrawingError
from content.drawing.lettering import SMALL, width_of, wrap

LEFT, RIGHT = 48.0, 424.0
TOP, CHART = 30.0, 210.0
START: Anchor = "start"
END: Anchor = "end"


class Line(BaseModel):
    """A value that scores are held against, and its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    label: str


def score_chart(
    *,
    title: str,
    scale: str,
    scores: Annotated[tuple[float | None, ...], Field(min_length=2, max_length=10)],
    highest: float,
    lines: tuple[Line, ...] = (),
    first_week: int = 0,
    step: float = 5.0,
    response_percent: Annotated[float, Field(gt=0, le=100)] | None = None,
) -> Drawing:
    """Draw weekly scores of a scale from 0 to `highest` as points, with thin labelled lines, and the numbers beneath.

    A score that was not taken is null: the week stays empty. Facts: first and last score, the drop in percent of the
    first, and for each line the first week below it; with `response_percent` the first week whose score has fallen by
    that share of the first or more.
    """
    known = [(week, score) for week, score in enumerate(scores, start=first_week) if score is not None]
    if len(known) < 2 or any(not 0 <= score <= highest for _, score in known):
        raise DrawingError(f"two or more scores between 0 and {highest:g} are needed")
    canvas = Canvas(title)
    canvas.text((8, 20), scale, "b")
    top = TOP + 10

    def down(value: float) -> float:
        return top + CHART * (1 - value / highest)

    def across(week: int) -> float:
        return LEFT + 22 + (RIGHT - LEFT - 44) * (week - first_week) / (len(scores) - 1)

    value = 0.0
    while value <= highest:
        canvas.line("mut hair", (LEFT, down(value)), (RIGHT, down(value)))
        canvas.text((LEFT - 8, down(value) + 6), f"{value:g}", "s m", anchor="end")
        value += step
    for line in lines:
        canvas.line("blu thin", (LEFT, down(line.value)), (RIGHT, down(line.value)))
        # The name stands at the end where the curve is farther away.
        at_right = abs(known[-1][1] - line.value) > abs(known[0][1] - line.value)
        x, anchor = (RIGHT - 2, END) if at_right else (LEFT + 2, START)
        canvas.text((x, down(line.value) - 7), line.label, "s tb", anchor=anchor)
    canvas.path("cop", [(across(week), down(score)) for week, score in known])
    for week, score in known:
        canvas.circle("dc", (across(week), down(score)), 6)
    bottom = _numbers(canvas, top + CHART + 30, scores, first_week, across)
    first, last = known[0][1], known[-1][1]
    facts = {
        "first": first,
        "last": last,
        "drop_percent": round(100 * (first - last) / first, 1) if first else None,
        "first_week_below": {
            line.label: next((week for week, score in known if score < line.value), None) for line in lines
        },
    }
    if response_percent is not None:
        fallen = (week for week, score in known if first and 100 * (first - score) >= response_percent * first)
        facts["first_response_week"] = next(fallen, None)
    return canvas.finish(bottom, facts)


def _numbers(
    canvas: Canvas, y: float, scores: tuple[float | None, ...], first_week: int, across: Callable[[int], float]
) -> float:
    """Write weeks and scores beneath the chart; return the height of the sheet."""
    canvas.text((4, y), "Week", "s m")
    canvas.text((4, y + 28), "Score", "s m")
    for week, score in enumerate(scores, start=first_week):
        x = across(week)
        canvas.text((x, y), str(week), "m", anchor="middle")
        canvas.text((x, y + 28), "–" if score is None else f"{score:g}", "b", anchor="middle")
    return y + 42


class Slot(BaseModel):
    """What takes a column from one time to another, written as "09:40"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[int, Field(ge=1)]
    start: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    end: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    text: str
    free: bool = False


def schedule_grid(
    *,
    title: str,
    columns: Annotated[tuple[str, ...], Field(min_length=1, max_length=5)],
    start: str,
    end: str,
    slots: tuple[Slot, ...],
    step_minutes: Annotated[int, Field(ge=10, le=120)] = 30,
    block_minutes: Annotated[int, Field(ge=5)] | None = None,
) -> Drawing:
    """Draw a schedule to scale. Facts: pairs of slots that overlap, and the free minutes of each column.

    With `block_minutes` also how many unbroken blocks of that length fit between the slots, over all columns.
    """
    canvas = Canvas(title)
    first, last = minutes(start), minutes(end)
    shortest = min((minutes(slot.end) - minutes(slot.start) for slot in slots), default=30)
    if shortest <= 0 or last <= first:
        raise DrawingError("every slot and the day end after they begin")
    scale = max(26 / shortest, 260 / (last - first))
    left, top = 62.0, 44.0
    width = (434 - left) / len(columns)
    for index, name in enumerate(columns):
        canvas.text((left + width * (index + 0.5), 28), name, "b" if width > 110 else "s b", anchor="middle")
    for time in range(first, last + 1, step_minutes):
        y = top + (time - first) * scale
        canvas.line("mut hair", (left, y), (434, y))
        canvas.text((left - 8, y + 6), f"{time // 60:02}:{time % 60:02}", "s m", anchor="end")
    if beyond := [slot.column for slot in slots if slot.column > len(columns)]:
        raise DrawingError(f"there is no column {beyond[0]}")
    for slot, (lane, lanes) in zip(slots, _lanes(slots), strict=True):
        y, height = top + (minutes(slot.start) - first) * scale, (minutes(slot.end) - minutes(slot.start)) * scale
        room = width / lanes
        corner = (left + width * (slot.column - 1) + room * lane + 2, y + 1)
        if not slot.free:
            canvas.rect("dc soft", corner, room - 4, height - 2, rx=3)
        canvas.rect("mut thin dash" if slot.free else "cop thin", corner, room - 4, height - 2, rx=3)
        lines = wrap(slot.text, room - 14, size=SMALL)
        if 18 * len(lines) + 4 > height or any(width_of(words, size=SMALL) > room - 10 for words in lines):
            raise DrawingError(f"`{slot.text}` does not fit its slot; use fewer words")
        for index, words in enumerate(lines):
            canvas.text((corner[0] + 6, y + 19 + 18 * index), words, "s")
    facts = _schedule_facts(slots, columns, last - first)
    if block_minutes is not None:
        facts["blocks_that_fit"] = sum(
            gap // block_minutes for column in range(1, len(columns) + 1) for gap in _gaps(slots, column, first, last)
        )
    return canvas.finish(top + (last - first) * scale + 20, facts)


def _lanes(slots: tuple[Slot, ...]) -> list[tuple[int, int]]:
    """Return for each slot which lane of how many it takes: slots that overlap share their column side by side."""
    lanes = [0] * len(slots)
    groups: list[list[int]] = []
    latest: dict[int, str] = {}  # when the last slot of each column's open group ends
    open_group: dict[int, list[int]] = {}
    for index in sorted(range(len(slots)), key=lambda i: (slots[i].column, slots[i].start)):
        slot = slots[index]
        if slot.start >= latest.get(slot.column, ""):
            open_group[slot.column] = []
            groups.append(open_group[slot.column])
        group = open_group[slot.column]
        taken = {lanes[other] for other in group if slots[other].end > slot.start}
        lanes[index] = next(lane for lane in range(len(slots)) if lane not in taken)
        group.append(index)
        latest[slot.column] = max(slot.end, latest.get(slot.column, ""))
    widths = {index: max(lanes[other] for other in group) + 1 for group in groups for index in group}
    return [(lanes[index], widths[index]) for index in range(len(slots))]


def _gaps(slots: tuple[Slot, ...], column: int, first: int, last: int) -> list[int]:
    """Return the minutes of each unbroken free time of one column, in order."""
    taken = sorted((minutes(s.start), minutes(s.end)) for s in slots if s.column == column and not s.free)
    gaps, free_from = [], first
    for start, end in [*taken, (last, last)]:
        gaps.append(max(0, start - free_from))
        free_from = max(free_from, end)
    return gaps


def minutes(clock: str) -> int:
    """Return the minutes since midnight. "09:40" → 580."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def _schedule_facts(slots: tuple[Slot, ...], columns: tuple[str, ...], day: int) -> dict[str, object]:
    taken = [slot for slot in slots if not slot.free]
    overlaps = [
        [first.text, second.text]
        for first, second in combinations(taken, 2)
        if first.column == second.column and first.start < second.end and second.start < first.end
    ]
    used = {
        name: sum(minutes(slot.end) - minutes(slot.start) for slot in taken if slot.column == index)
        for index, name in enumerate(columns, start=1)
    }
    return {"overlaps": overlaps, "free_minutes": {name: day - minutes_used for name, minutes_used in used.items()}}
