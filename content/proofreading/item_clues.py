"""Clues that give a key away to somebody who knows nothing, and stems that trip those who know.

The flaws are those of Haladyna, Downing and Rodriguez, A review of multiple-choice item-writing guidelines (Appl Meas
Educ 2002;15:309-333), as far as a program can see them.
"""

import re
from collections.abc import Iterator

from content.proofreading.findings import Finding
from content.proofreading.passages import keys_of
from content.reader.item_shapes import Item, ItemOption

ABSOLUTE = re.compile(
    r"\b(always|never|every|everything|nothing|entirely|completely|impossible|guarantees?|guaranteed)\b",
    re.IGNORECASE,
)
ENDS_IN_ARTICLE = re.compile(r"\b(an?)\s*[:…]?\s*\Z", re.IGNORECASE)
NEGATIVE = re.compile(
    r"\bEXCEPT\b|\b([Ww]hich|[Ww]hat)\b[^.?]*\b(is|are|does|do|would|should|was|were) (not|NOT|never)\b"
)
SHORT = 30
FAR_LONGER = 1.7


def check_clues(item: Item, file: str, line: int) -> Iterator[Finding]:
    """Find the clues of one item."""
    keys = [option for option in item.options or () if option.id in keys_of(item)]
    others = [option for option in item.options or () if option not in keys]
    for check, message in (*_clues_of_stem(item), *_clues_of_options(keys, others)):
        yield Finding(file, line, check, item.code, message)


def _clues_of_stem(item: Item) -> Iterator[tuple[str, str]]:
    if NEGATIVE.search(item.stem):
        yield "negative", "the stem asks for what is not so; ask for what is"
    article = ENDS_IN_ARTICLE.search(item.stem.rstrip().rstrip("*_"))
    options = (item.options or ()) if item.type in {"single_choice", "multiple_response"} else ()
    if article and len({_starts_with_vowel(option.text) for option in options}) > 1:
        yield "grammar", f"the stem ends in «{article[1]}», which fits only some of the options"


def _starts_with_vowel(text: str) -> bool:
    return text.lstrip('*_ “"')[:1].lower() in "aeiou"


def _clues_of_options(keys: list[ItemOption], others: list[ItemOption]) -> Iterator[tuple[str, str]]:
    if not keys or not others:
        return
    absolute = [option for option in others if ABSOLUTE.search(option.text)]
    if len(absolute) > len(others) / 2 and not any(ABSOLUTE.search(option.text) for option in keys):
        yield "absolute", "most wrong options use absolute words and no right one does"
    if len(keys) == 1:
        key, longest = len(keys[0].text), max(len(option.text) for option in others)
        if key > longest * FAR_LONGER and key - longest > SHORT:
            yield "length", f"the key has {key} characters, the longest other option {longest}"
