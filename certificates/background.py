"""What lies under the text of a certificate: paper, frame, the coil's field lines and the mark.

Written as PDF drawing commands once per process and put under each page as an artifact, which readers for the blind
skip. Through CSS and SVG the same lines would be parsed and drawn again for every certificate.
"""

import itertools
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

import pydyf

from certificates.rules.guilloche import Point, field_lines

POINTS_PER_MM = 72 / 25.4
PAPER = "0.992 0.984 0.965"
PALE_COPPER = "0.875 0.765 0.665"
COPPER = "0.604 0.329 0.133"
WIDTH, HEIGHT = 297.0, 210.0
FRAME_INSET, INNER_INSET = 9.0, 10.6
LINES_CENTRE, LINES_RADIUS = (148.5, 112.0), 44.0
LINE_FAMILIES = ((0.22, 26), (0.85, 26))  # depth below the coil in radii, number of lines
MARK_CENTRE, MARK_RADIUS = (39.0, 181.0), 6.0
MARK_WINDINGS = ((1.0, 0.55), (0.66, 0.42), (0.36, 0.3))  # share of the radius, width of the line in mm
# A quarter circle as a Bezier curve: the usual factor 4/3 (sqrt(2) - 1).
ARC = 0.5522847498


def add_background(pdf: Any) -> None:
    """Put the background under the one page of a pydyf PDF."""
    page = next(item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page")
    under = pydyf.Stream([_commands()], pydyf.Dictionary({"Filter": "/FlateDecode"}))
    pdf.add_object(under)
    page["Contents"] = pydyf.Array([under.reference, page["Contents"]])


@cache
def _commands() -> bytes:
    parts = ["/Artifact BMC", "q", f"{POINTS_PER_MM:.6f} 0 0 {POINTS_PER_MM:.6f} 0 0 cm", *_paper(), *_lines()]
    parts += [*_frame(), *_mark(), "Q", "EMC"]
    return zlib.compress("\n".join(parts).encode("ascii"), 9)


def _paper() -> Iterable[str]:
    yield f"{PAPER} rg 0 0 {WIDTH} {HEIGHT} re f"


def _frame() -> Iterable[str]:
    for inset, width in ((FRAME_INSET, 0.5), (INNER_INSET, 0.15)):
        yield f"{COPPER} RG {width} w {inset} {inset} {WIDTH - 2 * inset:.2f} {HEIGHT - 2 * inset:.2f} re S"


def _lines() -> Iterable[str]:
    """Draw the field lines of both halves, cut off at the inner frame."""
    yield f"q {INNER_INSET} {INNER_INSET} {WIDTH - 2 * INNER_INSET:.2f} {HEIGHT - 2 * INNER_INSET:.2f} re W n"
    yield f"{PALE_COPPER} RG 0.12 w"
    for depth, count in LINE_FAMILIES:
        for line in field_lines(count=count, points=120, depth=depth, widest=6.0):
            yield _polygon(line, 1)
            yield _polygon(line, -1)
    yield "Q"


def _polygon(line: Iterable[Point], side: int) -> str:
    centre_x, centre_y = LINES_CENTRE
    corners = [f"{centre_x + side * LINES_RADIUS * x:.2f} {centre_y + LINES_RADIUS * y:.2f}" for x, y in line]
    return f"{corners[0]} m " + " ".join(f"{corner} l" for corner in corners[1:]) + " s"


def _mark() -> Iterable[str]:
    """Draw the coil from above: two windings side by side."""
    yield f"{COPPER} RG"
    for share, width in MARK_WINDINGS:
        yield f"{width} w"
        for side in (-1, 1):
            yield _circle(MARK_CENTRE[0] + side * MARK_RADIUS, MARK_CENTRE[1], MARK_RADIUS * share)


def _circle(x: float, y: float, radius: float) -> str:
    bend = radius * ARC
    quarters = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
    path = [f"{x + radius:.3f} {y:.3f} m"]
    for (from_x, from_y), (to_x, to_y) in itertools.pairwise(quarters):
        controls = (
            (x + radius * from_x + bend * to_x, y + radius * from_y + bend * to_y),
            (x + radius * to_x + bend * from_x, y + radius * to_y + bend * from_y),
            (x + radius * to_x, y + radius * to_y),
        )
        path.append(" ".join(f"{a:.3f} {b:.3f}" for a, b in controls) + " c")
    return " ".join(path) + " s"
