"""The same question twice: in the bank, or in the bank and in a lesson, where it would teach the test."""

import re
from collections.abc import Iterator
from itertools import combinations

from rapidfuzz import fuzz

from content.proofreading.findings import Finding
from content.reader.item_keys import NumericKey
from content.reader.item_shapes import Item
from content.reader.material import Material
from content.reader.references import lessons_of
from content.reader.shapes import Question

# Share of equal words in any order, 0 to 100. Two items that differ in their numbers alone reach about 90.
SAME_IN_BANK = 88
SAME_AS_PRACTICE = 85
SPACE = re.compile(r"\s+")


def check_stems(material: Material) -> Iterator[Finding]:
    """Find items that ask what another item or a practice question asks."""
    asked = [(item, _of_item(item)) for item in material.items]
    for (first, one), (second, other) in combinations(asked, 2):
        # Variants of one task may stand in the bank when they can never meet on a form.
        if second.code in first.enemies or first.code in second.enemies:
            continue
        if (score := fuzz.token_sort_ratio(one, other, score_cutoff=SAME_IN_BANK)) >= SAME_IN_BANK:
            message = f"asks nearly what {first.code} asks ({score:.0f} of 100 alike) and is not its enemy"
            yield Finding(*material.place_of(second), "near-duplicate", second.code, message)
    for lesson in lessons_of(material.courses):
        for block in lesson.blocks:
            if isinstance(block.value, Question):
                yield from _shared(block.value, block.line, lesson.head.code, lesson.file, asked)


def _shared(question: Question, line: int, code: str, file: str, asked: list[tuple[Item, str]]) -> Iterator[Finding]:
    text = _words(" ".join([question.stem, *(option.text for option in question.options or ())]))
    for item, other in asked:
        if fuzz.token_sort_ratio(text, other, score_cutoff=SAME_AS_PRACTICE) >= SAME_AS_PRACTICE:
            yield Finding(file, line, "practice-is-secure", code, f"practises what the secure item {item.code} asks")


def _of_item(item: Item) -> str:
    """Return what makes an item this item: its words, its number, and what its drawing shows."""
    parts = [
        item.stem,
        *(option.text for option in item.options or ()),
        *(prompt.text for prompt in item.prompts or ()),
    ]
    if isinstance(item.key, NumericKey):
        parts.append(item.key.value)
    if item.figure:
        parts += [item.figure.file, item.figure.alt]
    return _words(" ".join(parts))


def _words(text: str) -> str:
    return SPACE.sub(" ", text).strip().lower()
