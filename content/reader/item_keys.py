"""The shapes of keys: what is right about an item, type by type."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from content.reader.shapes import Markdown, NumberText, Shape, Some, Title, refuse_repeats
from content.rules.areas import Area, Circle, Rectangle, polygon

LONGEST_SHORT_TEXT = 200
MOST_POINTS = 10
HALF = Decimal("0.5")

OptionId = Annotated[str, StringConstraints(pattern=r"^[a-h]$")]
PromptId = Annotated[str, StringConstraints(pattern=r"^[1-5]$")]
Coordinate = Annotated[float, Field(ge=0, le=10_000)]
Length = Annotated[float, Field(gt=0, le=10_000)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SHORT_TEXT, strip_whitespace=True)]


class NumericKey(Shape):
    """The right number, how far off it may be, and its unit."""

    value: NumberText
    tolerance: NumberText
    unit: Title

    @model_validator(mode="after")
    def _tolerance_is_a_width(self) -> Self:
        if Decimal(self.tolerance) < 0:
            raise ValueError("`tolerance` cannot be negative")
        return self


class _ScoredArea(Shape):
    """What an area earns: more than 0, at most 1."""

    score: NumberText

    @model_validator(mode="after")
    def _earns_something(self) -> Self:
        if not 0 < Decimal(self.score) <= 1:
            raise ValueError("`score` is more than 0 and at most 1")
        return self


class CircleArea(_ScoredArea):
    """A circle by its centre, in units of the viewBox."""

    shape: Literal["circle"]
    x: Coordinate
    y: Coordinate
    radius: Length

    def area(self) -> Area:
        """Return the area itself."""
        return Circle(self.x, self.y, self.radius)


class RectArea(_ScoredArea):
    """An upright rectangle by its top left corner."""

    shape: Literal["rect"]
    x: Coordinate
    y: Coordinate
    width: Length
    height: Length

    def area(self) -> Area:
        """Return the area itself."""
        return Rectangle(self.x, self.y, self.width, self.height)


class PolygonArea(_ScoredArea):
    """A closed line through three or more points."""

    shape: Literal["polygon"]
    points: Annotated[
        tuple[Annotated[tuple[Coordinate, Coordinate], Field(strict=False)], ...],
        Field(strict=False, min_length=3, max_length=40),
    ]

    def area(self) -> Area:
        """Return the area itself."""
        return polygon(self.points)


class HotspotKey(Shape):
    """Where a point earns something. Where areas overlap, the best counts, or all of them for a QTI mapping."""

    areas: Some[Annotated[CircleArea | RectArea | PolygonArea, Field(discriminator="shape")]]

    @model_validator(mode="after")
    def _can_be_fully_right(self) -> Self:
        if max(Decimal(area.score) for area in self.areas) != 1:
            raise ValueError('one area at least has `score: "1"`')
        return self

    def scores_at(self, x: float, y: float) -> list[Decimal]:
        """Return the scores of the areas that hold a point."""
        return [Decimal(area.score) for area in self.areas if area.area().holds(x, y)]


class ShortTextKey(Shape):
    """The texts that are right; for the rule `wildcard` with `*` for any run of characters."""

    texts: Some[ShortText]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        refuse_repeats("text", (text.casefold() for text in self.texts))
        if not all(text.strip("* ") for text in self.texts):
            raise ValueError("a pattern of stars alone takes every answer")
        return self

    def pieces(self) -> Iterable[str]:
        """Return the parts of the texts that stand between stars."""
        return (piece.strip() for text in self.texts for piece in text.split("*") if piece.strip())


class RubricCriterion(Shape):
    """One line of an essay's rubric: what to look for, and the points it is worth, in halves."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-l]$")]
    text: Title
    points: NumberText

    @model_validator(mode="after")
    def _is_worth_halves(self) -> Self:
        points = Decimal(self.points)
        if not 0 < points <= MOST_POINTS or points % HALF:
            raise ValueError(f"`points` is more than 0 and at most {MOST_POINTS}, in halves")
        return self


class EssayKey(Shape):
    """What whoever marks an essay looks for, and the points that each part of it earns."""

    guidance: Markdown
    criteria: Annotated[tuple[RubricCriterion, ...], Field(strict=False, min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _criteria_differ(self) -> Self:
        refuse_repeats("criterion", (criterion.id for criterion in self.criteria))
        return self


class Region(Shape):
    """A labelled point that can be chosen instead of pointing; its label says where it is, not whether it is right."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-l]$")]
    label: Title
    x: Coordinate
    y: Coordinate


# By which entry a key in a file is told from others, and of which shape it then is.
MARKS = {"areas": "hotspot", "value": "number", "texts": "texts", "guidance": "essay"}
SHAPES: dict[type[Shape], str] = {
    HotspotKey: "hotspot",
    NumericKey: "number",
    ShortTextKey: "texts",
    EssayKey: "essay",
}


def _kind_of_key(value: Any) -> str:
    if isinstance(value, dict):
        return next((kind for mark, kind in MARKS.items() if mark in value), "pairs")
    return next((kind for shape, kind in SHAPES.items() if isinstance(value, shape)), "ids")


Key = Annotated[
    Annotated[Some[OptionId], Tag("ids")]
    | Annotated[NumericKey, Tag("number")]
    | Annotated[dict[PromptId, OptionId], Tag("pairs")]
    | Annotated[HotspotKey, Tag("hotspot")]
    | Annotated[ShortTextKey, Tag("texts")]
    | Annotated[EssayKey, Tag("essay")],
    Discriminator(_kind_of_key),
]
