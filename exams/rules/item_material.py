"""An item as its author writes it (docs/material-format.md), read strictly into a frozen dataclass."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import rfc8785

from exams.errors import MaterialError
from exams.rules.item_keys import read_keys, read_parameters, read_regions, read_words, refuse_unreachable_key
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule
from exams.rules.item_parts import FigureMaterial, NumericKey, Option, Prompt, Region

__all__ = [
    "FigureMaterial",
    "ItemKind",
    "ItemMaterial",
    "Level",
    "NumericKey",
    "Option",
    "Prompt",
    "Region",
    "ReviewStatus",
    "ScoringRule",
    "digest_of",
    "read_item",
    "refuse_unknown",
]


class Level(StrEnum):
    """What the item asks of the mind."""

    RECALL = "recall"
    APPLY = "apply"
    JUDGE = "judge"


class ReviewStatus(StrEnum):
    """Whether a physician with TMS experience has read it."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"


REQUIRED = frozenset(
    [
        "code",
        "content_area",
        "level",
        "type",
        "stem",
        "key",
        "scoring",
        "rationale",
        "sources",
        "review_status",
        "verified_on",
        "review_by",
    ]
)
OPTIONAL = frozenset(
    [
        "options",
        "fixed_order",
        "enemies",
        "figure",
        "prompts",
        "regions",
        "scoring_parameters",
        "words",
        "authors",
        "reviews",
        "item_set",
    ]
)
# Fields that came later: empty ones are left out of the digest, so that older versions keep theirs.
LATER_FIELDS = frozenset(
    ["prompts", "figure", "authors", "reviews", "regions", "structured_key", "scoring_parameters", "words", "set_code"]
)


@dataclass(frozen=True)
class ItemMaterial:
    """All that an author writes about one item.

    Exactly one of `key`, `numeric_key` and `structured_key` holds something. The key of an ordering item lists all
    options in the right order, that of a matching item is of pairs like "1:c". The structured key is `areas` of a
    hotspot, `texts` of a short text, `guidance` and `criteria` for whoever marks an essay; its numbers are
    text. `words` is about how long an essay should be, 0 when that is left open. `verified_on` is empty as long as
    nobody has compared its facts with the sources.
    """

    code: str
    content_area: str
    level: Level
    kind: ItemKind
    stem: str
    options: tuple[Option, ...]
    key: tuple[str, ...]
    numeric_key: NumericKey | None
    scoring: ScoringRule
    fixed_order: bool
    rationale: str
    sources: tuple[str, ...]
    enemies: tuple[str, ...]
    review_status: ReviewStatus
    verified_on: str
    review_by: str
    prompts: tuple[Prompt, ...] = ()
    figure: FigureMaterial | None = None
    authors: tuple[str, ...] = ()
    reviews: tuple[Mapping[str, str], ...] = ()
    regions: tuple[Region, ...] = ()
    structured_key: Mapping[str, Any] = field(default_factory=dict)
    scoring_parameters: Mapping[str, Any] = field(default_factory=dict)
    words: int = 0
    set_code: str = ""

    @property
    def stored_key(self) -> Any:
        """The key as an item version holds it."""
        if self.numeric_key is not None:
            return {"value": self.numeric_key.value, "tolerance": self.numeric_key.tolerance}
        return dict(self.structured_key) or list(self.key)

    @property
    def shown_unit(self) -> str:
        """The unit beside the box; none where it has to be typed."""
        return self.numeric_key.unit if self.numeric_key and self.scoring is not ScoringRule.UNIT else ""

    @property
    def answer_form(self) -> dict[str, Any]:
        """What the candidate's page has to know about the way of answering; nothing of the key."""
        told: dict[str, Any] = {}
        if self.scoring is ScoringRule.UNIT:
            told["unit"] = "typed"
        if self.scoring_parameters.get("decimal_comma"):
            told["decimals"] = "comma"
        if self.words:
            told["words"] = self.words
        return told

    @property
    def digest(self) -> str:
        """SHA-256 over all content: two materials with one digest are one version."""
        content = asdict(self)
        return digest_of({name: value for name, value in content.items() if value or name not in LATER_FIELDS})


def digest_of(content: Any) -> str:
    """Return the SHA-256 (hex) of JSON content in its canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(_plain(content))).hexdigest()


def _plain(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {str(name): _plain(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return str(content) if isinstance(content, StrEnum | Decimal) else content


def refuse_unknown(raw: Mapping[str, Any], required: frozenset[str], optional: frozenset[str], what: str) -> None:
    """Raise `MaterialError` when keys are missing from or foreign to a mapping."""
    if missing := sorted(required - raw.keys()):
        raise MaterialError("missing_key", f"{what}: {', '.join(missing)} is missing.")
    if unknown := sorted(raw.keys() - required - optional):
        raise MaterialError("unknown_key", f"{what}: {', '.join(unknown)} is not known.")


def read_item(raw: Mapping[str, Any], drawing: bytes | str | None = None) -> ItemMaterial:
    """Read one item with its drawing, as bytes or by their SHA-256 (hex).

    Raises `MaterialError` naming the item and the fault.
    """
    what = f"Item {raw.get('code', '(without code)')}"
    refuse_unknown(raw, REQUIRED, OPTIONAL, what)
    try:
        kind, scoring = ItemKind(raw["type"]), ScoringRule(raw["scoring"])
        level, status = Level(raw["level"]), ReviewStatus(raw["review_status"])
    except ValueError as error:
        raise MaterialError("unknown_word", f"{what}: {error}.") from error
    if scoring not in RULES_OF_KIND[kind]:
        raise MaterialError("scoring_does_not_fit", f"{what}: {scoring} does not score {kind}.")
    options = tuple(Option(str(o["id"]), str(o["text"]), str(o["reason"])) for o in raw.get("options", []))
    prompts = tuple(Prompt(str(prompt["id"]), str(prompt["text"])) for prompt in raw.get("prompts", []))
    keys = read_keys(raw["key"], kind, options, prompts, what)
    material = ItemMaterial(
        code=str(raw["code"]),
        content_area=str(raw["content_area"]),
        level=level,
        kind=kind,
        stem=str(raw["stem"]).strip(),
        options=options,
        key=keys.listed,
        numeric_key=keys.numeric,
        scoring=scoring,
        fixed_order=bool(raw.get("fixed_order", False)),
        rationale=str(raw["rationale"]).strip(),
        sources=tuple(raw["sources"]),
        enemies=tuple(raw.get("enemies", ())),
        review_status=status,
        verified_on=str(raw["verified_on"] or ""),
        review_by=str(raw["review_by"]),
        prompts=prompts,
        figure=_read_figure(raw.get("figure"), drawing, what),
        authors=tuple(raw.get("authors", ())),
        reviews=tuple({name: str(value) for name, value in review.items()} for review in raw.get("reviews", ())),
        regions=read_regions(raw.get("regions", ()), kind, what),
        structured_key=keys.structured,
        scoring_parameters=read_parameters(raw.get("scoring_parameters", {}), scoring, what),
        words=read_words(raw.get("words", 0), kind, what),
        set_code=str(raw.get("item_set") or ""),
    )
    if kind is ItemKind.HOTSPOT and material.figure is None:
        raise MaterialError("figure_unusable", f"{what}: there is nothing to point at without a figure.")
    refuse_unreachable_key(
        kind,
        scoring,
        material.stored_key,
        material.scoring_parameters,
        options=[option.id for option in options],
        regions=[(region.x, region.y) for region in material.regions],
        unit=material.shown_unit,
        what=what,
    )
    return material


def _read_figure(raw: Any, drawing: bytes | str | None, what: str) -> FigureMaterial | None:
    if (raw is None) != (drawing is None):
        raise MaterialError("figure_unusable", f"{what}: a figure needs its drawing, and a drawing its figure.")
    if raw is None or drawing is None:
        return None
    alt, caption = str(raw["alt"]).strip(), str(raw.get("caption", "")).strip()
    if not alt:
        raise MaterialError("figure_unusable", f"{what}: its figure has no text for those who cannot see it.")
    digest = drawing if isinstance(drawing, str) else hashlib.sha256(drawing).hexdigest()
    return FigureMaterial(digest, alt, caption)
