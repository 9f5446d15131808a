"""The shapes of the secure bank: items of every type, and the file that speaks for a whole bank."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from content.reader.shapes import (
    Code,
    Dated,
    Many,
    Markdown,
    NumberText,
    Reviewed,
    ReviewStatus,
    Shape,
    Some,
    SourceKey,
    Text,
    Title,
    refuse_repeats,
)
from content.rules.areas import Area, Circle, Rectangle, polygon

SCORING = {
    "single_choice": {"match_correct"},
    "multiple_response": {"all_or_nothing", "plus_minus_floor0"},
    "numeric": {"tolerance_absolute"},
    "ordering": {"exact", "concordant_pairs"},
    "matching": {"per_pair", "all_or_nothing"},
    "hotspot": {"best_area"},
}
# Fewest and most options of a type; types that are not here have none.
OPTION_COUNTS = {"single_choice": (4, 4), "multiple_response": (4, 6), "ordering": (3, 6), "matching": (2, 8)}
OPTION_IDS = "abcdefgh"
REGION_IDS = "abcdefghijkl"
# Shorter texts ("F3", "A") stand in honest descriptions by chance.
SHORTEST_TELLING_TEXT = 3

ContentArea = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}-[0-9]{3}$")]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-h]$")]
PromptId = Annotated[str, StringConstraints(pattern=r"^[1-5]$")]
Coordinate = Annotated[float, Field(ge=0, le=10_000)]
Length = Annotated[float, Field(gt=0, le=10_000)]


class ItemOption(Shape):
    """One option, or one target of a matching item; its id stays with its text for ever."""

    id: OptionId
    text: Text
    reason: Text


class Prompt(Shape):
    """What a target is matched to."""

    id: PromptId
    text: Text


class ItemFigure(Shape):
    """The drawing of an item. `alt` describes it and does not tell the key."""

    file: Annotated[str, StringConstraints(pattern=r"^figures/[a-z0-9]+(-[a-z0-9]+)*\.svg$")]
    alt: Text
    caption: Text | None = None


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
    """Where a point earns something; where areas overlap, the best counts."""

    areas: Some[Annotated[CircleArea | RectArea | PolygonArea, Field(discriminator="shape")]]

    @model_validator(mode="after")
    def _can_be_fully_right(self) -> Self:
        if max(Decimal(area.score) for area in self.areas) != 1:
            raise ValueError('one area at least has `score: "1"`')
        return self

    def score_at(self, x: float, y: float) -> Decimal:
        """Return what a point earns."""
        return max((Decimal(area.score) for area in self.areas if area.area().holds(x, y)), default=Decimal(0))


class Region(Shape):
    """A labelled point that can be chosen instead of pointing; its label says where it is, not whether it is right."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-l]$")]
    label: Title
    x: Coordinate
    y: Coordinate


def _kind_of_key(value: Any) -> str:
    if isinstance(value, dict):
        return next((kind for mark, kind in (("areas", "hotspot"), ("value", "number")) if mark in value), "pairs")
    if isinstance(value, HotspotKey):
        return "hotspot"
    return "number" if isinstance(value, NumericKey) else "ids"


Key = Annotated[
    Annotated[Some[OptionId], Tag("ids")]
    | Annotated[NumericKey, Tag("number")]
    | Annotated[dict[PromptId, OptionId], Tag("pairs")]
    | Annotated[HotspotKey, Tag("hotspot")],
    Discriminator(_kind_of_key),
]


class Item(Dated, Reviewed):
    """One item of the secure bank."""

    code: ItemCode
    content_area: ContentArea
    level: Literal["recall", "apply", "judge"]
    type: Literal["single_choice", "multiple_response", "numeric", "ordering", "matching", "hotspot"]
    stem: Markdown
    figure: ItemFigure | None = None
    prompts: Annotated[tuple[Prompt, ...], Field(strict=False, min_length=2, max_length=5)] | None = None
    options: Some[ItemOption] | None = None
    regions: Annotated[tuple[Region, ...], Field(strict=False, min_length=4, max_length=12)] | None = None
    key: Key
    scoring: Literal[
        "match_correct",
        "all_or_nothing",
        "plus_minus_floor0",
        "tolerance_absolute",
        "exact",
        "concordant_pairs",
        "per_pair",
        "best_area",
    ]
    fixed_order: bool
    rationale: Markdown
    sources: Some[SourceKey]
    enemies: Many[ItemCode]
    item_set: Code | None = None
    review_status: ReviewStatus

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if not self.code.startswith(f"{self.content_area}-"):
            raise ValueError(f"the code must begin with {self.content_area}-")
        if self.code in self.enemies:
            raise ValueError("an item cannot be its own enemy")
        if self.scoring not in SCORING[self.type]:
            raise ValueError(f"`scoring: {self.scoring}` does not fit `type: {self.type}`")
        if self.review_status == "reviewed":
            self.refuse_unfounded_review()
        self._check_parts()
        {
            "numeric": self._check_numeric,
            "ordering": self._check_ordering,
            "matching": self._check_matching,
            "hotspot": self._check_hotspot,
        }.get(self.type, self._check_choice)()
        if self.figure is not None:
            refuse_telling_alt(self)
        return self

    def _check_parts(self) -> None:
        """Each type has its own parts and no others; ids are in order and no text stands twice."""
        if (self.options is not None) != (self.type in OPTION_COUNTS):
            raise ValueError(f"`options` {'are missing' if self.options is None else f'do not belong to {self.type}'}")
        for name, owner in (("prompts", "matching"), ("regions", "hotspot")):
            if (getattr(self, name) is not None) != (self.type == owner):
                raise ValueError(f"`{name}` belongs to `type: {owner}`, and that type needs it")
        for noun, things, ids in (
            ("option", self.options or (), OPTION_IDS),
            ("prompt", self.prompts or (), "12345"),
            ("region", self.regions or (), REGION_IDS),
        ):
            if [thing.id for thing in things] != list(ids[: len(things)]):
                raise ValueError(f"{noun} ids are {', '.join(ids[:3])} … in this order")
            refuse_repeats(noun, (thing.label if isinstance(thing, Region) else thing.text for thing in things))
        if self.type in OPTION_COUNTS:
            fewest, most = OPTION_COUNTS[self.type]
            if not fewest <= len(self.options or ()) <= most:
                raise ValueError(f"this type has {fewest} to {most} options, not {len(self.options or ())}")

    def _ids(self) -> set[str]:
        return {option.id for option in self.options or ()}

    def _check_numeric(self) -> None:
        if not isinstance(self.key, NumericKey):
            raise ValueError("a numeric item has no options, and a key with value, tolerance and unit")

    def _check_choice(self) -> None:
        if self.type == "single_choice" and len(self._listed_key()) != 1:
            raise ValueError(f"a single choice has exactly one key, this one has {len(self._listed_key())}")

    def _listed_key(self) -> tuple[str, ...]:
        if not isinstance(self.key, tuple):
            raise ValueError("this type needs a key that lists option ids")
        refuse_repeats("key", self.key)
        if unknown := set(self.key) - self._ids():
            raise ValueError(f"the key names options that do not exist: {', '.join(sorted(unknown))}")
        return self.key

    def _check_ordering(self) -> None:
        key = self._listed_key()
        if set(key) != self._ids():
            raise ValueError("the key of an ordering item lists all option ids in the right order")
        if list(key) == sorted(key):
            raise ValueError("the options stand in the right order already; list them scrambled")
        if self.fixed_order:
            raise ValueError("`fixed_order` cannot be true here: the order is what is asked")

    def _check_matching(self) -> None:
        if not isinstance(self.key, dict):
            raise ValueError('the key of a matching item gives each prompt its option: {"1": c, "2": a}')
        if set(self.key) != {prompt.id for prompt in self.prompts or ()}:
            raise ValueError("the key must name every prompt, and no other")
        if unknown := set(self.key.values()) - self._ids():
            raise ValueError(f"the key names options that do not exist: {', '.join(sorted(unknown))}")
        if len(set(self.key.values())) == 1:
            raise ValueError("all prompts have the same option as key")

    def _check_hotspot(self) -> None:
        if not isinstance(self.key, HotspotKey):
            raise ValueError("the key of a hotspot item has `areas`")
        if self.figure is None:
            raise ValueError("a hotspot item needs a `figure`")
        scores = [self.key.score_at(region.x, region.y) for region in self.regions or ()]
        if 1 not in scores or 0 not in scores:
            raise ValueError("one region at least must lie in an area of full score, and one outside all areas")


def refuse_telling_alt(item: Item) -> None:
    """Raise `ValueError` when the text for those who cannot see the figure gives the key away.

    A key is given away by an alt that names a key option and leaves out another option; one that names all of them (as
    labels on the drawing) tells nothing. A number is given away together with its unit.
    """
    alt = item.figure.alt if item.figure else ""
    if isinstance(item.key, NumericKey):
        if _names(alt, f"{item.key.value} {item.key.unit}"):
            raise ValueError(f"the alt text tells the key: {item.key.value} {item.key.unit}")
    elif isinstance(item.key, tuple) and item.type != "ordering":
        texts = {option.id: option.text for option in item.options or ()}
        told = [texts[id] for id in item.key if len(texts[id]) >= SHORTEST_TELLING_TEXT and _names(alt, texts[id])]
        if told and not all(_names(alt, text) for text in texts.values()):
            raise ValueError(f"the alt text tells the key: {told[0]}")


def _names(alt: str, text: str) -> bool:
    words = r"\s+".join(re.escape(word) for word in text.casefold().rstrip(".").split())
    return re.search(rf"(?<!\w){words}(?!\w)", alt.casefold()) is not None


class BankFile(Shape):
    """bank.yaml: what holds for all items of one folder."""

    published: bool
    note: Markdown
