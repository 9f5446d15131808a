"""What happens in time: pulses to scale on an axis of seconds, and the course of a session."""

import math
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import WIDTH, Canvas, Drawing, DrawingError
from content.drawing.lettering import width_of, wrap

LEFT, RIGHT = 16.0, 424.0
PULSE_HEIGHT = 34.0
NARROWEST = 2.6  # units between pulses below which a train is drawn as a block
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60)
Positive = Annotated[float, Field(gt=0)]


class Row(BaseModel):
    """One protocol: single pulses at `frequency`, or bursts at that frequency (theta burst: 3 pulses at 50 Hz)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    note: str = ""
    frequency: Positive
    pulses_per_burst: Annotated[int, Field(ge=1, le=10)] = 1
    inner_frequency: Positive = 50.0
    train_seconds: Positive
    gap_seconds: Annotated[float, Field(ge=0)] = 0.0
    trains: Annotated[int, Field(ge=1)] | None = None

    @property
    def bursts_per_train(self) -> int:
        """How many pulses or bursts a train has. 10 Hz for 4 s: 40."""
        return round(self.frequency * self.train_seconds)

    @property
    def pulses_per_train(self) -> int:
        """How many pulses a train has. Theta burst, 5 Hz for 2 s: 10 bursts of 3, so 30."""
        return self.bursts_per_train * self.pulses_per_burst

    def train_starts(self, window: float) -> list[float]:
        """Return when trains begin within the window. A course without gaps is one train."""
        if self.gap_seconds == 0:
            return [0.0]
        cycle = self.train_seconds + self.gap_seconds
        starts = [cycle * index for index in range(math.ceil(window / cycle))]
        return starts if self.trains is None else starts[: self.trains]

    def pulse_times(self, start: float) -> list[float]:
        """Return when the pulses of the train that begins at `start` fall."""
        return [
            start + burst / self.frequency + pulse / self.inner_frequency
            for burst in range(self.bursts_per_train)
            for pulse in range(self.pulses_per_burst)
        ]

    def facts(self) -> dict[str, float | int | str]:
        """Return pulses of a train, and pulses and minutes of the whole session when `trains` is known."""
        found: dict[str, float | int | str] = {"label": self.label, "pulses_per_train": self.pulses_per_train}
        if self.trains is not None:
            seconds = self.trains * self.train_seconds + (self.trains - 1) * self.gap_seconds
            found |= {
                "pulses": self.trains * self.pulses_per_train,
                "minutes": round(seconds / 60, 2),
                "minutes_with_last_gap": round((seconds + self.gap_seconds) / 60, 2),
            }
        return found


def pulse_trains(*, title: str, rows: tuple[Row, ...], seconds: Positive, heading: str = "") -> Drawing:
    """Draw one row of pulses per protocol over the same `seconds`.

    Facts: pulses of each row's train; with `trains`, pulses and minutes of the session, without and with the last gap.
    A single row's facts stand by themselves as well, so that a key can be held against them.
    """
    canvas = Canvas(title)
    y = 24.0
    if heading:
        canvas.text((LEFT, y), heading, "b")
        y += 34
    scale = (RIGHT - LEFT) / seconds
    for row in rows:
        canvas.text((LEFT, y), row.label, "b")
        for line in wrap(row.note, RIGHT - LEFT):
            y += 22
            canvas.text((LEFT, y), line, "m")
        y += 18 + PULSE_HEIGHT
        _draw_row(canvas, row, y, seconds, scale)
        y += 36
    facts: dict[str, Any] = {"rows": [row.facts() for row in rows]}
    if len(rows) == 1:
        facts |= rows[0].facts()
    return canvas.finish(_axis(canvas, y - 18, seconds, scale, "seconds"), facts)


def _draw_row(canvas: Canvas, row: Row, base: float, seconds: float, scale: float) -> None:
    canvas.line("mut", (LEFT, base), (RIGHT, base))
    for start in row.train_starts(seconds):
        times = [time for time in row.pulse_times(start) if time < seconds]
        nearest = min((second - first for first, second in pairwise(times)), default=seconds)
        if nearest * scale >= NARROWEST:
            for time in times:
                x = LEFT + time * scale
                canvas.line("cop thin", (x, base), (x, base - PULSE_HEIGHT))
        else:
            width = (min(start + row.train_seconds, seconds) - start) * scale
            canvas.rect("dc mid", (LEFT + start * scale, base - PULSE_HEIGHT), width, PULSE_HEIGHT)


def _axis(canvas: Canvas, y: float, seconds: float, scale: float, unit: str) -> float:
    """Draw an axis with ticks at a round step; return the height of the sheet."""
    step = next((step for step in STEPS if seconds / step <= 6), None)
    if step is None:
        raise DrawingError(f"{seconds:g} seconds are more than the axis can show")
    canvas.line("ink thin", (LEFT, y), (RIGHT, y))
    for index in range(math.floor(seconds / step + 1e-9) + 1):
        x, words = LEFT + index * step * scale, f"{index * step:g}"
        canvas.line("ink thin", (x, y), (x, y + 7))
        half = width_of(words) / 2
        canvas.text((min(max(x, 6 + half), WIDTH - 6 - half), y + 26), words, "m", anchor="middle")
    canvas.text((RIGHT, y + 48), unit, "m", anchor="end")
    return y + 60


class Event(BaseModel):
    """Something at one time, or over a span when `until` is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Annotated[float, Field(ge=0)]
    until: Positive | None = None
    text: str


def session_time_line(
    *, title: str, events: tuple[Event, ...], length: Positive, unit: str = "min", heading: str = ""
) -> Drawing:
    """Draw events on a vertical axis to scale, from the top down. Facts: the times, and the gaps between them."""
    times = [event.at for event in events]
    if times != sorted(times) or times[-1] > length:
        raise DrawingError("events stand in the order of time, within `length`")
    canvas = Canvas(title)
    top = 58.0 if heading else 24.0
    if heading:
        canvas.text((LEFT, 24), heading, "b")
    x, room = 84.0, RIGHT - 128
    texts = [wrap(event.text, room) for event in events]
    needed = sum(22 * len(lines) + 12 for lines in texts)
    scale = max(needed, 240.0) / length
    bottom = top + length * scale
    canvas.line("ink", (x, top), (x, bottom))
    free = top - 14
    for event, lines in zip(events, texts, strict=True):
        y = top + event.at * scale
        if event.until is not None:
            canvas.rect("dc mid", (x - 6, y), 12, (event.until - event.at) * scale)
        canvas.circle("dc", (x, y), 6)
        line = max(y + 6, free + 20)
        canvas.text((x - 18, line), f"{event.at:g} {unit}", "m", anchor="end")
        canvas.path("mut", [(x + 8, y), (x + 24, line - 6), (x + 36, line - 6)])
        for index, words in enumerate(lines):
            canvas.text((128, line + 22 * index), words)
        free = line + 22 * (len(lines) - 1) + 10
    gaps = [round(second - first, 3) for first, second in pairwise(times)]
    return canvas.finish(max(bottom, free) + 14, {"times": times, "gaps": gaps})
