"""A sheet to draw on: the style of all our figures, numbers written the same way always, words that cannot collide."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from content.drawing.lettering import SIZE, SMALL, width_of

WIDTH = 440
MARGIN = 4
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

STYLE = """\
.f-t{fill:#1d2733;font:400 17px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;\
font-variant-numeric:tabular-nums}
.f-b{font-weight:600}
.f-s{font-size:15px}
.f-m{fill:#5b6672}
.f-tc{fill:#9a4f1d}
.f-tb{fill:#1f5fa8}
.f-ink{stroke:#1d2733;fill:none;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.f-mut{stroke:#5b6672;fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.f-cop{stroke:#9a4f1d;fill:none;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.f-blu{stroke:#1f5fa8;fill:none;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.f-thin{stroke-width:1.6}
.f-hair{stroke-width:1;stroke-opacity:.45}
.f-dash{stroke-dasharray:6 6}
.f-di{fill:#1d2733}
.f-dc{fill:#9a4f1d}
.f-db{fill:#1f5fa8}
.f-dm{fill:#5b6672}
.f-pap{fill:#fff}
.f-soft{opacity:.14}
.f-mid{opacity:.5}
.f-e{text-anchor:end}
.f-c{text-anchor:middle}
@media (prefers-color-scheme:dark){
.f-t{fill:#e8e4dc}
.f-m{fill:#9aa5b1}
.f-tc{fill:#e0935a}
.f-tb{fill:#7fb2ea}
.f-ink{stroke:#e8e4dc}
.f-mut{stroke:#9aa5b1}
.f-cop{stroke:#e0935a}
.f-blu{stroke:#7fb2ea}
.f-di{fill:#e8e4dc}
.f-dc{fill:#e0935a}
.f-db{fill:#7fb2ea}
.f-dm{fill:#9aa5b1}
.f-pap{fill:#1c2229}
.f-soft{opacity:.22}
}"""


class DrawingError(Exception):
    """The arguments ask for something that cannot be drawn well; the message says what to change."""


@dataclass(frozen=True)
class Drawing:
    """A finished figure, and what was computed while it was drawn."""

    svg: str
    facts: dict[str, Any]


def number(value: float) -> str:
    """Write a coordinate: one decimal at most, no trailing zero, never minus zero. 12.04 → "12", 12.35 → "12.3"."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class _Words:
    """The room that a text takes."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Words") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass
class Canvas:
    """Elements in the order in which they were drawn. y grows downward."""

    title: str
    width: float = WIDTH
    parts: list[str] = field(default_factory=list)
    placed: list[_Words] = field(default_factory=list)

    def element(self, name: str, classes: str, **attributes: float | str) -> None:
        """Add one element; numbers are written shortly, `_` in names becomes `-`."""
        written = "".join(
            f" {key.replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
            for key, value in attributes.items()
        )
        self.parts.append(f'<{name} class="{_classes(classes)}"{written}/>')

    def line(self, classes: str, start: Point, end: Point) -> None:
        """Draw a straight line."""
        self.element("line", classes, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def path(self, classes: str, points: Iterable[Point], *, closed: bool = False) -> None:
        """Draw a line through points."""
        (x, y), *others = points
        way = " ".join(f"{number(px)} {number(py)}" for px, py in others)
        self.element("path", classes, d=f"M{number(x)} {number(y)}L{way}{'Z' if closed else ''}")

    def rect(self, classes: str, corner: Point, width: float, height: float, **attributes: float | str) -> None:
        """Draw an upright rectangle."""
        self.element("rect", classes, x=corner[0], y=corner[1], width=width, height=height, **attributes)

    def circle(self, classes: str, centre: Point, radius: float) -> None:
        """Draw a circle."""
        self.element("circle", classes, cx=centre[0], cy=centre[1], r=radius)

    def text(self, at: Point, words: str, classes: str = "", *, anchor: Anchor = "start") -> None:
        """Write words on the line whose left end, middle or right end is `at`.

        Raises `DrawingError` when they would leave the sheet.
        """
        styles = classes.split()
        size = SMALL if "s" in styles else SIZE
        width = width_of(words, size=size, bold="b" in styles)
        left = at[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        if left < MARGIN - 0.5 or left + width > self.width - MARGIN + 0.5:
            raise DrawingError(f"these words do not fit their line, shorten them: {words}")
        # Letters reach about three quarters of the size above the line and a fifth below it.
        self.placed.append(_Words(words, left, at[1] - 0.75 * size, left + width, at[1] + 0.2 * size))
        anchored = {"start": "", "middle": " f-c", "end": " f-e"}[anchor]
        self.parts.append(
            f'<text class="{_classes(f"t {classes}")}{anchored}" x="{number(at[0])}" y="{number(at[1])}">'
            f"{escape(words)}</text>"
        )

    def disc(self, centre: Point, letter: str, tone: str = "c") -> None:
        """Draw a filled mark with a letter beside no other words: the letter stands in it."""
        self.circle("pap", centre, 12.5)
        self.circle({"c": "cop thin", "b": "blu thin", "i": "ink thin"}[tone], centre, 12.5)
        self.text((centre[0], centre[1] + 6), letter, "b", anchor="middle")

    def finish(self, height: float, facts: dict[str, Any]) -> Drawing:
        """Return the figure. Raises `DrawingError` when words lie on each other or below the sheet."""
        for first, second in combinations(self.placed, 2):
            if first.meets(second):
                raise DrawingError(f"words lie on each other: “{first.words}” and “{second.words}”")
        if lowest := [words.words for words in self.placed if words.bottom > height]:
            raise DrawingError(f"words lie below the sheet: {lowest[0]}")
        body = "\n".join(self.parts)
        # An id tells nothing about the item: it comes from what is drawn.
        name = "f" + hashlib.sha256(f"{self.title}{body}".encode()).hexdigest()[:10]
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(self.width)} {number(height)}" role="img" '
            f'aria-labelledby="{name}">\n<title id="{name}">{escape(self.title)}</title>\n<style>\n{STYLE}\n</style>\n'
            f"{body}\n</svg>\n"
        )
        return Drawing(svg, facts)


def _classes(short: str) -> str:
    return " ".join(f"f-{name}" for name in short.split())
