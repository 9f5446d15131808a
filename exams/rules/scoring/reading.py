"""From the columns of an item version to the key that its rule needs. Raises `ValueError` for what cannot be read."""

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from content.rules.areas import Area, Circle, Rectangle, exactly, polygon
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring.answers import placed_options
from exams.rules.scoring.choices import share_of_percent
from exams.rules.scoring.keys import (
    AreasKey,
    ChoiceKey,
    FractionsKey,
    Key,
    ManualKey,
    MappingKey,
    NumberBand,
    NumberKey,
    OrderKey,
    PairsKey,
    TextKey,
)

Facts = Mapping[str, Any]


def read_key(
    kind: ItemKind, rule: ScoringRule, key: Any, parameters: Facts, *, options: Collection[str] = (), unit: str = ""
) -> Key:
    """Read what is right about an item: its key, the parameters of its rule, the ids of its options, its unit.

    Raises `ValueError` when something is missing or is no number.
    """
    try:
        return _read(kind, rule, key, parameters, frozenset(options), unit)
    except (KeyError, TypeError, AttributeError, IndexError, InvalidOperation, ZeroDivisionError) as error:
        raise ValueError(f"{rule} cannot be read: {error!r}") from error


def _read(kind: ItemKind, rule: ScoringRule, key: Any, parameters: Facts, options: frozenset[str], unit: str) -> Key:
    match kind:
        case ItemKind.ORDERING:
            return OrderKey(tuple(key))
        case ItemKind.MATCHING:
            return PairsKey(placed_options(key))
        case ItemKind.NUMERIC:
            return _number_key(rule, key, parameters, unit)
        case ItemKind.HOTSPOT:
            return _areas_key(key, parameters)
        case ItemKind.SHORT_TEXT:
            return TextKey(tuple(str(text) for text in key["texts"]))
        case ItemKind.ESSAY:
            return ManualKey()
        case _:
            return _choice_key(rule, key, parameters, options)


def _choice_key(rule: ScoringRule, key: Any, parameters: Facts, options: frozenset[str]) -> Key:
    if rule is ScoringRule.QTI_MAP_RESPONSE:
        mapping = {str(option): exactly(value) for option, value in parameters["mapping"].items()}
        return MappingKey(mapping, options, **_sum_of(parameters))
    if rule is ScoringRule.FRACTIONS_SUM:
        return FractionsKey(
            {option: share_of_percent(exactly(percent)) for option, percent in parameters["fractions"].items()}
        )
    return ChoiceKey(frozenset(key), options)


def _number_key(rule: ScoringRule, key: Any, parameters: Facts, unit: str) -> NumberKey:
    factors: dict[str, Decimal] | None = None
    bands: tuple[NumberBand, ...] = ()
    if rule is ScoringRule.UNIT:
        factors = {str(name): _decimal(factor) for name, factor in parameters["factors"].items()}
    if rule is ScoringRule.BANDS:
        bands = tuple(
            NumberBand(_decimal(band["low"]), _decimal(band["high"]), exactly(band["score"]))
            for band in parameters["bands"]
        )
    return NumberKey(
        value=_decimal(key["value"]),
        tolerance=_decimal(key["tolerance"]),
        unit=unit,
        decimal_comma=bool(parameters.get("decimal_comma", False)),
        factors=factors,
        bands=bands,
    )


def _decimal(raw: Any) -> Decimal:
    """Read a decimal number within the limits of `exactly`, for rules make it an exact one. Raises `ValueError`."""
    exactly(raw)
    return Decimal(raw)


def _areas_key(key: Any, parameters: Facts) -> AreasKey:
    areas = tuple((area_of(raw), exactly(raw["score"])) for raw in key["areas"])
    return AreasKey(areas, **_sum_of(parameters))


def area_of(raw: Facts) -> Area:
    """Read one area as a key holds it. Raises `ValueError` for another shape than circle, rect and polygon."""
    match raw["shape"]:
        case "circle":
            return Circle(exactly(raw["x"]), exactly(raw["y"]), exactly(raw["radius"]))
        case "rect":
            return Rectangle(exactly(raw["x"]), exactly(raw["y"]), exactly(raw["width"]), exactly(raw["height"]))
        case "polygon":
            return polygon([(exactly(x), exactly(y)) for x, y in raw["points"]])
    raise ValueError(f"there is no shape {raw['shape']}")


def _sum_of(parameters: Facts) -> dict[str, Any]:
    """Return default and bounds of a QTI sum by their names in the key."""
    lower, upper = parameters.get("lower_bound"), parameters.get("upper_bound")
    return {
        "default": exactly(parameters.get("default", "0")),
        "lower": None if lower is None else exactly(lower),
        "upper": None if upper is None else exactly(upper),
    }
