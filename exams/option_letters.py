"""Options by the letters of their author's order, on the pages of those who work with items."""

import re
from collections.abc import Mapping
from typing import Any

from exams.models import ItemVersion
from exams.rules.option_order import letters_as_written

NAMED = re.compile(r"\AOption (\S+)(?= )")


def letters_of(version: ItemVersion) -> dict[str, str]:
    """Return the letter of each option of a version by its id."""
    return letters_as_written([option["id"] for option in version.options])


def in_letters(item: Mapping[str, Any], letters: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures of an analysed item with letters in place of ids, its options in the author's order."""

    def named(sentence: str) -> str:
        return NAMED.sub(lambda found: f"Option {letters.get(found[1], found[1])}", sentence)

    places = {option: place for place, option in enumerate(letters)}

    def place(label: str) -> int:
        """What is no option stays behind them, in its own order."""
        return places.get(label, len(places))

    options = sorted(item["options"], key=lambda option: place(option["option"]))
    groups = sorted(item["groups"].items(), key=lambda pair: place(pair[0]))
    return {
        **item,
        "options": [{**option, "option": letters.get(option["option"], option["option"])} for option in options],
        "groups": {letters.get(label, label): shares for label, shares in groups},
        "flags": [{**flag, "sentence": named(flag["sentence"])} for flag in item["flags"]],
    }
