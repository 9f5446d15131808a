"""An answer that earns full marks, made from the facts of an item: for checks of material, and for demonstrations."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from content.rules.areas import Area, Circle, Polygon, exactly
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring.answers import Value
from exams.rules.scoring.reading import area_of, read_key
from exams.rules.scoring.scorer import points
from exams.rules.scoring.texts import STAR


def right_answer(
    kind: ItemKind,
    rule: ScoringRule,
    key: Any,
    parameters: Mapping[str, Any],
    *,
    regions: Sequence[tuple[str, str]] = (),
) -> Value:
    """Return an answer as a candidate would give it who knows the key; None for an essay.

    `key` and `parameters` as an item version holds them, `regions` as pairs of pixels. Raises `ValueError`.
    """
    match kind:
        case ItemKind.ORDERING:
            return [f"{place}:{option}" for place, option in enumerate(key, start=1)]
        case ItemKind.NUMERIC:
            return _right_number(rule, key, parameters)
        case ItemKind.HOTSPOT:
            return _right_point(rule, key, parameters, regions)
        case ItemKind.SHORT_TEXT:
            return _right_text(rule, str(key["texts"][0]))
        case ItemKind.ESSAY:
            return None
        case _:
            return list(key)


def _right_number(rule: ScoringRule, key: Any, parameters: Mapping[str, Any]) -> str:
    if rule is not ScoringRule.UNIT:
        return str(key["value"])
    own = [name for name, factor in parameters["factors"].items() if exactly(factor) == 1]
    if not own:
        raise ValueError("the unit of the key needs the factor 1")
    return f"{key['value']} {own[0]}"


def _right_point(
    rule: ScoringRule, key: Any, parameters: Mapping[str, Any], regions: Sequence[tuple[str, str]]
) -> Value:
    """Try the regions, then a point of each area: where areas overlap, no area's own score tells the best."""
    read = read_key(ItemKind.HOTSPOT, rule, key, parameters)
    tries = [[f"{x},{y}"] for x, y in regions] + [[_point_of(area_of(raw))] for raw in key["areas"]]
    return max(tries, key=lambda value: points(rule, read, value))


def _point_of(area: Area) -> str:
    left, top, right, bottom = area.bounds()
    if isinstance(area, Polygon):
        x, y = area.points[0]
        return f"{_pixels(exactly(x))},{_pixels(exactly(y))}"
    if isinstance(area, Circle):
        return f"{_pixels(exactly(area.x))},{_pixels(exactly(area.y))}"
    return f"{_pixels((left + right) / 2)},{_pixels((top + bottom) / 2)}"


def _pixels(number: Fraction) -> str:
    return f"{float(number):.2f}"


def _right_text(rule: ScoringRule, text: str) -> str:
    return STAR.sub("", text).replace("\\*", "*") if rule is ScoringRule.WILDCARD else text
