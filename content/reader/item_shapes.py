"""The shapes of the secure bank: items of every type, and the file that speaks for a whole bank."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.reader.item_keys import (
    EssayKey,
    HotspotKey,
    Key,
    NumericKey,
    OptionId,
    PromptId,
    Region,
    ShortTextKey,
)
from content.reader.scoring_parameters import ScoringParameters, refuse_wrong_parameters
from content.reader.shapes import (
    Code,
    Dated,
    Many,
    Markdown,
    Reviewed,
    ReviewStatus,
    Shape,
    Some,
    SourceKey,
    Text,
    refuse_repeats,
)
from content.rules.figure_words import telling_text

SCORING = {
    "single_choice": {"match_correct"},
    "multiple_response": {
        "all_or_nothing",
        "plus_minus_floor0",
        "per_option",
        "qti_map_response",
        "fractions_sum",
    },
    "numeric": {"tolerance_absolute", "tolerance_relative_percent", "unit", "bands"},
    "ordering": {"exact", "positions", "concordant_pairs"},
    "matching": {"per_pair", "all_or_nothing"},
    "hotspot": {"nested_best", "qti_map_response_point"},
    "short_text": {"normalised_equal", "wildcard"},
    "essay": {"manual"},
}
# Fewest and most options of a type; types that are not here have none.
OPTION_COUNTS = {"single_choice": (4, 4), "multiple_response": (4, 6), "ordering": (3, 6), "matching": (2, 8)}
OPTION_IDS = "abcdefgh"
REGION_IDS = "abcdefghijkl"

ContentArea = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^D[0-9]{1,2}-[0-9]{3}$")]
ItemType = Literal[
    "single_choice", "multiple_response", "numeric", "ordering", "matching", "hotspot", "short_text", "essay"
]


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


class Item(Dated, Reviewed):
    """One item of the secure bank."""

    code: ItemCode
    content_area: ContentArea
    level: Literal["recall", "apply", "judge"]
    type: ItemType
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
        "per_option",
        "qti_map_response",
        "fractions_sum",
        "tolerance_absolute",
        "tolerance_relative_percent",
        "unit",
        "bands",
        "exact",
        "positions",
        "concordant_pairs",
        "per_pair",
        "nested_best",
        "qti_map_response_point",
        "normalised_equal",
        "wildcard",
        "manual",
    ]
    scoring_parameters: ScoringParameters | None = None
    words: Annotated[int, Field(ge=20, le=1500)] | None = None
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
            "short_text": self._check_short_text,
            "essay": self._check_essay,
        }.get(self.type, self._check_choice)()
        refuse_wrong_parameters(self.scoring, self.scoring_parameters, self.key, self._ids())
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
        if self.words is not None and self.type != "essay":
            raise ValueError("`words` belongs to `type: essay`")
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
        held = [self.key.scores_at(region.x, region.y) for region in self.regions or ()]
        if not any(1 in scores for scores in held) or all(held):
            raise ValueError("one region at least must lie in an area of full score, and one outside all areas")

    def _check_short_text(self) -> None:
        if not isinstance(self.key, ShortTextKey):
            raise ValueError("the key of a short text lists `texts`")

    def _check_essay(self) -> None:
        if not isinstance(self.key, EssayKey):
            raise ValueError("the key of an essay is `guidance` and `criteria` for whoever marks it")


def refuse_telling_alt(item: Item) -> None:
    """Raise `ValueError` when the text for those who cannot see the figure gives the key away (`telling_text`).

    A number is given away together with its unit, a pattern by one of its pieces.
    """
    right, wrong = _telling(item)
    if told := telling_text(item.figure.alt if item.figure else "", right, wrong):
        raise ValueError(f"the alt text tells the key: {told}")


def _telling(item: Item) -> tuple[list[str], list[str]]:
    if isinstance(item.key, NumericKey):
        return [f"{item.key.value} {item.key.unit}"], []
    if isinstance(item.key, ShortTextKey):
        return list(item.key.pieces()), []
    if not isinstance(item.key, tuple) or item.type == "ordering":
        return [], []
    right = [option.text for option in item.options or () if option.id in item.key]
    return right, [option.text for option in item.options or () if option.id not in item.key]


class BankFile(Shape):
    """bank.yaml: what holds for all items of one folder."""

    published: bool
    note: Markdown
