"""An item as its author writes it (docs/material-format.md), read strictly into a frozen dataclass."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import rfc8785

from exams.errors import MaterialError


class ItemKind(StrEnum):
    """What a candidate does: choose one, choose several, type a number, put in order, match."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_RESPONSE = "multiple_response"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"


class ScoringRule(StrEnum):
    """How an answer becomes points; see `scoring`."""

    MATCH_CORRECT = "match_correct"
    ALL_OR_NOTHING = "all_or_nothing"
    PLUS_MINUS_FLOOR0 = "plus_minus_floor0"
    TOLERANCE_ABSOLUTE = "tolerance_absolute"
    EXACT = "exact"
    CONCORDANT_PAIRS = "concordant_pairs"
    PER_PAIR = "per_pair"


class Level(StrEnum):
    """What the item asks of the mind."""

    RECALL = "recall"
    APPLY = "apply"
    JUDGE = "judge"


class ReviewStatus(StrEnum):
    """Whether a physician with TMS experience has read it."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"


RULES_OF_KIND: dict[ItemKind, frozenset[ScoringRule]] = {
    ItemKind.SINGLE_CHOICE: frozenset({ScoringRule.MATCH_CORRECT}),
    ItemKind.MULTIPLE_RESPONSE: frozenset({ScoringRule.ALL_OR_NOTHING, ScoringRule.PLUS_MINUS_FLOOR0}),
    ItemKind.NUMERIC: frozenset({ScoringRule.TOLERANCE_ABSOLUTE}),
    ItemKind.ORDERING: frozenset({ScoringRule.EXACT, ScoringRule.CONCORDANT_PAIRS}),
    ItemKind.MATCHING: frozenset({ScoringRule.PER_PAIR, ScoringRule.ALL_OR_NOTHING}),
}
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
    {"options", "fixed_order", "enemies", "figure", "prompts", "regions", "authors", "reviews", "item_set"}
)
# Types that docs/material-format.md knows and the exam room cannot show yet.
KINDS_FOR_LATER = frozenset({"hotspot"})
# Fields that came later: empty ones are left out of the digest, so that older versions keep theirs.
LATER_FIELDS = frozenset({"prompts", "figure", "authors", "reviews", "set_code"})


@dataclass(frozen=True)
class Option:
    """One choice. Its id stays with its text for ever."""

    id: str
    text: str
    reason: str


@dataclass(frozen=True)
class Prompt:
    """What a target is matched to."""

    id: str
    text: str


@dataclass(frozen=True)
class FigureMaterial:
    """A drawing by the SHA-256 (hex) of its bytes, and what is written about it."""

    digest: str
    alt: str
    caption: str


@dataclass(frozen=True)
class NumericKey:
    """The right number as text, how far off still counts (inclusive), and the unit."""

    value: str
    tolerance: str
    unit: str


@dataclass(frozen=True)
class ItemMaterial:
    """All that an author writes about one item. Exactly one of `key` and `numeric_key` holds something.

    The key of an ordering item lists all options in the right order, that of a matching item is of pairs like "1:c".
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
    set_code: str = ""

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


def why_for_later(raw: Mapping[str, Any]) -> str | None:
    """Say why an item cannot be delivered yet, or None when it can."""
    return f"of type {raw['type']}" if raw.get("type") in KINDS_FOR_LATER else None


def refuse_unknown(raw: Mapping[str, Any], required: frozenset[str], optional: frozenset[str], what: str) -> None:
    """Raise `MaterialError` when keys are missing from or foreign to a mapping."""
    if missing := sorted(required - raw.keys()):
        raise MaterialError("missing_key", f"{what}: {', '.join(missing)} is missing.")
    if unknown := sorted(raw.keys() - required - optional):
        raise MaterialError("unknown_key", f"{what}: {', '.join(unknown)} is not known.")


def read_item(raw: Mapping[str, Any], drawing: bytes | None = None) -> ItemMaterial:
    """Read one item with the bytes of its drawing. Raises `MaterialError` naming the item and the fault."""
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
    key, numeric_key = _read_key(raw["key"], kind, options, prompts, what)
    return ItemMaterial(
        code=str(raw["code"]),
        content_area=str(raw["content_area"]),
        level=level,
        kind=kind,
        stem=str(raw["stem"]).strip(),
        options=options,
        key=key,
        numeric_key=numeric_key,
        scoring=scoring,
        fixed_order=bool(raw.get("fixed_order", False)),
        rationale=str(raw["rationale"]).strip(),
        sources=tuple(raw["sources"]),
        enemies=tuple(raw.get("enemies", ())),
        review_status=status,
        verified_on=str(raw["verified_on"]),
        review_by=str(raw["review_by"]),
        prompts=prompts,
        figure=_read_figure(raw.get("figure"), drawing, what),
        authors=tuple(raw.get("authors", ())),
        reviews=tuple({name: str(value) for name, value in review.items()} for review in raw.get("reviews", ())),
        set_code=str(raw.get("item_set") or ""),
    )


def _read_figure(raw: Any, drawing: bytes | None, what: str) -> FigureMaterial | None:
    if (raw is None) != (drawing is None):
        raise MaterialError("figure_unusable", f"{what}: a figure needs its drawing, and a drawing its figure.")
    if raw is None or drawing is None:
        return None
    alt, caption = str(raw["alt"]).strip(), str(raw.get("caption", "")).strip()
    if not alt:
        raise MaterialError("figure_unusable", f"{what}: its figure has no text for those who cannot see it.")
    return FigureMaterial(hashlib.sha256(drawing).hexdigest(), alt, caption)


def _read_key(
    raw: Any, kind: ItemKind, options: tuple[Option, ...], prompts: tuple[Prompt, ...], what: str
) -> tuple[tuple[str, ...], NumericKey | None]:
    if kind is ItemKind.NUMERIC:
        return (), _read_numeric_key(raw, options, what)
    ids = [option.id for option in options]
    if bool(prompts) != (kind is ItemKind.MATCHING):
        raise MaterialError("prompts_unusable", f"{what}: prompts belong to matching items, and those need them.")
    if kind is ItemKind.MATCHING:
        return _read_pairs(raw, ids, prompts, what), None
    key = tuple(raw) if isinstance(raw, list | tuple) else ()
    if len(set(ids)) != len(ids) or len(ids) < 2:
        raise MaterialError("options_unusable", f"{what}: it needs two or more options with different ids.")
    if not key or len(set(key)) != len(key) or not set(key) <= set(ids):
        raise MaterialError("key_unusable", f"{what}: the key must name its options, each once.")
    if kind is ItemKind.SINGLE_CHOICE and len(key) != 1:
        raise MaterialError("key_unusable", f"{what}: a single choice has one right option.")
    if kind is ItemKind.ORDERING and len(key) != len(ids):
        raise MaterialError("key_unusable", f"{what}: the key of an ordering item lists all its options.")
    return key, None


def _read_pairs(raw: Any, ids: list[str], prompts: tuple[Prompt, ...], what: str) -> tuple[str, ...]:
    """Read the key of a matching item, {"1": "c", "2": "a"}, into pairs like "1:c"."""
    named = [prompt.id for prompt in prompts]
    usable = isinstance(raw, Mapping) and sorted(raw) == sorted(named) and set(raw.values()) <= set(ids)
    if not usable or len(set(named)) != len(named) or len(set(ids)) != len(ids):
        raise MaterialError("key_unusable", f"{what}: the key must give each prompt one of the options.")
    return tuple(f"{prompt}:{raw[prompt]}" for prompt in named)


def _read_numeric_key(raw: Any, options: tuple[Option, ...], what: str) -> NumericKey:
    if options or not isinstance(raw, Mapping) or raw.keys() != {"value", "tolerance", "unit"}:
        raise MaterialError("key_unusable", f"{what}: a numeric item has value, tolerance and unit, and no options.")
    key = NumericKey(str(raw["value"]), str(raw["tolerance"]), str(raw["unit"]))
    try:
        usable = Decimal(key.value).is_finite() and Decimal(key.tolerance) >= 0
    except InvalidOperation:
        usable = False
    if not usable:
        raise MaterialError("key_unusable", f"{what}: value and tolerance must be numbers.")
    return key
