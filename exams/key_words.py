"""Keys of items in words, for people who may see them."""

from typing import Any

from exams.models import ItemVersion
from exams.rules.item_material import ItemKind
from exams.rules.scoring import placed_options


def key_in_words(version: ItemVersion, key: Any) -> str:
    """Write a key of an item version in words: the one it came with, or another one that is proposed for it."""
    texts = {option["id"]: option["text"] for option in version.options}
    match version.kind:
        case ItemKind.NUMERIC:
            return f"{key['value']} {version.unit}, give or take {key['tolerance']}"
        case ItemKind.ORDERING:
            return " → ".join(texts[option] for option in key)
        case ItemKind.MATCHING:
            pairs = placed_options(key)
            return "; ".join(f"{prompt['text']}: {texts[pairs[prompt['id']]]}" for prompt in version.prompts)
        case _:
            return "; ".join(f"{option}. {texts.get(option, '')}" for option in sorted(key))
