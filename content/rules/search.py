"""Finding words in texts, the same on every database: capitals and accents do not matter, words match by beginning."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_QUERY = 100
MOST_WORDS = 8
EXCERPT = 220
LEAD = 60
AROUND_WORDS = ".,;:!?\"'()[]“”„‘’…"

NOT_FOUND, IN_TEXT, IN_TITLE, IS_TITLE = range(4)


@dataclass(frozen=True)
class Part:
    """A piece of an excerpt; `found` marks what was looked for."""

    text: str
    found: bool = False


def fold(text: str) -> str:
    """Return the text in small letters without accents, as long as before, so that places in both are the same."""
    return "".join(unicodedata.normalize("NFKD", letter).casefold()[:1] or letter for letter in text)


def words_of(query: str) -> tuple[str, ...]:
    """Return the folded words of what somebody typed, each once; what is too long is cut."""
    words = (fold(word).strip(AROUND_WORDS) for word in query[:LONGEST_QUERY].split())
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def rank(words: tuple[str, ...], title: str, text: str) -> int:
    """Return how well a text fits: `NOT_FOUND` when one of the words stands nowhere in it."""
    heading, body = fold(title), fold(text)
    if not words or not all(_begins(word, heading) or _begins(word, body) for word in words):
        return NOT_FOUND
    if words_of(title) == words:
        return IS_TITLE
    return IN_TITLE if all(_begins(word, heading) for word in words) else IN_TEXT


def excerpt(words: tuple[str, ...], text: str) -> tuple[Part, ...]:
    """Return the text around the first word that was found, in pieces; the beginning when none stands in it."""
    text = " ".join(text.split())
    first = _pattern(words).search(fold(text)) if words else None
    start = _start_of_word(text, first.start() - LEAD) if first else 0
    end = start + EXCERPT
    shown = text[start:end] if end >= len(text) else text[start:end].rpartition(" ")[0] or text[start:end]
    before, after = ("… " if start else ""), (" …" if start + len(shown) < len(text) else "")
    pieces = tuple(_pieces(words, shown))
    return tuple(part for part in (Part(before), *pieces, Part(after)) if part.text)


def _start_of_word(text: str, place: int) -> int:
    return 0 if place <= 0 else text.find(" ", place) + 1


def _pieces(words: tuple[str, ...], text: str) -> Iterator[Part]:
    done = 0
    for match in _pattern(words).finditer(fold(text)) if words else ():
        yield Part(text[done : match.start()])
        yield Part(text[match.start() : match.end()], found=True)
        done = match.end()
    yield Part(text[done:])


def _begins(word: str, text: str) -> bool:
    return _pattern((word,)).search(text) is not None


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})")
