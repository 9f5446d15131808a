"""The editor of hotspots: areas on the picture with what each is worth, and labels to choose from instead.

All measures are pixels of the stored picture, from its left and top edge, never of a screen.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from content.rules.areas import Area, inside_drawing
from exams.area_shapes import Overlay, overlay
from exams.editors.area_rows import (
    AREA_COLUMNS,
    SHAPES,
    AreaRow,
    RegionRow,
    area_fields,
    area_row_of,
    region_fields,
    ring_round,
    row_in_the_middle,
)
from exams.editors.base import Fault, KindEditor
from exams.editors.rows import free_key, settled_ids
from exams.rules.item_material import ItemKind

MOST_AREAS = 10
MOST_REGIONS = 12
# In the room a picture can be shown about 960 px wide, and what is touched should be 24 px there (WCAG 2.5.8).
SMALLEST_SHARE = 40


@dataclass(frozen=True)
class _Read:
    number: int
    area: Area
    score: Decimal


class HotspotEditor(KindEditor):
    """A picture with areas: the best one that holds the candidate's point counts."""

    kind = ItemKind.HOTSPOT
    name = "Hotspot"
    sentence = "The candidate marks one point in a picture. The best of your areas that holds it counts."
    template = "exams/authoring/_hotspot_key.html"
    needs_picture = True

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        rows = [area_row_of(str(number), area) for number, area in enumerate(content["key"]["areas"])]
        regions = [
            RegionRow(str(number), region["id"], region["label"], str(region["x"]), str(region["y"]))
            for number, region in enumerate(content.get("regions", ()))
        ]
        return area_fields(rows) | region_fields(regions)

    @property
    def rows(self) -> list[AreaRow]:
        """All areas as typed."""
        keys = self._list("area_row")
        columns = [self._padded(f"area_{name}", len(keys)) for name in AREA_COLUMNS]
        rows = [AreaRow(*row) for row in zip(keys, *columns, strict=True)]
        return [row for row in rows if row.shape in SHAPES]

    @property
    def regions(self) -> list[RegionRow]:
        """All labels as typed, empty ones too."""
        keys = self._list("region_row")
        columns = [self._padded(f"region_{name}", len(keys)) for name in ("id", "label", "x", "y")]
        return [RegionRow(*row) for row in zip(keys, *columns, strict=True)]

    @property
    def blank_rows(self) -> list[AreaRow]:
        """A row of each shape, for the page to copy."""
        return [AreaRow("NEW", shape, score="1") for shape in SHAPES]

    @property
    def blank_region(self) -> RegionRow:
        """A label, for the page to copy."""
        return RegionRow("NEW")

    @property
    def can_add(self) -> bool:
        """Whether there may be one more area."""
        return len(self.rows) < MOST_AREAS

    @property
    def can_add_region(self) -> bool:
        """Whether there may be one more label."""
        return len(self.regions) < MOST_REGIONS

    @property
    def overlay(self) -> Overlay | None:
        """What is typed, drawn over the picture as far as it can be read."""
        regions = [region.raw for region in self.regions if region.point is not None]
        return overlay(self.size, [row.raw if row.area else {} for row in self.rows], regions)

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: `add_circle`, `add_rect`, `add_polygon`, `ring:KEY`, `remove_area:KEY`, and for labels."""
        rows, regions = self.rows, self.regions
        word, _, key = go.partition(":")
        new, shape = free_key(row.key for row in rows), word.removeprefix("add_")
        if word.startswith("add_") and shape in SHAPES and self.can_add:
            rows.append(row_in_the_middle(new, shape, self.size, score="0.5" if rows else "1"))
        elif word == "ring" and self.can_add:
            rows = [made for row in rows for made in ((row, ring_round(row, new)) if row.key == key else (row,))]
        elif word == "remove_area":
            rows = [row for row in rows if row.key != key]
        elif word == "add_region" and self.can_add_region:
            regions.append(RegionRow(free_key(region.key for region in regions)))
        elif word == "remove_region":
            regions = [region for region in regions if region.key != key]
        self.typed = {**self.typed, **area_fields(rows), **region_fields(regions)}

    def faults(self) -> list[Fault]:
        """See `KindEditor`. Without a picture nothing can be measured: the form says so itself."""
        if not self.rows:
            return [Fault("areas", "Key: draw one area or more.")]
        read, found = [], []
        for number, row in enumerate(self.rows, start=1):
            area, score = row.area, row.worth
            if area is None:
                found.append(Fault("areas", f"Area {number}: {row.needs}"))
            elif score is None:
                found.append(Fault("areas", f"Area {number}: it is worth more than 0 and at most 1, such as 0.5."))
            else:
                read.append(_Read(number, area, score))
        if not found and self.size is not None:
            found = self._misplaced(read, self.size)
        if not found and not any(part.score == 1 for part in read):
            found = [Fault("areas", "Key: one area has to be worth 1, for full marks.")]
        return found or self._region_faults(read)

    def _misplaced(self, read: list[_Read], size: tuple[int, int]) -> list[Fault]:
        found = []
        least = size[0] / SMALLEST_SHARE
        for part in read:
            left, top, right, bottom = part.area.bounds()
            if not inside_drawing(part.area, size):
                words = f"it lies partly outside the picture, which is {size[0]} wide and {size[1]} high."
            elif min(right - left, bottom - top) < least:
                words = f"nobody can hit it. Make it at least {least:.0f} pixels wide and high."
            elif part.score == 1 and all(part.area.holds(x, y) for x in (0, size[0]) for y in (0, size[1])):
                words = "it covers the whole picture, so every point would be right."
            else:
                continue
            found.append(Fault("areas", f"Area {part.number}: {words}"))
        return found

    def _region_faults(self, read: list[_Read]) -> list[Fault]:
        """Who chooses from the list must be able to be right, and to be wrong."""
        rows = self._named()
        if not rows:
            return []
        points = [row.point for row in rows]
        if not all(row.label and point for row, point in zip(rows, points, strict=True)):
            return [Fault("regions", "Labels: each has words and a place in pixels, such as 120 and 80.5.")]
        placed = [point for point in points if point is not None]
        if len({row.label.casefold() for row in rows}) < len(rows) or len(set(placed)) < len(rows):
            return [Fault("regions", "Labels: two of them have the same words or the same place.")]
        if self.size and any(x > self.size[0] or y > self.size[1] for x, y in placed):
            return [Fault("regions", "Labels: one of them lies outside the picture.")]
        best = [self._best(read, point) for point in placed]
        if 1 not in best or 0 not in best:
            return [
                Fault(
                    "regions",
                    "Labels: one has to lie in an area that is worth 1 and another one outside all areas, "
                    "for some candidates choose from this list instead of pointing.",
                )
            ]
        return []

    def _best(self, read: list[_Read], point: tuple[Decimal, Decimal]) -> Decimal:
        return max((part.score for part in read if part.area.holds(*point)), default=Decimal(0))

    def _named(self) -> list[RegionRow]:
        return [row for row in self.regions if row.label or row.x or row.y]

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        rows = self._named()
        ids = settled_ids([row.id for row in rows], string.ascii_lowercase)
        regions = [replace(row, id=new).raw for row, new in zip(rows, ids, strict=True)]
        return {"key": {"areas": [row.raw for row in self.rows]}, "regions": regions}

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        regions = [region.raw for region in self.regions if region.label and region.point is not None]
        return {"options": [], "prompts": [], "unit": "", "regions": regions}

    def telling(self) -> tuple[list[str], list[str]]:
        """See `KindEditor`: labels in an area worth 1, and all others."""
        read = [
            _Read(number, row.area, row.worth)
            for number, row in enumerate(self.rows, start=1)
            if row.area is not None and row.worth is not None
        ]
        right: list[str] = []
        wrong: list[str] = []
        for row in self._named():
            if row.label and row.point is not None:
                (right if self._best(read, row.point) == 1 else wrong).append(row.label)
        return right, wrong
