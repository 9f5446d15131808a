"""Whether what is written about a figure gives the key of its item away (exams.md 3.8: alt text without the answer)."""

import re
from collections.abc import Collection

from exams.rules.scoring.texts import normalised

SHORTEST_TELLING = 3  # characters; a shorter text stands in many sentences by chance


def telling_text(words: str, right: Collection[str], wrong: Collection[str] = ()) -> str | None:
    """Return the right text that the words of a figure hold while they hold none of the wrong ones, or None.

    Texts count as whole words, without regard to case and blanks. Right "A coil", wrong "B coil": "A coil on a head"
    tells it, "A coil and a B coil" does not.
    """
    said = normalised(words)
    if any(_holds(said, text) for text in wrong):
        return None
    return next((text for text in right if len(normalised(text)) >= SHORTEST_TELLING and _holds(said, text)), None)


def _holds(said: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(normalised(text))}(?!\w)", said)) if normalised(text) else False
