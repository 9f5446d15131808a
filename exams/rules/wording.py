"""Markdown of stems and statements to the little HTML that candidates get."""

from collections.abc import Mapping, Sequence

import nh3
from markdown_it import MarkdownIt

# No links, no images: nothing in the exam room leads out of it.
ALLOWED_TAGS = {
    "p", "br", "em", "strong", "b", "i", "code", "pre", "sub", "sup", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(markdown: str) -> str:
    """Return sanitised HTML; raw HTML in the text stays visible as text."""
    return within_the_room(_markdown.render(markdown))


def within_the_room(html: str) -> str:
    """Return HTML with nothing left in it that leads out of the exam room, or that the room does not show."""
    return nh3.clean(html, tags=ALLOWED_TAGS, attributes={}).strip()


def lead_and_rest(html: str) -> tuple[str, str]:
    """Cut HTML into the words of its first paragraph and what follows: a heading cannot hold paragraphs.

    "<p>A coil.</p><p>What now?</p>" becomes "A coil." and "<p>What now?</p>"; text without a paragraph has no lead.
    """
    if not html.startswith("<p>"):
        return "", html
    lead, _, rest = html.removeprefix("<p>").partition("</p>")
    return lead, rest.strip()


def count_words(stem: str, *choices: Sequence[Mapping[str, str]]) -> int:
    """Count the words that a candidate reads: those of the stem, and of options and prompts by their `text`."""
    return len(stem.split()) + sum(len(choice["text"].split()) for group in choices for choice in group)
