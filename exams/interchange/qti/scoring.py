"""From declaration and processing of a QTI item to our key and rule. What has no equal here is unsupported."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.numbers import is_true, number_text
from exams.interchange.qti.areas import area_from
from exams.interchange.qti.interactions import Question
from exams.interchange.qti.processing import How, read_processing
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import Element
from exams.rules.item_kinds import ItemKind, ScoringRule


@dataclass(frozen=True)
class Scored:
    """What says how an item is scored."""

    declaration: Element
    processing: Element | None
    question: Question

    @property
    def correct(self) -> list[str]:
        """The values of the correct response."""
        given = self.declaration.first("correctResponse")
        return [value.text.strip() for value in given.elements("value")] if given else []

    @property
    def base(self) -> str:
        """The base type."""
        return self.declaration.get("baseType")


@dataclass(frozen=True)
class Mapping:
    """A mapping: value → score as text, and the parameters of its sum."""

    values: dict[str, str]
    parameters: dict[str, str]
    case_sensitive: bool


def scored_item(item: ExchangeItem, scored: Scored, changes: Changes) -> ExchangeItem:
    """Return the item with key, rule and parameters."""
    kind = _kind(item.kind, scored)
    if kind is ItemKind.ESSAY:
        return replace(item, kind=kind, scoring=ScoringRule.MANUAL)
    how = read_processing(scored.processing, scored.declaration, changes)
    return _READERS[kind](replace(item, kind=kind), scored, how, changes)


def _kind(kind: ItemKind, scored: Scored) -> ItemKind:
    """Tell one choice from several, and a number from a text, by the declaration."""
    if kind is ItemKind.MULTIPLE_RESPONSE and scored.declaration.get("cardinality") == "single":
        return ItemKind.SINGLE_CHOICE
    if kind is ItemKind.SHORT_TEXT and scored.base in ("float", "integer"):
        return ItemKind.NUMERIC
    if kind is ItemKind.SHORT_TEXT and scored.base != "string":
        raise UnsupportedItemError("base_type", f"A typed answer of the type “{scored.base[:20]}” is not known here.")
    return kind


def _mapping(scored: Scored, *, keys_are_texts: bool = False) -> Mapping:
    mapping = scored.declaration.first("mapping")
    if mapping is None:
        raise RefusedItemError("mapping_missing", "It is scored by a mapping that it does not have.")
    entries = mapping.elements("mapEntry")
    keys = [entry.get("mapKey") if keys_are_texts else " ".join(entry.get("mapKey").split()) for entry in entries]
    if len(set(keys)) != len(keys):
        raise RefusedItemError("identifier_twice", "Its mapping names a value twice.")
    values = {
        key: number_text(entry.get("mappedValue"), "Its mapping") for key, entry in zip(keys, entries, strict=True)
    }
    sensitive = any(is_true(entry.get("caseSensitive", "true")) for entry in entries)
    return Mapping(values, _sum_parameters(mapping), sensitive)


def _sum_parameters(mapping: Element) -> dict[str, str]:
    names = {"defaultValue": "default", "lowerBound": "lower_bound", "upperBound": "upper_bound"}
    read = {
        ours: number_text(mapping.get(theirs), "Its mapping") for theirs, ours in names.items() if mapping.get(theirs)
    }
    return {name: value for name, value in read.items() if name != "default" or Decimal(value) != 0}


def _refuse_strangers(values: list[str], known: list[str], what: str) -> None:
    strangers = [value for value in values if value not in known]
    if strangers:
        raise RefusedItemError("key_unknown", f"{what} “{strangers[0][:40]}” is not among the choices.")


def _bounded(mapping: Mapping, option: str) -> Decimal:
    """Return what one option chosen alone earns, with default and bounds."""
    gain = Decimal(mapping.values.get(option, mapping.parameters.get("default", "0")))
    gain = max(gain, Decimal(mapping.parameters.get("lower_bound", gain)))
    return min(gain, Decimal(mapping.parameters.get("upper_bound", gain)))


def _one_choice(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    ids = [option.id for option in item.options]
    key = scored.correct
    if how.name == "map_response":
        mapping = _mapping(scored)
        _refuse_strangers(list(mapping.values), ids, "The mapped value")
        gains = {option: _bounded(mapping, option) for option in ids}
        best = [option for option, gain in gains.items() if gain > 0]
        if len(best) != 1:
            raise UnsupportedItemError("partly_right", "Several single options earn points. Here one option is right.")
        if key and key != best:
            raise RefusedItemError("key_contradicts", "Its correct response is not the option that earns the points.")
        key = best
        if any(gain < 0 for gain in gains.values()):
            changes.add("penalty_dropped", "Wrong options took points away. Here they earn nothing.")
        if gains[best[0]] != 1:
            worth = format(gains[best[0]].normalize(), "f")
            changes.add("points_dropped", f"It was worth {worth} points. Here every item is worth one.")
    _refuse_strangers(key, ids, "The key")
    return replace(item, key=tuple(key), scoring=ScoringRule.MATCH_CORRECT)


def _several_choices(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    ids = [option.id for option in item.options]
    _refuse_strangers(scored.correct, ids, "The key")
    if how.name == "match_correct":
        return replace(item, key=tuple(scored.correct), scoring=ScoringRule.ALL_OR_NOTHING)
    mapping = _mapping(scored)
    _refuse_strangers(list(mapping.values), ids, "The mapped value")
    right = [
        option for option in ids if Decimal(mapping.values.get(option, mapping.parameters.get("default", "0"))) > 0
    ]
    parameters = {"mapping": mapping.values, **mapping.parameters}
    key = tuple(scored.correct or right)
    return replace(item, key=key, scoring=ScoringRule.QTI_MAP_RESPONSE, parameters=parameters)


def _order(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    _only(how, "match_correct")
    _refuse_strangers(scored.correct, [option.id for option in item.options], "The key")
    return replace(item, key=tuple(scored.correct), scoring=ScoringRule.EXACT)


def _pairs(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    lines, targets = [prompt.id for prompt in item.prompts], [option.id for option in item.options]
    read = [_pair(value, lines, targets) for value in scored.correct]
    key = dict(read)
    if len(key) != len(read) or set(key) != set(lines):
        raise UnsupportedItemError("pairs", "Some lines have no partner or several. Here each line has one.")
    if how.name == "match_correct":
        return replace(item, key=key, scoring=ScoringRule.ALL_OR_NOTHING)
    _only(how, "map_response")
    mapping = _mapping(scored)
    gains = {_pair(value, lines, targets): Decimal(gain) for value, gain in mapping.values.items()}
    earning = {gains.get(pair, Decimal(0)) for pair in key.items()}
    others = [gain for pair, gain in gains.items() if key.get(pair[0]) != pair[1]]
    upper = mapping.parameters.get("upper_bound")
    bounded = upper is not None and Decimal(upper) != sum(
        (gains[pair] for pair in key.items() if pair in gains), Decimal(0)
    )
    if len(earning) != 1 or min(earning) <= 0 or any(others) or "default" in mapping.parameters or bounded:
        raise UnsupportedItemError(
            "pairs_weighted", "Its pairs earn different points. Here every right pair earns the same."
        )
    return replace(item, key=key, scoring=ScoringRule.PER_PAIR)


def _pair(value: str, lines: list[str], targets: list[str]) -> tuple[str, str]:
    """Read a directed pair; some systems write it from the target to the line."""
    parts = value.split()
    if len(parts) != 2:
        raise RefusedItemError("key_unknown", f"“{value[:40]}” is no pair.")
    first, second = (part.removeprefix("P") if part not in lines and part not in targets else part for part in parts)
    if first in targets and second in lines:
        first, second = second, first
    _refuse_strangers([first], lines, "The line")
    _refuse_strangers([second], targets, "The target")
    return first, second


def _number(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    if how.name not in ("match_correct", "equal"):
        raise UnsupportedItemError("processing", "A number scored by a mapping is not known here.")
    if len(scored.correct) != 1:
        raise RefusedItemError("key_missing", "A number needs one correct response.")
    value = number_text(scored.correct[0], "The key")
    low, high = how.tolerances
    key = {"value": value, "tolerance": low, "unit": ""}
    if how.mode == "relative":
        if low != high:
            raise UnsupportedItemError("tolerance", "Its tolerance differs to both sides, in percent.")
        return replace(item, key=key, scoring=ScoringRule.TOLERANCE_RELATIVE_PERCENT)
    if low == high:
        return replace(item, key=key, scoring=ScoringRule.TOLERANCE_ABSOLUTE)
    band = {
        "low": format(Decimal(value) - Decimal(low), "f"),
        "high": format(Decimal(value) + Decimal(high), "f"),
        "score": "1",
    }
    key["tolerance"] = "0"
    return replace(item, key=key, scoring=ScoringRule.BANDS, parameters={"bands": [band]})


def _place(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    if scored.question.hotspots:
        _only(how, "match_correct")
        if len(scored.correct) != 1:
            raise UnsupportedItemError("several_points", "Its key is not one area.")
        chosen = [hotspot for hotspot in scored.question.hotspots if hotspot.get("identifier") == scored.correct[0]]
        if not chosen:
            raise RefusedItemError("key_unknown", "Its key is not among the areas.")
        area = area_from(chosen[0].get("shape"), chosen[0].get("coords"), "1")
        return replace(item, key={"areas": [area]}, scoring=ScoringRule.NESTED_BEST)
    _only(how, "map_response_point")
    mapping = scored.declaration.first("areaMapping")
    if mapping is None or not mapping.elements("areaMapEntry"):
        raise RefusedItemError("mapping_missing", "It has no areas.")
    areas = [
        area_from(entry.get("shape"), entry.get("coords"), number_text(entry.get("mappedValue"), "Its mapping"))
        for entry in mapping.elements("areaMapEntry")
    ]
    parameters = _sum_parameters(mapping)
    if "upper_bound" not in parameters:
        parameters["upper_bound"] = str(max((area["score"] for area in areas), key=Decimal))
        changes.add("bound_made", f"Its score had no upper bound; full marks are {parameters['upper_bound']} now.")
    return replace(item, key={"areas": areas}, scoring=ScoringRule.QTI_MAP_RESPONSE_POINT, parameters=parameters)


def _text(item: ExchangeItem, scored: Scored, how: How, changes: Changes) -> ExchangeItem:
    if how.name == "match_correct":
        texts, sensitive = scored.correct, True
    else:
        _only(how, "map_response")
        mapping = _mapping(scored, keys_are_texts=True)
        if "default" in mapping.parameters and Decimal(mapping.parameters["default"]) > 0:
            raise UnsupportedItemError("default_points", "Every other text earns points, which items here cannot.")
        gains = {text: Decimal(gain) for text, gain in mapping.values.items() if Decimal(gain) > 0}
        if len(set(gains.values())) > 1:
            raise UnsupportedItemError("partly_right", "Some texts earn less than others. Here a text is right or not.")
        texts, sensitive = list(gains), mapping.case_sensitive
    if sensitive:
        changes.add("case_ignored", "Capitals mattered in its key. Here they do not.")
    if not texts:
        raise RefusedItemError("key_missing", "It has no text that is right.")
    return replace(item, key={"texts": texts}, scoring=ScoringRule.NORMALISED_EQUAL)


def _only(how: How, name: str) -> None:
    if how.name != name:
        raise UnsupportedItemError("processing", f"This kind of question scored by {how.name} is not known here.")


_READERS: dict[ItemKind, Callable[[ExchangeItem, Scored, How, Changes], ExchangeItem]] = {
    ItemKind.SINGLE_CHOICE: _one_choice,
    ItemKind.MULTIPLE_RESPONSE: _several_choices,
    ItemKind.ORDERING: _order,
    ItemKind.MATCHING: _pairs,
    ItemKind.NUMERIC: _number,
    ItemKind.HOTSPOT: _place,
    ItemKind.SHORT_TEXT: _text,
}
