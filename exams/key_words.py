"""Keys of items in words, for people who may see them."""

from decimal import Decimal
from typing import Any

from exams.models import ItemVersion
from exams.option_letters import letters_of
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.marking import read_rubric
from exams.rules.scoring import placed_options

# In this order, which a database does not keep.
AREA_MEASURES = ("x", "y", "radius", "width", "height", "score")


def key_in_words(version: ItemVersion, key: Any) -> str:
    """Write a key of an item version in words: the one it came with, or another one that is proposed for it."""
    texts = {option["id"]: option["text"] for option in version.options}
    match version.kind:
        case ItemKind.NUMERIC:
            value = " ".join(filter(None, [str(key["value"]), unit_of_key(version)]))
            return f"{value}, give or take {' '.join(filter(None, [key['tolerance'], unit_of_tolerance(version)]))}"
        case ItemKind.ORDERING:
            return " → ".join(texts[option] for option in key)
        case ItemKind.MATCHING:
            pairs = placed_options(key)
            return "; ".join(f"{prompt['text']}: {texts[pairs[prompt['id']]]}" for prompt in version.prompts)
        case ItemKind.HOTSPOT:
            return "; ".join(area_in_words(area) for area in key["areas"])
        case ItemKind.SHORT_TEXT:
            return " or ".join(f"“{text}”" for text in key["texts"])
        case ItemKind.ESSAY:
            return _rubric_in_words(key)
        case _:
            letters = letters_of(version)
            return "; ".join(f"{letter}. {texts[option]}" for option, letter in letters.items() if option in key)


def unit_of_key(version: ItemVersion) -> str:
    """Return the unit of a number's key: the one beside the box, or, where it has to be typed, that of factor 1."""
    if version.scoring != ScoringRule.UNIT:
        return version.unit
    factors = version.scoring_parameters["factors"]
    return next((name for name, factor in factors.items() if Decimal(factor) == 1), "")


def unit_of_tolerance(version: ItemVersion) -> str:
    """Return what the distance round a number is given in; empty where it is in the unit of the number."""
    return "%" if version.scoring == ScoringRule.TOLERANCE_RELATIVE_PERCENT else ""


def _rubric_in_words(key: dict[str, Any]) -> str:
    """Write the rubric of an essay: "Guidance. Names who is told: 1; says when: 2"."""
    criteria = "; ".join(f"{criterion.text}: {criterion.points:f}" for criterion in read_rubric(key))
    return f"{key['guidance']} Points: {criteria}"


def area_in_words(area: dict[str, Any]) -> str:
    """Write one area of a hotspot: "circle, x 178.3, y 262, radius 12, score 1"."""
    measures = [f"{name} {area[name]}" for name in AREA_MEASURES if name in area]
    corners = [f"corners {', '.join(f'{x}/{y}' for x, y in area['points'])}"] if "points" in area else []
    return ", ".join([area["shape"], *corners, *measures])
