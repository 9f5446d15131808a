"""The key of an item, the parameters of its rule and its regions, read strictly from material."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from content.rules.areas import exactly
from exams.errors import MaterialError
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.item_parts import NumericKey, Option, Prompt, Region
from exams.rules.marking import read_rubric
from exams.rules.scoring import points, read_key, right_answer

LONGEST_SHORT_TEXT = 200
MOST_WORDS = 1500
AREA_FIELDS = {
    "circle": {"shape", "x", "y", "radius", "score"},
    "rect": {"shape", "x", "y", "width", "height", "score"},
    "polygon": {"shape", "points", "score"},
}
BOUNDS = frozenset({"default", "lower_bound", "upper_bound"})
COMMA = frozenset({"decimal_comma"})
# Needed and possible parameters by rule; rules that are not here have none.
PARAMETERS: dict[ScoringRule, tuple[frozenset[str], frozenset[str]]] = {
    ScoringRule.QTI_MAP_RESPONSE: (frozenset({"mapping"}), BOUNDS),
    ScoringRule.FRACTIONS_SUM: (frozenset({"fractions"}), frozenset()),
    ScoringRule.TOLERANCE_ABSOLUTE: (frozenset(), COMMA),
    ScoringRule.TOLERANCE_RELATIVE_PERCENT: (frozenset(), COMMA),
    ScoringRule.UNIT: (frozenset({"factors"}), COMMA),
    ScoringRule.BANDS: (frozenset({"bands"}), COMMA),
    ScoringRule.QTI_MAP_RESPONSE_POINT: (frozenset({"upper_bound"}), BOUNDS),
}


@dataclass(frozen=True)
class Keys:
    """The key in the one form that its kind has; the others are empty."""

    listed: tuple[str, ...] = ()
    numeric: NumericKey | None = None
    structured: Mapping[str, Any] = field(default_factory=dict)


def read_keys(raw: Any, kind: ItemKind, options: Sequence[Option], prompts: Sequence[Prompt], what: str) -> Keys:
    """Read the key of an item. Raises `MaterialError`: `key_unusable`, `options_unusable`, `prompts_unusable`."""
    if bool(prompts) != (kind is ItemKind.MATCHING):
        raise MaterialError("prompts_unusable", f"{what}: prompts belong to matching items, and those need them.")
    if kind in (ItemKind.NUMERIC, ItemKind.HOTSPOT, ItemKind.SHORT_TEXT, ItemKind.ESSAY):
        if options or not isinstance(raw, Mapping):
            raise MaterialError("key_unusable", f"{what}: {kind} has no options, and a key of named parts.")
        if kind is ItemKind.NUMERIC:
            return Keys(numeric=_read_numeric_key(raw, what))
        return Keys(structured=_STRUCTURED[kind](raw, what))
    ids = [option.id for option in options]
    if kind is ItemKind.MATCHING:
        return Keys(listed=_read_pairs(raw, ids, prompts, what))
    return Keys(listed=_read_list(raw, kind, ids, what))


def _read_list(raw: Any, kind: ItemKind, ids: list[str], what: str) -> tuple[str, ...]:
    key = tuple(raw) if isinstance(raw, list | tuple) else ()
    if len(set(ids)) != len(ids) or len(ids) < 2:
        raise MaterialError("options_unusable", f"{what}: it needs two or more options with different ids.")
    if not key or len(set(key)) != len(key) or not set(key) <= set(ids):
        raise MaterialError("key_unusable", f"{what}: the key must name its options, each once.")
    if kind is ItemKind.SINGLE_CHOICE and len(key) != 1:
        raise MaterialError("key_unusable", f"{what}: a single choice has one right option.")
    if kind is ItemKind.ORDERING and len(key) != len(ids):
        raise MaterialError("key_unusable", f"{what}: the key of an ordering item lists all its options.")
    return key


def _read_pairs(raw: Any, ids: list[str], prompts: Sequence[Prompt], what: str) -> tuple[str, ...]:
    """Read the key of a matching item, {"1": "c", "2": "a"}, into pairs like "1:c"."""
    named = [prompt.id for prompt in prompts]
    usable = isinstance(raw, Mapping) and sorted(raw) == sorted(named) and set(raw.values()) <= set(ids)
    if not usable or len(set(named)) != len(named) or len(set(ids)) != len(ids):
        raise MaterialError("key_unusable", f"{what}: the key must give each prompt one of the options.")
    return tuple(f"{prompt}:{raw[prompt]}" for prompt in named)


def _read_numeric_key(raw: Mapping[str, Any], what: str) -> NumericKey:
    if raw.keys() != {"value", "tolerance", "unit"}:
        raise MaterialError("key_unusable", f"{what}: a numeric item has value, tolerance and unit, and no options.")
    key = NumericKey(str(raw["value"]), str(raw["tolerance"]), str(raw["unit"]))
    try:
        tolerance = Decimal(key.tolerance)
        usable = Decimal(key.value).is_finite() and tolerance.is_finite() and tolerance >= 0
    except InvalidOperation:
        usable = False
    if not usable:
        raise MaterialError("key_unusable", f"{what}: value and tolerance must be numbers, the tolerance 0 or more.")
    return key


def _read_areas(raw: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    areas = raw.get("areas")
    if raw.keys() != {"areas"} or not isinstance(areas, list | tuple) or not areas:
        raise MaterialError("key_unusable", f"{what}: the key of a hotspot has areas.")
    return {"areas": [_read_area(area, what) for area in areas]}


def _read_area(raw: Any, what: str) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or set(raw) != AREA_FIELDS.get(str(raw.get("shape"))):
        raise MaterialError("key_unusable", f"{what}: an area is a circle, rect or polygon with measures and score.")
    area: dict[str, Any] = {"shape": str(raw["shape"])}
    for name, value in raw.items():
        if name == "points":
            area[name] = [[_number_text(x, what), _number_text(y, what)] for x, y in value]
        elif name != "shape":
            area[name] = _number_text(value, what)
    return area


def _read_texts(raw: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    texts = [str(text).strip() for text in raw.get("texts", ())]
    if raw.keys() != {"texts"} or not all(texts) or any(len(text) > LONGEST_SHORT_TEXT for text in texts) or not texts:
        raise MaterialError("key_unusable", f"{what}: the key of a short text lists the texts that are right.")
    return {"texts": texts}


def _read_essay_key(raw: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    guidance = str(raw.get("guidance", "")).strip()
    if raw.keys() != {"guidance", "criteria"} or not guidance:
        raise MaterialError("key_unusable", f"{what}: the key of an essay is guidance and criteria for its markers.")
    try:
        criteria = read_rubric(raw)
    except ValueError as error:
        raise MaterialError("key_unusable", f"{what}: {error}.") from error
    return {
        "guidance": guidance,
        "criteria": [{"id": c.id, "text": c.text, "points": _number_text(c.points, what)} for c in criteria],
    }


_STRUCTURED = {
    ItemKind.HOTSPOT: _read_areas,
    ItemKind.SHORT_TEXT: _read_texts,
    ItemKind.ESSAY: _read_essay_key,
}


def read_regions(raw: Any, kind: ItemKind, what: str) -> tuple[Region, ...]:
    """Read the labelled points of a hotspot. Raises `MaterialError` `regions_unusable`."""
    regions = tuple(
        Region(str(r["id"]), str(r["label"]).strip(), _number_text(r["x"], what), _number_text(r["y"], what))
        for r in raw
    )
    if regions and kind is not ItemKind.HOTSPOT:
        raise MaterialError("regions_unusable", f"{what}: regions belong to hotspots.")
    for name, values in (
        ("id", [region.id for region in regions]),
        ("label", [region.label for region in regions]),
        ("place", [(region.x, region.y) for region in regions]),
    ):
        if len(set(values)) != len(values):
            raise MaterialError("regions_unusable", f"{what}: two regions have one {name}.")
    return regions


def read_words(raw: Any, kind: ItemKind, what: str) -> int:
    """Read about how long an essay should be. Raises `MaterialError` `words_unusable`."""
    if raw and kind is not ItemKind.ESSAY:
        raise MaterialError("words_unusable", f"{what}: a number of words belongs to essays.")
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_WORDS:
        raise MaterialError("words_unusable", f"{what}: words is a number up to {MOST_WORDS}.")
    return raw


def read_parameters(raw: Any, rule: ScoringRule, what: str) -> dict[str, Any]:
    """Read the parameters of a rule, numbers as text. Raises `MaterialError` `parameters_unusable`."""
    needed, possible = PARAMETERS.get(rule, (frozenset(), frozenset()))
    if not isinstance(raw, Mapping) or not needed <= set(raw) <= needed | possible:
        names = ", ".join(sorted(needed | possible)) or "none"
        raise MaterialError("parameters_unusable", f"{what}: the parameters of {rule} are {names}.")
    return {str(name): _plain_parameter(value) for name, value in raw.items() if value is not False}


def _plain_parameter(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain_parameter(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_parameter(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)


def refuse_unreachable_key(
    kind: ItemKind,
    rule: ScoringRule,
    key: Any,
    parameters: Mapping[str, Any],
    *,
    options: Sequence[str],
    regions: Sequence[tuple[str, str]],
    unit: str,
    what: str,
) -> None:
    """Raise `MaterialError` `key_unusable` when the right answer would not earn full marks by the item's own rule."""
    if kind is ItemKind.ESSAY:
        return
    try:
        read = read_key(kind, rule, key, parameters, options=options, unit=unit)
        best = points(rule, read, right_answer(kind, rule, key, parameters, regions=regions))
    except ValueError as error:
        raise MaterialError("key_unusable", f"{what}: {error}.") from error
    if best != 1:
        raise MaterialError("key_unusable", f"{what}: its own key does not earn full marks by {rule}.")


def _number_text(raw: Any, what: str) -> str:
    """Write a number as text in one form only: 220.0 is "220"."""
    text = str(raw)
    try:
        exactly(text)
        number = Decimal(text)
    except (ValueError, InvalidOperation, ZeroDivisionError) as error:
        raise MaterialError("key_unusable", f"{what}: {text[:40]} is not a number, or has too many digits.") from error
    return format(number.normalize(), "f")
