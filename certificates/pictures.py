"""The picture that a badge is baked into, and the one that shows where its page is shared.

One drawing, as the certificate has it: the field lines of the coil and the mark, on ink. It holds nobody's name and no
text but what every certificate says, so it is drawn once per process.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from certificates.rules.guilloche import Line, field_lines
from lms.look.printing import FONT_FOLDER

INK, COPPER, PALE_COPPER, PAPER = "#14181d", "#e39a63", "#6b452b", "#fbf8f2"
LINE_FAMILIES = ((0.22, 18), (0.85, 18))  # depth below the coil in radii, number of lines
WIDEST, POINTS = 6.0, 72  # how far the lines reach, and the corners of each
WINDINGS = ((1.0, 7), (0.66, 5), (0.36, 4))  # share of the radius, width of the line
WORDS = "Certificate of completion"
FINER = 3  # drawn so many times larger, then reduced: Pillow's lines have no smooth edges
COLOURS = 64


@dataclass(frozen=True)
class Frame:
    """A picture of so many pixels, with the coil at a place in it; all lengths in pixels."""

    width: int
    height: int
    radius: float  # of one winding
    centre: tuple[float, float]
    words_at: float  # height of the middle of the words
    letters: int  # their size

    @property
    def inset(self) -> float:
        """How far the frame lies inside the edge."""
        return self.height / 30


BADGE = Frame(600, 600, 92.0, (300.0, 262.0), 508.0, 38)
PREVIEW = Frame(1200, 630, 108.0, (600.0, 262.0), 534.0, 56)


@cache
def badge_png() -> bytes:
    """Return the picture of a badge as PNG, 600 by 600."""
    return _png(BADGE)


@cache
def preview_png() -> bytes:
    """Return the picture of a shared page as PNG, 1200 by 630, as the readers of Open Graph like it."""
    return _png(PREVIEW)


@cache
def badge_svg() -> str:
    """Return the picture of a badge as SVG."""
    frame = BADGE
    x, y = frame.centre
    lines = "".join(f"M{' '.join(f'{a:.1f},{b:.1f}' for a, b in line)}z" for line in _field(frame))
    windings = "".join(
        f'<circle cx="{x + side * frame.radius:.1f}" cy="{y:.1f}" r="{frame.radius * share:.1f}" '
        f'stroke-width="{width}"/>'
        for side in (-1, 1)
        for share, width in WINDINGS
    )
    inset, inner = frame.inset, frame.width - 2 * frame.inset
    box = f'x="{inset:.0f}" y="{inset:.0f}" width="{inner:.0f}" height="{inner:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" role="img">'
        f'<title>{WORDS}</title><clipPath id="frame"><rect {box}/></clipPath>'
        f'<rect width="{frame.width}" height="{frame.height}" fill="{INK}"/>'
        f'<path d="{lines}" clip-path="url(#frame)" fill="none" stroke="{PALE_COPPER}"/>'
        f'<g fill="none" stroke="{COPPER}"><rect {box} stroke-width="2"/>{windings}</g>'
        f'<text x="{x:.0f}" y="{frame.words_at:.0f}" fill="{PAPER}" font-family="Noto Serif Display, Georgia, serif" '
        f'font-size="{frame.letters}" text-anchor="middle" dominant-baseline="middle">{WORDS}</text></svg>'
    )


def _field(frame: Frame) -> Iterable[Line]:
    """Return the field lines of both halves, at their places in the picture."""
    x, y = frame.centre
    for depth, count in LINE_FAMILIES:
        for line in field_lines(count=count, points=POINTS, depth=depth, widest=WIDEST):
            for side in (-1, 1):
                yield tuple((x + side * frame.radius * a, y + frame.radius * b) for a, b in line)


def _png(frame: Frame) -> bytes:
    size = (frame.width * FINER, frame.height * FINER)
    inset = round(frame.inset * FINER)
    box = (inset, inset, size[0] - inset, size[1] - inset)
    field = Image.new("RGB", size, INK)
    pen = ImageDraw.Draw(field)
    for line in _field(frame):
        pen.line([(a * FINER, b * FINER) for a, b in (*line, line[0])], PALE_COPPER, FINER, joint="curve")
    picture = Image.new("RGB", size, INK)
    picture.paste(field.crop(box), box)
    _draw_over(ImageDraw.Draw(picture), frame, box)
    output = BytesIO()
    small = picture.resize((frame.width, frame.height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(output, "PNG", optimize=True)
    return output.getvalue()


def _draw_over(pen: ImageDraw.ImageDraw, frame: Frame, box: tuple[int, int, int, int]) -> None:
    """Draw frame, coil and words."""
    x, y = (place * FINER for place in frame.centre)
    pen.rectangle(box, outline=COPPER, width=2 * FINER)
    for side in (-1, 1):
        for share, width in WINDINGS:
            centre, reach = x + side * frame.radius * FINER, frame.radius * share * FINER
            pen.ellipse((centre - reach, y - reach, centre + reach, y + reach), outline=COPPER, width=width * FINER)
    font = ImageFont.truetype(FONT_FOLDER / "NotoSerifDisplay-Regular.ttf", frame.letters * FINER)
    pen.text((x, frame.words_at * FINER), WORDS, PAPER, font, anchor="mm")
