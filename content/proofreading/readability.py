"""How hard a text is to read: the Flesch-Kincaid grade level.

grade = 0.39 · words / sentences + 11.8 · syllables / words - 15.59 (Kincaid, Fishburne, Rogers, Chissom 1975, Research
Branch Report 8-75). Syllables are counted with the hyphenation patterns of TeX, which miss breaks near the ends of
words, so grades come out a little low; they serve to compare lessons with each other and with one limit.
"""

import re

import pyphen

WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ’'-]*")
SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n|\n\s*[-|]|\n\s*[0-9]+\.\s")
ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|vs|Dr|Mr|Ms|approx|No|Fig)\.", re.IGNORECASE)

_hyphens = pyphen.Pyphen(lang="en_US", left=2, right=2)


def words_of(text: str) -> list[str]:
    """Return the words of a text; numbers and signs are no words."""
    return WORD.findall(text)


def syllables_of(word: str) -> int:
    """Return the number of syllables, at least 1."""
    return len(_hyphens.positions(word.lower())) + 1


def grade_level(text: str) -> float:
    """Return the US school grade in which the text can be read. Raises `ValueError` on a text without words."""
    words = words_of(text)
    if not words:
        raise ValueError("a text without words has no grade")
    sentences = [part for part in SENTENCE_END.split(ABBREVIATIONS.sub("", text)) if part and words_of(part)]
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
