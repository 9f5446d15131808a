"""The glossary and the bibliography: what their pages and the search show."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from typing import Protocol, TypeVar

from content.models import Source, Term
from content.rules.glossary import stands_in
from content.rules.search import fold, rank
from courses.models import LessonPage
from courses.open_pages import LessonLink, OpenPages


class Listed(Protocol):
    """Something that stands in an alphabetical list, and can be searched."""

    @property
    def title(self) -> str:
        """By what it is sorted."""

    @property
    def text(self) -> str:
        """What else it says."""


TAG = re.compile(r"<[^>]+>")
CITED = ("source_id", "lessonpage_id")

E = TypeVar("E", bound=Listed)


@dataclass(frozen=True)
class TermEntry:
    """A word with its meaning, where it is taught, and on what it rests."""

    term: Term
    lesson: LessonLink | None
    sources: tuple[Source, ...]

    @property
    def title(self) -> str:
        """The word."""
        return self.term.name

    @property
    def text(self) -> str:
        """Its other names and its meaning."""
        return " ".join([*(f"{name}." for name in self.term.also), self.term.definition])


@dataclass(frozen=True)
class SourceEntry:
    """A work, with the lessons and the words that cite it."""

    source: Source
    lessons: list[LessonLink] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The citation."""
        return self.source.citation

    @property
    def text(self) -> str:
        """Nothing else: lessons that cite it are not what it says."""
        return ""


def glossary(pages: OpenPages) -> list[TermEntry]:
    """Return all words by the alphabet."""
    lessons = {lesson.code: lesson for lesson in pages.lessons.values()}
    terms = Term.objects.prefetch_related("sources")
    return _sorted(TermEntry(term, lessons.get(term.lesson_code), tuple(term.sources.all())) for term in terms)


def bibliography(pages: OpenPages) -> list[SourceEntry]:
    """Return the works that live lessons or the glossary cite, by the alphabet. What only exam items cite stays out."""
    entries = {source.pk: SourceEntry(source) for source in Source.objects.all()}
    for source, page in LessonPage.sources.through.objects.order_by("lessonpage__path").values_list(*CITED):
        if page in pages.lessons:
            entries[source].lessons.append(pages.lessons[page])
    for term in Term.objects.prefetch_related("sources"):
        for row in term.sources.all():
            entries[row.pk].terms.append(term)
    return _sorted(entry for entry in entries.values() if entry.lessons or entry.terms)


def narrowed(entries: Iterable[E], words: tuple[str, ...]) -> list[E]:
    """Return the entries in which all words stand; all entries when there is no word."""
    return [entry for entry in entries if not words or rank(words, entry.title, entry.text)]


def by_letter(entries: Iterable[E]) -> list[tuple[str, list[E]]]:
    """Return sorted entries under their first letters; figures stand together."""
    return [(letter, list(group)) for letter, group in groupby(entries, key=_letter)]


def words_in_lesson(code: str, blocks: Iterable[str]) -> list[Term]:
    """Return the words of the glossary that a lesson teaches, or that stand in its blocks (HTML)."""
    # A blank for each tag: cells of a table stand side by side without one.
    text = unescape(TAG.sub(" ", " ".join(blocks)))
    return sorted(_words(code, text), key=lambda term: _order(term.name))


def _words(code: str, text: str) -> Iterator[Term]:
    for term in Term.objects.all():
        if term.lesson_code == code or any(stands_in(name, text) for name in term.names):
            yield term


def _sorted(entries: Iterable[E]) -> list[E]:
    return sorted(entries, key=lambda entry: _order(entry.title))


def _order(title: str) -> str:
    return fold(title).lstrip("\"'“„(")


def _letter(entry: Listed) -> str:
    first = _order(entry.title)[:1].upper()
    return first if first.isalpha() else "0–9"
