"""Muscle recordings after single pulses: motor evoked potentials (MEPs) as EMG shows them."""

import math

from content.drawing.canvas import Canvas, Drawing, DrawingError
from content.drawing.randomness import Dice

START, END, STEP = -5.0, 47.0, 0.5  # milliseconds around the pulse
MEASURED_FROM, MEASURED_TO = 15.0, 44.0  # where peak to peak is read, past the artefact
COLUMN, LEFT, TOP = 210.0, 16.0, 44.0
PER_MILLISECOND = 3.2
PER_MICROVOLT = 0.72  # 50 microvolts are 36 units high
ACTIVITY = (1.0, 17.0)  # microvolts to either side in a muscle that is not at rest
CHANCE_OF_TURNING = 0.6
WEAKEST, STRONGEST = 6.0, 260.0
WAVE_PEAK_TO_PEAK = 2 * math.exp(-0.5)
CENTRE, WIDTH_OF_WAVE = 27.0, 3.2  # the wave begins about 20 ms after the pulse


def mep_traces(
    *,
    title: str,
    seed: int,
    amplitudes: tuple[float, ...] | None = None,
    count: int = 10,
    around: float = 50.0,
    spread: float = 0.6,
    threshold: float = 50.0,
    margin: float = 8.0,
    band: bool = False,
    tensed: tuple[int, ...] = (),
    heading: str = "",
) -> Drawing:
    """Draw numbered sweeps with a scale bar.

    `amplitudes` are peak to peak in microvolts; without them `count` are drawn from a log-normal distribution with
    median `around` and `spread` (standard deviation of the logarithm). No response lies nearer to `threshold` than
    `margin`, so that eyes can decide. `band` lays a band as high as the threshold over each wave. In the sweeps whose
    numbers are in `tensed` the muscle is not at rest: activity before the pulse and after it.
    Facts: the amplitudes as drawn, how many reach the threshold, how many there are; with `tensed` also which these
    are, and how many of the others reach the threshold.
    """
    dice = Dice(seed)
    wanted = amplitudes or tuple(_drawn(dice, around, spread, threshold, margin) for _ in range(count))
    if not 2 <= len(wanted) <= 12:
        raise DrawingError(f"2 to 12 responses can be shown, not {len(wanted)}")
    if unknown := set(tensed) - set(range(1, len(wanted) + 1)):
        raise DrawingError(f"there is no sweep {min(unknown)} that could be tensed")
    sweeps = [_sweep(amplitude, dice, tensed=index in tensed) for index, amplitude in enumerate(wanted, start=1)]
    measured = [_peak_to_peak(sweep) for sweep in sweeps]
    for index, value in enumerate(measured, start=1):
        if abs(value - threshold) < margin:
            raise DrawingError(f"response {index} is {value:.0f} microvolts, too near to {threshold:g} to be judged")
    canvas = Canvas(title)
    if heading:
        canvas.text((LEFT, 24), heading, "b")
    bottom = _draw_rows(canvas, sweeps, threshold if band else None, TOP if heading else TOP - 26)
    bottom = _scale_bar(canvas, bottom + 8)
    reached = sum(value >= threshold for value in measured)
    facts: dict[str, object] = {
        "amplitudes": [round(value, 1) for value in measured],
        "reached": reached,
        "count": len(measured),
    }
    if tensed:
        at_rest = [value for index, value in enumerate(measured, start=1) if index not in tensed]
        facts |= {"tensed": sorted(tensed), "reached_at_rest": sum(value >= threshold for value in at_rest)}
    return canvas.finish(bottom, facts)


def _drawn(dice: Dice, around: float, spread: float, threshold: float, margin: float) -> float:
    """Return one amplitude that lies clearly on one side of the threshold."""
    for _ in range(1000):
        value = around * math.exp(dice.normal(0, spread))
        if WEAKEST <= value <= STRONGEST and abs(value - threshold) >= margin + 4:
            return value
    raise DrawingError("no amplitudes of this kind lie far enough from the threshold; change `around` or `spread`")


def _sweep(amplitude: float, dice: Dice, *, tensed: bool) -> list[tuple[float, float]]:
    """Return time and voltage of one sweep: noise, the pulse's artefact, the wave, and muscle activity if tensed."""
    if amplitude > STRONGEST:
        raise DrawingError(f"{amplitude:g} microvolts do not fit; the most is {STRONGEST:g}")
    centre = CENTRE + dice.uniform(-0.8, 0.8)
    scale = amplitude / WAVE_PEAK_TO_PEAK
    points, noise, activity, side = [], 0.0, 0.0, 1
    for step in range(round((END - START) / STEP) + 1):
        time = START + step * STEP
        noise = 0.6 * noise + dice.normal(0, 0.6)
        if tensed:
            # Many fibres fire out of step: up and down without a rhythm, as mains hum would have one.
            side = -side if dice.uniform(0, 1) < CHANCE_OF_TURNING else side
            activity = side * dice.uniform(*ACTIVITY)
        spike = {0.0: 45.0, 0.5: -38.0, 1.0: 10.0}.get(time, 0.0)
        distance = (time - centre) / WIDTH_OF_WAVE
        points.append((time, noise + activity + spike - scale * distance * math.exp(-(distance**2) / 2)))
    return points


def _peak_to_peak(sweep: list[tuple[float, float]]) -> float:
    window = [voltage for time, voltage in sweep if MEASURED_FROM <= time <= MEASURED_TO]
    return max(window) - min(window)


def _draw_rows(canvas: Canvas, sweeps: list[list[tuple[float, float]]], band: float | None, top: float) -> float:
    """Draw the sweeps in two columns, the first half in the left one; return where they end."""
    rows = math.ceil(len(sweeps) / 2)
    for row in range(rows):
        shown = [index for index in (row, row + rows) if index < len(sweeps)]
        highest = max(max(voltage for _, voltage in sweeps[index]) for index in shown)
        lowest = min(min(voltage for _, voltage in sweeps[index]) for index in shown)
        zero = top + 6 + highest * PER_MICROVOLT
        for index in shown:
            left = LEFT + (COLUMN if index >= rows else 0)
            _draw_sweep(canvas, sweeps[index], index + 1, (left + 26, zero), band)
        top = zero - lowest * PER_MICROVOLT + 12
    return top


def _draw_sweep(
    canvas: Canvas, sweep: list[tuple[float, float]], label: int, origin: tuple[float, float], band: float | None
) -> None:
    left, zero = origin
    points = [(left + (time - START) * PER_MILLISECOND, zero - voltage * PER_MICROVOLT) for time, voltage in sweep]
    if band is not None:
        window = [voltage for time, voltage in sweep if MEASURED_FROM <= time <= MEASURED_TO]
        middle = zero - (max(window) + min(window)) / 2 * PER_MICROVOLT
        half, start = band * PER_MICROVOLT / 2, left + (MEASURED_FROM - START) * PER_MILLISECOND
        width = (MEASURED_TO - MEASURED_FROM) * PER_MILLISECOND
        canvas.rect("db soft", (start, middle - half), width, 2 * half)
        for y in (middle - half, middle + half):
            canvas.line("blu thin dash", (start, y), (start + width, y))
    canvas.text((left - 6, zero + 6), str(label), "m", anchor="end")
    canvas.path("ink thin", points)


def _scale_bar(canvas: Canvas, top: float) -> float:
    """Draw the bars for 50 microvolts and 20 milliseconds; return the height of the sheet."""
    height, width = 50 * PER_MICROVOLT, 20 * PER_MILLISECOND
    x = LEFT + 26
    canvas.path("cop", [(x, top), (x, top + height), (x + width, top + height)])
    canvas.text((x + 10, top + 18), "50 µV", "b tc")
    canvas.text((x + width + 8, top + height + 5), "20 ms", "b tc")
    canvas.text((LEFT + COLUMN + 26, top + height + 5), "Spike: the pulse", "m")
    return top + height + 18
