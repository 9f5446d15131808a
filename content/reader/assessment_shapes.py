"""The shapes of items, blueprints, exam forms and practicals."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.reader.shapes import (
    Code,
    Dated,
    Many,
    Markdown,
    Minutes,
    NumberText,
    ReviewStatus,
    Shape,
    Slug,
    Some,
    SourceKey,
    Text,
    Title,
    refuse_repeats,
)

OPTION_IDS = "abcdef"
SCORING = {
    "single_choice": {"match_correct"},
    "multiple_response": {"all_or_nothing", "plus_minus_floor0"},
    "numeric": {"tolerance_absolute"},
}

ContentArea = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}-[0-9]{3}$")]


class ItemOption(Shape):
    """One option; its id stays with its text for ever."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-f]$")]
    text: Text
    reason: Text


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


class Item(Dated):
    """One item of the secure bank."""

    code: ItemCode
    content_area: ContentArea
    level: Literal["recall", "apply", "judge"]
    type: Literal["single_choice", "multiple_response", "numeric"]
    stem: Markdown
    options: Some[ItemOption] | None = None
    key: Some[str] | NumericKey
    scoring: Literal["match_correct", "all_or_nothing", "plus_minus_floor0", "tolerance_absolute"]
    fixed_order: bool
    rationale: Markdown
    sources: Some[SourceKey]
    enemies: Many[ItemCode]
    review_status: ReviewStatus

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if not self.code.startswith(f"{self.content_area}-"):
            raise ValueError(f"the code must begin with {self.content_area}-")
        if self.code in self.enemies:
            raise ValueError("an item cannot be its own enemy")
        if self.scoring not in SCORING[self.type]:
            raise ValueError(f"`scoring: {self.scoring}` does not fit `type: {self.type}`")
        if self.type == "numeric":
            if self.options is not None or not isinstance(self.key, NumericKey):
                raise ValueError("a numeric item has no options, and a key with value, tolerance and unit")
        else:
            self._check_choice()
        return self

    def _check_choice(self) -> None:
        if self.options is None or isinstance(self.key, NumericKey):
            raise ValueError("a choice item needs options, and a key that lists option ids")
        allowed = (4, 4) if self.type == "single_choice" else (4, 6)
        if not allowed[0] <= len(self.options) <= allowed[1]:
            raise ValueError(f"this type has {allowed[0]} to {allowed[1]} options, not {len(self.options)}")
        ids = [option.id for option in self.options]
        if ids != list(OPTION_IDS[: len(ids)]):
            raise ValueError("option ids are a, b, c … in this order")
        refuse_repeats("option", (option.text for option in self.options))
        refuse_repeats("key", self.key)
        if unknown := set(self.key) - set(ids):
            raise ValueError(f"the key names options that do not exist: {', '.join(sorted(unknown))}")
        if self.type == "single_choice" and len(self.key) != 1:
            raise ValueError(f"a single choice has exactly one key, this one has {len(self.key)}")


class LevelCounts(Shape):
    """How many of the scored items of an area stand at each cognitive level."""

    recall: Annotated[int, Field(ge=0, le=200)]
    apply: Annotated[int, Field(ge=0, le=200)]
    judge: Annotated[int, Field(ge=0, le=200)]


class BlueprintArea(Shape):
    """How many scored items of one content area a form has, and at which levels where the blueprint says so."""

    code: ContentArea
    title: Title
    scored: Annotated[int, Field(ge=1, le=200)]
    levels: LevelCounts | None = None

    @model_validator(mode="after")
    def _levels_add_up(self) -> Self:
        if self.levels and sum((self.levels.recall, self.levels.apply, self.levels.judge)) != self.scored:
            raise ValueError(f"the `levels` of {self.code} do not add up to its {self.scored} scored items")
        return self


class CutScore(Shape):
    """The score at or above which one passes, and where it comes from."""

    raw: Annotated[int, Field(ge=1)]
    method: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
    note: Markdown


class Blueprint(Shape):
    """How many items of each content area make a form, the time, the cut score."""

    code: Slug
    title: Title
    version: Annotated[int, Field(ge=1)]
    minutes: Minutes
    pretest_count: Annotated[int, Field(ge=0, le=100)]
    content_areas: Some[BlueprintArea]
    cut_score: CutScore
    honour_statement: Markdown

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        refuse_repeats("content area", (area.code for area in self.content_areas))
        scored = sum(area.scored for area in self.content_areas)
        if self.cut_score.raw > scored:
            raise ValueError(f"the cut score {self.cut_score.raw} is above the {scored} scored items")
        return self


class FormItem(Shape):
    """One place in an exam form."""

    item: ItemCode
    section: Literal["scored", "pretest"]


class ExamForm(Shape):
    """A fixed form: item codes in order."""

    code: Code
    programme: Slug
    blueprint: Slug
    version: Annotated[int, Field(ge=1)]
    items: Some[FormItem]

    @model_validator(mode="after")
    def _each_item_once(self) -> Self:
        refuse_repeats("item", (place.item for place in self.items))
        return self


class EntrustmentLevel(Shape):
    """One step of the scale of supervision."""

    level: Annotated[int, Field(ge=1, le=9)]
    label: Title
    anchor: Text


class Criterion(Shape):
    """One observable act."""

    code: Code
    text: Title
    critical: bool


class CriticalFailure(Shape):
    """Something that fails the station by itself."""

    code: Code
    text: Title


class Station(Shape):
    """One practical task."""

    code: Code
    title: Title
    task: Markdown
    setting: Text
    minutes: Minutes
    physician_required: bool
    criteria: Some[Criterion]
    critical_failures: Some[CriticalFailure]
    sources: Some[SourceKey]


class Practical(Shape):
    """The stations and criteria of a practical."""

    code: Slug
    title: Title
    version: Annotated[int, Field(ge=1)]
    programme: Slug
    entrustment_levels: Some[EntrustmentLevel]
    passing_level: int
    quick_phrases: Many[Title]
    stations: Some[Station]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        levels = [level.level for level in self.entrustment_levels]
        if levels != list(range(1, len(levels) + 1)):
            raise ValueError("entrustment levels are numbered 1, 2, 3 … in this order")
        if self.passing_level not in levels:
            raise ValueError(f"`passing_level` {self.passing_level} is not one of the levels")
        refuse_repeats("station", (station.code for station in self.stations))
        for station in self.stations:
            codes = [criterion.code for criterion in station.criteria]
            codes += [failure.code for failure in station.critical_failures]
            refuse_repeats(f"criterion of {station.code}", codes)
        return self
