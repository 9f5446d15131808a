"""The shapes of blueprints, exam forms and practicals."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

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


def _checked_range(count: "Count") -> "Count":
    least, most = limits(count)
    if least > most:
        raise ValueError("a range goes from the smaller number to the larger one")
    return count


Number = Annotated[int, Field(ge=0, le=200)]
Count = Annotated[
    Number | Annotated[tuple[Number, Number], Field(strict=False)],
    AfterValidator(_checked_range),
]
Percent = Annotated[int, Field(ge=1, le=100)]


def limits(count: Count) -> tuple[int, int]:
    """Return the least and the most: 5 means exactly five, [4, 6] four to six."""
    return count if isinstance(count, tuple) else (count, count)


def in_words(count: Count) -> str:
    """Write 5 as "5", [4, 6] as "4 to 6"."""
    least, most = limits(count)
    return str(least) if least == most else f"{least} to {most}"


def _can_meet(whole: Count, parts: Iterable[Count]) -> bool:
    """Whether parts within their limits can add up to something within those of the whole."""
    least, most = limits(whole)
    both = [limits(part) for part in parts]
    return sum(part[0] for part in both) <= most and sum(part[1] for part in both) >= least


class LevelCounts(Shape):
    """How many of the scored items of an area stand at each cognitive level."""

    recall: Count
    apply: Count
    judge: Count


class KindCounts(Shape):
    """How many of the scored items are of each kind, where the blueprint says so."""

    single_choice: Count | None = None
    multiple_response: Count | None = None
    numeric: Count | None = None
    ordering: Count | None = None
    matching: Count | None = None
    hotspot: Count | None = None
    short_text: Count | None = None


class BlueprintArea(Shape):
    """How many scored items of one content area a form has, and at which levels where the blueprint says so."""

    code: ContentArea
    title: Title
    scored: Count
    levels: LevelCounts | None = None

    @model_validator(mode="after")
    def _levels_add_up(self) -> Self:
        levels = self.levels
        if levels and not _can_meet(self.scored, (levels.recall, levels.apply, levels.judge)):
            raise ValueError(f"the `levels` of {self.code} do not add up to its {in_words(self.scored)} scored items")
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
    scored_count: Annotated[int, Field(ge=1, le=500)] | None = None
    kinds: KindCounts | None = None
    word_limit: Annotated[int, Field(ge=1)] | None = None
    key_percent: Percent | None = None
    exposure_percent: Percent | None = None
    scale: Scale | None = None
    minimums: Many[Minimum] = ()

    @model_validator(mode="after")
    def _minimums_can_be_met(self) -> Self:
        scored = {area.code: limits(area.scored)[0] for area in self.content_areas}
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
        scored = self.scored_count or sum(limits(area.scored)[0] for area in self.content_areas)
        if not _can_meet(scored, (area.scored for area in self.content_areas)):
            raise ValueError(f"the content areas do not add up to {scored} scored items")
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
    allowed_settings: Many[Literal["simulated", "patient"]] = ()
    allowed_devices: Many[Literal["figure_eight", "deep", "navigated"]] = ()


class PracticalRules(Shape):
    """What a practical demands beyond its stations; each rule that is left out demands nothing."""

    minimum_assessors: Annotated[int, Field(ge=1, le=10)] = 1
    physician_where_required: bool = False
    retries_on_one_day: Annotated[int, Field(ge=0, le=10)] | None = None
    days_after_critical_failure: Annotated[int, Field(ge=0, le=365)] = 0
    repeat_after_critical_failure: Many[Code] = ()
    months_after_training: Annotated[int, Field(ge=0, le=120)] = 0
    other_assessor_after_failure: bool = False
    percent_rated_twice: Annotated[int, Field(ge=0, le=100)] = 0
    first_sittings_rated_twice: Annotated[int, Field(ge=0, le=100)] = 0
    plan_after_critical_failure: bool = False
    plan_after_failure: bool = False


class Practical(Shape):
    """The stations and criteria of a practical."""

    code: Slug
    title: Title
    version: Annotated[int, Field(ge=1)]
    programme: Slug
    entrustment_levels: Some[EntrustmentLevel]
    passing_level: int
    quick_phrases: Many[Title]
    rules: PracticalRules | None = None
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
        repeated = set(self.rules.repeat_after_critical_failure if self.rules else ())
        if strange := sorted(repeated - {station.code for station in self.stations}):
            raise ValueError(f"`rules` name stations that are not there: {', '.join(strange)}")
        return self
