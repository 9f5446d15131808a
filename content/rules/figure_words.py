"""Whether what is written about a figure gives the key of its item away (exams.md 3.8: alt text without the answer)."""

import re
import unicodedata
from collections.abc import Collection

SHORTEST_TELLING = 3  # characters; a shorter text stands in many sentences by chance


def telling_text(words: str, right: Collection[str], wrong: Collection[str] = ()) -> str | None:
    """Return a right text that the words of a figure hold, or None; words that name all texts tell nothing.

    Texts count as whole words, without regard to case and blanks. Right "A coil", wrong "B coil": "A coil on a head"
    tells it, "A coil and a B coil" does not. The material is held to it, and whoever writes items in the bank.
    """
    said = _even(words)
    told = [text for text in right if len(_plain(text)) >= SHORTEST_TELLING and _holds(said, text)]
    names_all = bool(wrong) and all(_holds(said, text) for text in (*right, *wrong))
    return told[0] if told and not names_all else None


def _plain(text: str) -> str:
    return _even(text).rstrip(".")


def _even(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _holds(said: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(text))}(?!\w)", said) is not None
