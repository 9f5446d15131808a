"""A figure-of-eight coil on a head: angle from above, tilt and gap from the edge."""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import Canvas, Drawing, DrawingError, Point
from content.drawing.head import HeadFromAbove, Place

# From the edge all is to scale: a head of 78 mm radius, a coil 170 mm wide and 12 mm thick.
PER_MILLIMETRE = 1.6
HEAD_RADIUS = 78 * PER_MILLIMETRE
COIL_HALF_WIDTH = 85 * PER_MILLIMETRE
COIL_THICKNESS = 12 * PER_MILLIMETRE


class CoilPlace(BaseModel):
    """One coil. `angle` is between handle and midline, the handle pointing back: 45 is back and out, 0 straight back.

    `tilt` in degrees lowers the right end, `gap_mm` lifts the whole coil; both show from the edge.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Annotated[str, Field(max_length=2)] = ""
    at: str | Place = Place(site="C3")
    angle: Annotated[float, Field(ge=-180, le=180)] = 45.0
    tilt: Annotated[float, Field(ge=-25, le=25)] = 0.0
    gap_mm: Annotated[float, Field(ge=0, le=25)] = 0.0


def coil_on_head(
    *,
    title: str,
    coils: tuple[CoilPlace, ...],
    view: Literal["above", "edge"] = "above",
    show_angle: bool = False,
    heading: str = "",
) -> Drawing:
    """Draw one coil large, or two to four lettered ones in panels of the same size.

    From above the nose is at the top and the patient's left on the left. From the edge a scale bar gives 10 mm.
    Facts: angle, tilt and gap at the centre of every coil.
    """
    if not 1 <= len(coils) <= 4:
        raise DrawingError("one to four coils can be shown")
    canvas = Canvas(title)
    top = 40.0 if heading else 8.0
    if heading:
        canvas.text((16, 24), heading, "b")
    large = len(coils) == 1
    width, height = (440.0, 480.0) if large else (220.0, 262.0)
    if view == "edge":
        height = 170.0 if large else 140.0
    for index, coil in enumerate(coils):
        corner = (index % 2 * width, top + index // 2 * height)
        if coil.label:
            canvas.text((corner[0] + 16, corner[1] + 20), coil.label, "b")
        if view == "above":
            _from_above(canvas, coil, corner, 1.0 if large else 0.5, show_angle=show_angle)
        else:
            _from_edge(canvas, coil, (corner[0] + width / 2, corner[1] + height * 0.55), 1.0 if large else 0.74)
    bottom = top + math.ceil(len(coils) / 2) * height
    if view == "edge":
        length = 10 * PER_MILLIMETRE * (1.0 if large else 0.74)
        canvas.path("ink thin", [(16, bottom), (16, bottom + 8), (16 + length, bottom + 8), (16 + length, bottom)])
        canvas.text((26 + length, bottom + 13), "10 mm", "m")
        bottom += 16
    facts = {
        (coil.label or "coil"): {
            "angle": coil.angle,
            "tilt": coil.tilt,
            "gap_at_centre_mm": round(gap_at_centre(coil), 1),
        }
        for coil in coils
    }
    return canvas.finish(bottom + 8, facts)


def _from_above(canvas: Canvas, coil: CoilPlace, corner: Point, scale: float, *, show_angle: bool) -> None:
    centre = (corner[0] + 220 * scale, corner[1] + 262 * scale - (16 if scale == 1 else 0) + (8 if scale < 1 else 0))
    head = HeadFromAbove(centre=centre, half_width=150 * scale, half_length=182 * scale)
    head.draw(canvas)
    canvas.line("mut dash", head.point("nasion"), head.point("inion"))
    at = head.point(coil.at)
    # On the left half of the head the handle goes back and to the left.
    side = -1 if at[0] <= centre[0] else 1
    turn = math.radians(coil.angle)
    back = (side * math.sin(turn), math.cos(turn))
    across = (back[1], -back[0])
    radius = 44 * scale
    for wing in (-1, 1):
        middle = (at[0] + wing * across[0] * radius, at[1] + wing * across[1] * radius)
        for share in (1.0, 0.75, 0.5) if scale == 1 else (1.0, 0.6):
            canvas.circle("cop" if scale == 1 else "cop thin", middle, radius * share)
    half, start, end = 8 * scale, 18 * scale, 150 * scale
    grip = [(start, -half), (end, -half), (end, half), (start, half)]
    points = [(at[0] + d * back[0] + w * across[0], at[1] + d * back[1] + w * across[1]) for d, w in grip]
    canvas.path("cop" if scale == 1 else "cop thin", points, closed=True)
    canvas.circle("di", at, 7 * scale)
    if show_angle and scale == 1:
        _angle(canvas, at, coil.angle, side)


def _angle(canvas: Canvas, at: Point, angle: float, side: int) -> None:
    """Draw the angle between handle and a line parallel to the midline."""
    reach = 118.0
    canvas.line("blu thin dash", at, (at[0], at[1] + reach + 24))
    turns = [math.radians(angle * step / 24) for step in range(25)]
    canvas.path("blu", [(at[0] + side * reach * math.sin(turn), at[1] + reach * math.cos(turn)) for turn in turns])
    anchor: Literal["start", "end"] = "start" if side < 0 else "end"
    canvas.text((at[0] - side * 10, at[1] + reach + 20), f"{angle:g}°", "b tb", anchor=anchor)


def _from_edge(canvas: Canvas, coil: CoilPlace, apex: Point, scale: float) -> None:
    """Draw the scalp as an arc whose top is `apex`, and the coil as its edge resting on it or above it."""
    radius, reach = HEAD_RADIUS * scale, HEAD_RADIUS * scale * 0.98
    steps = [-reach + 2 * reach * step / 40 for step in range(41)]
    scalp = [(apex[0] + x, apex[1] + radius - math.sqrt(radius**2 - x**2)) for x in steps]
    low = apex[1] + 0.55 * radius
    shown = [point for point in scalp if point[1] <= low]
    canvas.path("dc soft", shown, closed=True)
    canvas.path("ink", shown)
    turn = math.radians(coil.tilt)
    centre = (apex[0], apex[1] - gap_at_centre(coil) * PER_MILLIMETRE * scale)
    along, up = (math.cos(turn), math.sin(turn)), (math.sin(turn), -math.cos(turn))
    half, thick = COIL_HALF_WIDTH * scale, COIL_THICKNESS * scale
    corners = ((-half, 0.0), (half, 0.0), (half, thick), (-half, thick))
    shape = [(centre[0] + a * along[0] + b * up[0], centre[1] + a * along[1] + b * up[1]) for a, b in corners]
    for classes in ("pap", "dc mid", "cop thin"):
        canvas.path(classes, shape, closed=True)
    canvas.circle("di", apex, 5 * scale)


def gap_at_centre(coil: CoilPlace) -> float:
    """Return the millimetres between scalp and coil at the coil's centre.

    A tilted coil rests on the round head beside its centre, which leaves R / cos(tilt) − R there. R 78 mm, 15°: 2.8 mm.
    """
    radius = HEAD_RADIUS / PER_MILLIMETRE
    return radius / math.cos(math.radians(coil.tilt)) - radius + coil.gap_mm
