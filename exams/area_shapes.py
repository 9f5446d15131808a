"""Areas and labelled points of a hotspot as shapes that a template draws over the picture, in its own pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from content.rules.areas import exactly
from exams.rules.scoring import area_of

LABEL_SHARE = 26  # of the picture's width: how small the letters on it are


@dataclass(frozen=True)
class Shape:
    """One area: its number and worth, its measures as text by name, where its number stands."""

    number: int
    shape: str
    measures: Mapping[str, str]
    corners: str
    is_full: bool
    label: tuple[str, str]


@dataclass(frozen=True)
class Overlay:
    """All that is drawn over one picture, the largest area first, so that rings stand round their target."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    points: tuple[tuple[str, str, str], ...]

    @property
    def letter(self) -> str:
        """The height of letters, in pixels of the picture."""
        return str(max(8, self.width // LABEL_SHARE))

    @property
    def arm(self) -> str:
        """How far the arms of a cross reach, in pixels of the picture."""
        return str(max(4, self.width // 60))


def overlay(
    size: tuple[int, int] | None, areas: Sequence[Mapping[str, Any]], regions: Sequence[Mapping[str, Any]]
) -> Overlay | None:
    """Draw what a key holds; areas that cannot be read are left out. None without a picture of a known size."""
    if size is None:
        return None
    drawn = []
    for number, raw in enumerate(areas, start=1):
        try:
            left, top, right, bottom = area_of(raw).bounds()
            is_full = exactly(raw["score"]) == 1
        except (ValueError, ArithmeticError, LookupError, TypeError):
            continue
        label = (f"{float((left + right) / 2):.1f}", f"{float(top):.1f}")
        corners = " ".join(f"{x},{y}" for x, y in raw.get("points", ()))
        measures = {name: str(raw[name]) for name in ("x", "y", "radius", "width", "height") if name in raw}
        shape = Shape(number, str(raw["shape"]), measures, corners, is_full, label)
        drawn.append(((right - left) * (bottom - top), shape))
    drawn.sort(key=lambda pair: -pair[0])
    points = tuple((str(region["x"]), str(region["y"]), str(region["label"])) for region in regions)
    return Overlay(*size, tuple(shape for _, shape in drawn), points)
