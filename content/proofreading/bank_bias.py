"""Whether the bank as a whole gives keys away: by their place, or by their length.

Pearson's goodness-of-fit test against equal shares, alpha .01: a fair bank fails one run in a hundred, a bank whose
authors like the third place or the longest text fails soon.
"""

from collections.abc import Iterator, Sequence

from scipy.stats import chisquare

from content.proofreading.findings import Finding
from content.proofreading.passages import keys_of
from content.reader.item_shapes import Item

ALPHA = 0.01
OPTIONS = 4
# Below five expected in each cell the approximation of the test does not hold (Cochran 1954).
FEWEST = 5 * OPTIONS
RANKS = ("longest", "second longest", "third longest", "shortest")


def single_choices(items: Sequence[Item]) -> list[Item]:
    """Return the items with one key among four options."""
    return [item for item in items if item.type == "single_choice"]


def key_positions(items: Sequence[Item]) -> list[int]:
    """Return how often the key stands first, second, third, fourth in the file."""
    counts = [0] * OPTIONS
    for item in single_choices(items):
        counts["abcd".index(_key_of(item))] += 1
    return counts


def key_lengths(items: Sequence[Item]) -> list[int]:
    """Return how often the key is the longest, …, the shortest option; options of equal length keep their order."""
    counts = [0] * OPTIONS
    for item in single_choices(items):
        by_length = sorted(item.options or (), key=lambda option: -len(option.text))
        counts[[option.id for option in by_length].index(_key_of(item))] += 1
    return counts


def check_bias(items: Sequence[Item]) -> Iterator[Finding]:
    """Find that keys are not spread evenly over places or over lengths."""
    shown = ("first", "second", "third", "fourth")
    for check, counts, names in (
        ("key-position", key_positions(items), shown),
        ("key-length", key_lengths(items), RANKS),
    ):
        if sum(counts) < FEWEST:
            continue
        probability = float(chisquare(counts).pvalue)
        if probability <= ALPHA:
            spread = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True))
            yield Finding("items", 1, check, "bank", f"keys are not spread evenly: {spread} (p = {probability:.4f})")


def _key_of(item: Item) -> str:
    (key,) = keys_of(item)
    return key
