r"""Short texts: exams.md 3.7."""

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction

from exams.rules.item_kinds import ScoringRule
from exams.rules.scoring.keys import TextKey

STAR = re.compile(r"(?<!\\)\*")


def normalised(text: str) -> str:
    """Return a text in NFC, without blanks around it, with single blanks inside, without regard to case.

    Nothing else is forgiven: "theta-burst" is not "theta burst".
    """
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def normalised_equal(typed: str, key: TextKey) -> Fraction:
    """One point for one of the texts, both normalised. Key "Motor cortex": " motor  CORTEX" → 1, "motor-cortex" → 0."""
    return Fraction(normalised(typed) in {normalised(text) for text in key.texts})


def wildcard(typed: str, key: TextKey) -> Fraction:
    r"""One point when a pattern fits the whole answer: * is any run of characters, also none, and \* is a star.

    Pattern "*motor* cortex": "The motor cortex" → 1, "motor cortices" → 0. Case and blanks as in `normalised_equal`.
    """
    answer = normalised(typed)
    return Fraction(any(_fits(answer, pattern) for pattern in key.texts))


def _fits(answer: str, pattern: str) -> bool:
    """Look for the fixed pieces one after the other, leftmost first: no text can make this slow."""
    first, *rest = (piece.replace("\\*", "*") for piece in STAR.split(normalised(pattern)))
    if not rest:
        return answer == first
    if not answer.startswith(first):
        return False
    place, last = len(first), rest.pop()
    for piece in rest:
        found = answer.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return answer.endswith(last) and len(answer) - len(last) >= place


TEXT_RULES: dict[ScoringRule, Callable[[str, TextKey], Fraction]] = {
    ScoringRule.NORMALISED_EQUAL: normalised_equal,
    ScoringRule.WILDCARD: wildcard,
}
