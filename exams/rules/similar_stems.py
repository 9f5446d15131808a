"""Stems that ask the same: equal once case, marks and blanks are away, or nearly all words in common."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
# Share of common words from which two stems are worth a look. Low enough for a swapped word in a sentence of ten.
ALIKE = 0.8
# Short stems share most words by chance ("Which of these is right?").
FEWEST_WORDS = 5


@dataclass(frozen=True)
class Likeness:
    """An item whose stem is the same or nearly so; `share` is the share of words in common, 1 for equal ones."""

    code: str
    share: float

    @property
    def is_equal(self) -> bool:
        """Say whether the stems differ in nothing but case, marks and blanks."""
        return self.share == 1.0


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without marks. "A **Coil**, warm?" becomes a, coil, warm."""
    return _WORD.findall(text.casefold())


def word_count(*texts: str) -> int:
    """Count the words that a candidate reads, numbers included."""
    return sum(len(words_of(text)) for text in texts)


def likenesses(stem: str, others: Mapping[str, str]) -> list[Likeness]:
    """Return the items (code → stem) that ask nearly the same as `stem`, the closest first."""
    own = words_of(stem)
    if not own:
        return []
    found = []
    for code, other in others.items():
        theirs = words_of(other)
        share = 1.0 if own == theirs else _share(set(own), set(theirs))
        if share >= ALIKE:
            found.append(Likeness(code, share))
    return sorted(found, key=lambda likeness: (-likeness.share, likeness.code))


def _share(own: set[str], theirs: set[str]) -> float:
    if min(len(own), len(theirs)) < FEWEST_WORDS:
        return 0.0
    # The same words in another order are alike, never equal.
    return min(len(own & theirs) / len(own | theirs), 0.99)
