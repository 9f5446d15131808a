"""The shapes of blueprints, exam forms and practicals."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.reader.item_shapes import ContentArea, ItemCode
from content.reader.shapes import (
    Code,
    Many,
    Markdown,
    Minutes,
    Shape,
    Slug,
    Some,
    SourceKey,
    Text,
    Title,
    refuse_repeats,
)


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


class Scale(Shape):
    """Scaled scores of no points, of the cut, and of all points; decisions never depend on it."""

    lowest: Annotated[int, Field(ge=0, le=10_000)]
    cut: Annotated[int, Field(ge=1, le=10_000)]
    highest: Annotated[int, Field(ge=1, le=10_000)]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.lowest < self.cut <= self.highest:
            raise ValueError("a scale rises from `lowest` to `cut` and on to `highest`")
        return self


class Minimum(Shape):
    """Points that some content areas must reach by themselves, whatever the total is."""

    title: Title
    areas: Some[ContentArea]
    points: Annotated[int, Field(ge=1)]


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
    published_items: Literal["allowed", "forbidden"] = "allowed"
    scale: Scale | None = None
    minimums: Many[Minimum] = ()

    @model_validator(mode="after")
    def _minimums_can_be_met(self) -> Self:
        scored = {area.code: area.scored for area in self.content_areas}
        for minimum in self.minimums:
            refuse_repeats("content area of a minimum", minimum.areas)
            if unknown := sorted(set(minimum.areas) - scored.keys()):
                raise ValueError(f"the minimum {minimum.title} names areas that the blueprint lacks: {unknown}")
            if minimum.points > sum(scored[code] for code in minimum.areas):
                raise ValueError(f"the minimum {minimum.title} asks for more points than its areas hold")
        return self

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
