"""The search over public pages. It reads what strangers can read anyway, and nothing else.

Lessons, exam items, people and credentials are not asked: there is no query here that could show them. All that is
searched is a few hundred short texts, so they are read and compared in Python, the same on every database; a site
with thousands of articles would be the time for Wagtail's search index.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from wagtail.rich_text import get_text_for_indexing

from content.models import ArticlePage, HomePage, PrivacyPage
from content.rules.search import Part, excerpt, rank
from courses.open_pages import OpenPages
from courses.reference import bibliography, glossary

MOST_HITS = 50


@dataclass(frozen=True)
class Text:
    """Something public that can be found, under its title and under other names."""

    kind: str
    title: str
    text: str
    address: str
    names: tuple[str, ...] = ()

    def rank(self, words: tuple[str, ...]) -> int:
        """Return how well it fits, by the name that fits best."""
        return max(rank(words, name, f"{self.title} {self.text}") for name in (self.title, *self.names))


@dataclass(frozen=True)
class Hit:
    """A text that was found, with the part of it that shows why."""

    found: Text
    excerpt: tuple[Part, ...]


@dataclass(frozen=True)
class Findings:
    """The best hits, best first, and how many there are in all."""

    hits: tuple[Hit, ...] = ()
    total: int = 0


def search(pages: OpenPages, words: tuple[str, ...]) -> Findings:
    """Find the public texts in which every word begins a word."""
    if not words:
        return Findings()
    ranked = [(text.rank(words), text) for text in public_texts(pages)]
    found = [text for _, text in sorted((pair for pair in ranked if pair[0]), key=lambda pair: -pair[0])]
    hits = tuple(Hit(text, excerpt(words, text.text or text.title)) for text in found[:MOST_HITS])
    return Findings(hits, len(found))


def public_texts(pages: OpenPages) -> Iterator[Text]:
    """Yield everything that can be found: words first, then pages, then works."""
    at = reverse("courses:glossary")
    for entry in glossary(pages):
        yield Text("Glossary", entry.title, entry.text, f"{at}#{entry.term.key}", tuple(entry.term.also))
    for home in pages.of(HomePage):
        yield Text("Page", home.title, home.lead, home.address)
    for course in pages.courses:
        yield Text("Course", course.title, get_text_for_indexing(course.summary), course.address)
    for course, module in pages.modules:
        text = get_text_for_indexing(module.summary)
        yield Text(f"Module {module.code}", module.title, text, f"{course.address}#{module.code.lower()}")
    for page in (*pages.of(ArticlePage), *pages.of(PrivacyPage)):
        yield Text("Page", page.title, _text_of(page), page.address)
    at = reverse("courses:bibliography")
    for work in bibliography(pages):
        yield Text("Source", work.title, work.text, f"{at}#{work.source.key}")


def _text_of(page: ArticlePage | PrivacyPage) -> str:
    body = page._meta.get_field("body").get_searchable_content(page.body)
    return " ".join([page.lead, *body])
