"""The shapes of the files: strict, frozen, unknown keys refused. Field by field as docs/material-format.md has it."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from content.reader.markdown import problems_of

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
Some = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]

LONGEST_TEXT = 12_000
DECIMAL_TEXT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?\Z")


def _checked_markdown(text: str) -> str:
    for _, problem in problems_of(text):
        raise ValueError(problem)
    return text


def _checked_decimal(text: str) -> str:
    if not DECIMAL_TEXT.match(text):
        raise ValueError('a number in quotes, such as "62.4"')
    return text


def _checked_day(day: date) -> date:
    if not 2000 <= day.year <= 2100:
        raise ValueError("a day between the years 2000 and 2100")
    return day


Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\n]+$")]
Markdown = Annotated[Text, AfterValidator(_checked_markdown)]
NumberText = Annotated[str, AfterValidator(_checked_decimal)]
Day = Annotated[date, AfterValidator(_checked_day)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=64)]
SourceKey = Slug
LessonCode = Annotated[str, StringConstraints(pattern=r"^M[0-9]{2}-[0-9]{2}$")]
Minutes = Annotated[int, Field(ge=1, le=600)]
ReviewStatus = Literal["unreviewed", "reviewed"]
Certainty = Literal["established", "reported", "unverified"]


class Shape(BaseModel):
    """Base of all shapes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    def plain(self) -> dict[str, Any]:
        """Return the same as dictionaries and lists, with the keys that the file has."""
        return {name: _plain(value) for name, value in self.model_dump(exclude_unset=True).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


class Dated(Shape):
    """Whatever was checked on a day and has to be checked again by another."""

    verified_on: Day
    review_by: Day

    @model_validator(mode="after")
    def _review_comes_later(self) -> Self:
        if self.review_by <= self.verified_on:
            raise ValueError("`review_by` must be later than `verified_on`")
        return self


class Review(Shape):
    """That one person looked at it, on which day, and for what."""

    name: Title
    role: Literal["technician", "physician", "educator"]
    reviewed_on: Day
    scope: Literal["content", "medical", "language"]

    @model_validator(mode="after")
    def _physicians_review_medicine(self) -> Self:
        if self.scope == "medical" and self.role != "physician":
            raise ValueError("`scope: medical` needs `role: physician`")
        return self


class Reviewed(Shape):
    """Whatever is written by some and reviewed by others. Nobody reviews what they wrote."""

    authors: Many[Title] = ()
    reviews: Many[Review] = ()

    @model_validator(mode="after")
    def _reviewers_are_others(self) -> Self:
        authors = {_bare(author) for author in self.authors}
        for review in self.reviews:
            if _bare(review.name) in authors:
                raise ValueError(f"{review.name} is an author and cannot review it")
        if self.reviews and not self.authors:
            raise ValueError("`reviews` need `authors`, so that everybody sees they are different people")
        return self

    @property
    def medically_reviewed(self) -> bool:
        """Say whether a physician who did not write it has read it for what is medically right."""
        return any(review.role == "physician" and review.scope == "medical" for review in self.reviews)

    def refuse_unfounded_review(self) -> None:
        """Raise `ValueError` when nothing stands behind `review_status: reviewed`."""
        if not self.medically_reviewed:
            raise ValueError("`reviewed` needs an entry under `reviews` by a physician, with `scope: medical`")


def _bare(name: str) -> str:
    """Return a name as it is compared: without titles' case and doubled blanks."""
    return " ".join(name.split()).casefold()


class Source(Shape):
    """One work that the material may cite."""

    key: SourceKey
    citation: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)] | None = None
    read: Literal["full", "abstract", "table", "official_summary", "none"]


class Term(Shape):
    """One entry of glossary.yaml: a word of the field as the lessons use it."""

    key: Slug
    term: Title
    definition: Text
    also: Many[Title] = ()
    sources: Many[SourceKey] = ()
    lesson: LessonCode | None = None

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not self.sources and self.lesson is None:
            raise ValueError("a term needs `sources` or the `lesson` in which it is taught")
        return self


class AcceptedFinding(Shape):
    """One entry of accepted.yaml: a finding of the checks that people looked at and left, with their reason."""

    check: Slug
    code: Code
    reason: Text


class TaughtIn(Shape):
    """Where a topic is taught: a lesson, and the heading of the screen."""

    lesson: LessonCode
    screen: Title


class Topic(Shape):
    """One entry of topics.yaml: a topic that the programme must cover, as the programme states it."""

    topic: Title
    taught_in: Some[TaughtIn]


class CourseFile(Shape):
    """course.yaml."""

    code: Slug
    title: Title
    summary: Markdown
    curriculum_version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]+$", max_length=16)]
    modules: Some[Slug]


ModuleCode = Annotated[str, StringConstraints(pattern=r"^M[0-9]{2}$")]


class ModuleFile(Dated):
    """module.yaml."""

    code: ModuleCode
    title: Title
    area: Literal["history", "procedure", "administration", "foundation", "clinical", "safety", "care"]
    content_areas: Some[Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}$")]]
    summary: Markdown
    objectives: Some[Title]
    prerequisites: Many[ModuleCode]
    review_status: ReviewStatus


class LessonHead(Dated, Reviewed):
    """The front matter of a lesson."""

    code: LessonCode
    title: Title
    minutes: Minutes
    sources: Some[SourceKey]


class Fact(Shape):
    """One claim with its sources."""

    text: Markdown
    sources: Some[SourceKey]
    certainty: Certainty


class Callout(Shape):
    """A paragraph set apart, with its kind."""

    kind: Literal["note", "safety", "misconception", "role", "elsewhere"]
    title: Title
    text: Markdown


class Figure(Shape):
    """A drawing that teaches."""

    file: Annotated[str, StringConstraints(pattern=r"^figures/[a-z0-9]+(-[a-z0-9]+)*\.(svg|png|jpg|webp)$")]
    alt: Text
    caption: Markdown
    credit: Text | None = None


class Step(Shape):
    """One step of a procedure, with the reason for it."""

    text: Markdown
    why: Markdown | None = None


class Steps(Shape):
    """A procedure in order."""

    title: Title
    steps: Some[Step]


class Case(Shape):
    """A story with a question and an answer on request."""

    title: Title
    text: Markdown
    question: Markdown
    answer: Markdown


class QuestionOption(Shape):
    """One option of a formative question."""

    text: Text
    correct: bool = False
    reason: Text


class Question(Shape):
    """A formative question with a reason for every answer. Never from the secure bank."""

    stem: Markdown
    type: Literal["single_choice", "multiple_response", "numeric"]
    options: Annotated[tuple[QuestionOption, ...], Field(strict=False, min_length=2, max_length=6)] | None = None
    answer: NumberText | None = None
    tolerance: NumberText | None = None
    unit: Title | None = None
    reason: Markdown | None = None
    stands_alone: bool = True

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type == "numeric":
            self._check_numeric()
        else:
            self._check_choice()
        return self

    def _check_numeric(self) -> None:
        if self.options is not None:
            raise ValueError("a numeric question has no options")
        for name in ("answer", "tolerance", "unit", "reason"):
            if getattr(self, name) is None:
                raise ValueError(f"a numeric question needs `{name}`")
        if Decimal(self.tolerance or "0") < 0:
            raise ValueError("`tolerance` cannot be negative")

    def _check_choice(self) -> None:
        for name in ("answer", "tolerance", "unit", "reason"):
            if getattr(self, name) is not None:
                raise ValueError(f"`{name}` belongs to numeric questions; options carry their own reasons")
        if self.options is None:
            raise ValueError("a choice question needs `options`")
        keys = sum(option.correct for option in self.options)
        if self.type == "single_choice" and keys != 1:
            raise ValueError(f"a single choice has exactly one correct option, this one has {keys}")
        if keys == 0:
            raise ValueError("no option is marked as correct")
        refuse_repeats("option", (option.text for option in self.options))


class Media(Shape):
    """A recording with its transcript."""

    kind: Literal["audio", "video"]
    file: Annotated[str, StringConstraints(pattern=r"^media/[a-z0-9]+(-[a-z0-9]+)*\.(mp3|m4a|ogg|mp4|webm)$")]
    title: Title
    transcript: Markdown


class Summary(Shape):
    """What to keep."""

    points: Some[Text]


BLOCKS: dict[str, type[Shape]] = {
    "fact": Fact,
    "callout": Callout,
    "figure": Figure,
    "steps": Steps,
    "case": Case,
    "question": Question,
    "media": Media,
    "summary": Summary,
}


def refuse_repeats(noun: str, values: Any) -> None:
    """Raise `ValueError` naming the values that stand more than once."""
    repeated = sorted(str(value) for value, count in Counter(values).items() if count > 1)
    if repeated:
        raise ValueError(f"{noun} more than once: {', '.join(repeated)}")
