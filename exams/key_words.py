"""Keys of items in words, for people who may see them."""

from typing import Any

from exams.models import ItemVersion
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import placed_options


def key_in_words(version: ItemVersion, key: Any) -> str:
    """Write a key of an item version in words: the one it came with, or another one that is proposed for it."""
    texts = {option["id"]: option["text"] for option in version.options}
    match version.kind:
        case ItemKind.NUMERIC:
            percent = " %" if version.scoring == ScoringRule.TOLERANCE_RELATIVE_PERCENT else ""
            return f"{key['value']} {version.unit}, give or take {key['tolerance']}{percent}"
        case ItemKind.ORDERING:
            return " → ".join(texts[option] for option in key)
        case ItemKind.MATCHING:
            pairs = placed_options(key)
            return "; ".join(f"{prompt['text']}: {texts[pairs[prompt['id']]]}" for prompt in version.prompts)
        case ItemKind.HOTSPOT:
            return "; ".join(_area_in_words(area) for area in key["areas"])
        case ItemKind.SHORT_TEXT:
            return " or ".join(f"“{text}”" for text in key["texts"])
        case ItemKind.ESSAY:
            return str(key["guidance"])
        case _:
            return "; ".join(f"{option}. {texts.get(option, '')}" for option in sorted(key))


def _area_in_words(area: dict[str, Any]) -> str:
    """Write one area of a hotspot: "circle, x 178.3, y 262, radius 12, score 1"."""
    measures = [f"{name} {value}" for name, value in area.items() if name not in ("shape", "points")]
    corners = [f"corners {', '.join(f'{x}/{y}' for x, y in area['points'])}"] if "points" in area else []
    return ", ".join([area["shape"], *corners, *measures])
