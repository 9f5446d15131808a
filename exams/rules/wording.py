"""Markdown of stems and statements to the little HTML that candidates get."""

import nh3
from markdown_it import MarkdownIt

# No links, no images: nothing in the exam room leads out of it.
ALLOWED_TAGS = {
    "p", "br", "em", "strong", "code", "pre", "sub", "sup", "ul", "ol", "li", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(markdown: str) -> str:
    """Return sanitised HTML; raw HTML in the text stays visible as text."""
    return nh3.clean(_markdown.render(markdown), tags=ALLOWED_TAGS, attributes={}).strip()
