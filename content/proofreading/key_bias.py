"""Whether keys are given away over many questions: by their place, or by their length.

Pearson's goodness-of-fit test against equal shares, alpha .01: a fair bank fails one run in a hundred, a bank whose
authors like the third place or the longest text fails soon. The secure bank and the practice questions are judged
apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scipy.stats import chisquare

from content.proofreading.findings import Finding
from content.proofreading.passages import keys_of
from content.reader.item_shapes import Item
from content.reader.material import Material
from content.reader.references import lessons_of
from content.reader.shapes import Question

ALPHA = 0.01
OPTIONS = 4
# Below five expected in each cell the approximation of the test does not hold (Cochran 1954).
FEWEST = 5 * OPTIONS
PLACES = ("first", "second", "third", "fourth")
RANKS = ("longest", "second longest", "third longest", "shortest")


@dataclass(frozen=True)
class Choice:
    """A question with one key among four options: their texts, and the place of the key."""

    texts: tuple[str, ...]
    key: int


def choices_of_bank(items: Sequence[Item]) -> list[Choice]:
    """Return the secure items with one key among four options."""
    found = []
    for item in items:
        if item.type == "single_choice":
            (key,) = keys_of(item)
            found.append(Choice(tuple(option.text for option in item.options or ()), "abcd".index(key)))
    return found


def choices_of_lessons(material: Material) -> list[Choice]:
    """Return the practice questions with one key among four options."""
    found = []
    for lesson in lessons_of(material.courses):
        for block in lesson.blocks:
            question = block.value
            if isinstance(question, Question) and question.type == "single_choice":
                options = question.options or ()
                if len(options) == OPTIONS:
                    key = [option.correct for option in options].index(True)
                    found.append(Choice(tuple(option.text for option in options), key))
    return found


def key_positions(choices: Sequence[Choice]) -> list[int]:
    """Return how often the key stands first, second, third, fourth in the file."""
    counts = [0] * OPTIONS
    for choice in choices:
        counts[choice.key] += 1
    return counts


def key_lengths(choices: Sequence[Choice]) -> list[int]:
    """Return how often the key is the longest, …, the shortest option; options of equal length keep their order."""
    counts = [0] * OPTIONS
    for choice in choices:
        by_length = sorted(range(OPTIONS), key=lambda place: -len(choice.texts[place]))
        counts[by_length.index(choice.key)] += 1
    return counts


def check_bias(material: Material) -> Iterator[Finding]:
    """Find that keys are not spread evenly over places or over lengths, in the bank or in the lessons."""
    for file, code, choices in (
        ("items", "bank", choices_of_bank(material.items)),
        ("courses", "practice", choices_of_lessons(material)),
    ):
        if len(choices) >= FEWEST:
            yield from _uneven(file, code, "key-position", PLACES, key_positions(choices))
            yield from _uneven(file, code, "key-length", RANKS, key_lengths(choices))


def _uneven(file: str, code: str, check: str, names: Sequence[str], counts: Sequence[int]) -> Iterator[Finding]:
    probability = float(chisquare(counts).pvalue)
    if probability <= ALPHA:
        spread = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
        yield Finding(file, 1, check, code, f"keys are not spread evenly: {spread} (p = {probability:.4f})")
