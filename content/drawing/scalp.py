"""Heads with the points of the 10-20 system, marks, and distances."""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import Canvas, Drawing, DrawingError, Point
from content.drawing.head import PROFILE, HeadFromAbove, Place, along_scalp

Tone = Literal["c", "b", "i"]


class Mark(BaseModel):
    """A lettered mark; c copper, b blue, i ink."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str | Place
    label: Annotated[str, Field(min_length=1, max_length=2)]
    tone: Tone = "c"


class Distance(BaseModel):
    """A line between two places, with its length in words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: str | Place
    end: str | Place
    text: str = ""
    side: Literal["left", "right"] = "right"


class ProfileMark(BaseModel):
    """A mark at a share of the way from nasion to inion, in percent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent: Annotated[float, Field(ge=0, le=100)]
    label: str


def scalp_from_above(
    *,
    title: str,
    sites: tuple[str, ...] = (),
    names: bool = True,
    lines: bool = True,
    marks: tuple[Mark, ...] = (),
    distances: tuple[Distance, ...] = (),
    nasion_inion_cm: float = 36.0,
    tragus_tragus_cm: float = 36.0,
    heading: str = "",
) -> Drawing:
    """Draw a head from above, nose up, so that the patient's left is on the left.

    `sites` are points of the 10-20 system, with their `names` or without; `lines` are the midline and the line from ear
    to ear. Facts: where every mark and site lies, in units of the viewBox (for the key of a hotspot), and the distance
    of each mark from Cz in centimetres along the flat-laid scalp.
    """
    canvas = Canvas(title)
    top = 30.0 if heading else 0.0
    if heading:
        canvas.text((16, 24), heading, "b")
    head = HeadFromAbove(
        centre=(220, top + 262),
        half_width=150,
        half_length=182,
        nasion_inion_cm=nasion_inion_cm,
        tragus_tragus_cm=tragus_tragus_cm,
    )
    head.draw(canvas)
    canvas.text((8, top + 30), "Patient’s", "m")
    canvas.text((8, top + 52), "left", "m")
    canvas.text((432, top + 30), "Patient’s", "m", anchor="end")
    canvas.text((432, top + 52), "right", "m", anchor="end")
    if lines:
        canvas.line("mut dash", head.point("nasion"), head.point("inion"))
        canvas.line("mut dash", head.point("left tragus"), head.point("right tragus"))
    for distance in distances:
        _draw_distance(canvas, head, distance)
    for site in sites:
        _draw_site(canvas, head.point(site), site if names else "")
    for mark in marks:
        canvas.disc(head.point(mark.at), mark.label, mark.tone)
    facts = {
        "marks": {mark.label: _rounded(head.point(mark.at)) for mark in marks},
        "sites": {site: _rounded(head.point(site)) for site in sites},
        "cm_from_cz": {mark.label: _cm_from_cz(head, head.point(mark.at)) for mark in marks},
    }
    return canvas.finish(top + 470, facts)


def _rounded(point: Point) -> list[float]:
    return [round(point[0], 1), round(point[1], 1)]


def _cm_from_cz(head: HeadFromAbove, point: Point) -> float:
    across = (point[0] - head.centre[0]) / head.half_width * head.tragus_tragus_cm / 2
    along = (point[1] - head.centre[1]) / head.half_length * head.nasion_inion_cm / 2
    return round(math.hypot(across, along), 1)


def _draw_site(canvas: Canvas, at: Point, name: str) -> None:
    canvas.circle("di", at, 4.5)
    if name.endswith("z"):  # beside the midline
        canvas.text((at[0] + 7, at[1] - 6), name, "b" if name == "Cz" else "")
    elif name:
        canvas.text((at[0], at[1] + 24), name, anchor="middle")


def _draw_distance(canvas: Canvas, head: HeadFromAbove, distance: Distance) -> None:
    start, end = head.point(distance.start), head.point(distance.end)
    canvas.line("blu", start, end)
    for point in (start, end):
        canvas.circle("db", point, 4)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    if not distance.text:
        return
    if abs(end[0] - start[0]) > abs(end[1] - start[1]):
        canvas.text((middle[0], middle[1] - 9), distance.text, "b tb", anchor="middle")
    else:
        side = 12 if distance.side == "right" else -12
        anchor: Literal["start", "end"] = "start" if distance.side == "right" else "end"
        canvas.text((middle[0] + side, middle[1] + 6), distance.text, "b tb", anchor=anchor)


def scalp_profile(
    *,
    title: str,
    marks: tuple[ProfileMark, ...] = (),
    nasion_inion_cm: float = 36.0,
    tape: bool = True,
    ends: bool = True,
    heading: str = "",
) -> Drawing:
    """Draw a head from the patient's left, with marks at shares of the way from nasion to inion.

    Facts: the centimetres from the nasion of each mark on a head of this size, and where it lies on the sheet.
    """
    canvas = Canvas(title)
    top = 46.0 if heading else 16.0
    if heading:
        canvas.text((16, 24), heading, "b")

    def moved(point: Point) -> Point:
        return point[0] - 80, point[1] - 40 + top

    for classes in ("dc soft", "ink"):
        canvas.element("path", classes, d=PROFILE, transform=f"translate(-80 {top - 40:g})")
    ear = "M316 242C316 212 366 212 364 250C362 272 340 276 336 292C332 302 316 298 318 276"
    canvas.element("path", "ink", d=ear, transform=f"translate(-80 {top - 40:g})")
    canvas.element("path", "ink thin", d="M200 250C206 242 220 242 228 248", transform=f"translate(-80 {top - 40:g})")
    if tape:
        steps = [along_scalp(step / 60) for step in range(61)]
        canvas.path("blu thin", [moved((x + 11 * dx, y + 11 * dy)) for (x, y), (dx, dy) in steps])
    for share, name in ((0.0, "Nasion"), (1.0, "Inion")) if ends else ():
        at, _ = along_scalp(share)
        canvas.circle("db", moved(at), 6)
        if name == "Nasion":
            canvas.text((moved(at)[0] - 22, moved(at)[1] + 6), name, "b tb", anchor="end")
        else:
            canvas.text((432, moved(at)[1] + 28), name, "b tb", anchor="end")
    for mark in marks:
        at, (dx, dy) = along_scalp(mark.percent / 100)
        x, y = moved(at)
        canvas.line("cop", (x - 6 * dx, y - 6 * dy), (x + 18 * dx, y + 18 * dy))
        if len(mark.label) > 2:
            raise DrawingError(f"the label `{mark.label}` is longer than two letters; explain it in the stem")
        canvas.disc((x - 22 * dx, y - 22 * dy), mark.label)
    facts = {
        "cm_from_nasion": {mark.label: round(mark.percent * nasion_inion_cm / 100, 2) for mark in marks},
        "marks": {mark.label: _rounded(moved(along_scalp(mark.percent / 100)[0])) for mark in marks},
    }
    return canvas.finish(top + 424, facts)
