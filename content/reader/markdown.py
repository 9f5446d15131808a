"""Markdown of the course material: CommonMark with tables, without raw HTML and without images."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINK_BEGINNINGS = ("https://", "http://", "mailto:")

# Raw HTML is parsed in order to be found and refused; nothing that holds it is ever rendered.
_parser = MarkdownIt("commonmark", {"html": True}).enable("table")


def parse(text: str) -> tuple[list[Token], dict[str, object]]:
    """Return the tokens of a text, and the reference links that it defines."""
    environment: dict[str, object] = {}
    return _parser.parse(text, environment), environment


def to_html(text: str) -> str:
    """Render checked Markdown as HTML."""
    return str(_parser.render(text)).strip()


def inline_to_html(text: str) -> str:
    """Render one line of checked Markdown as HTML without a paragraph around it."""
    return str(_parser.renderInline(text)).strip()


def problems_of(text: str, *, inside_block: bool = True) -> Iterator[tuple[int, str]]:
    """Yield what may not stand in a text, as (line from 0, sentence).

    `inside_block` is for texts within a block, where headings, tables and code blocks have no place either.
    """
    tokens, environment = parse(text)
    if environment.get("references"):
        yield 0, "write links in place as [text](https://…), not as references"
    for token in tokens:
        line = token.map[0] if token.map else 0
        if problem := _problem_of_block(token, inside_block):
            yield line, problem
        for child in token.children or ():
            if problem := _problem_of_inline(child):
                yield line, problem


def _problem_of_block(token: Token, inside_block: bool) -> str | None:
    if token.type == "html_block":
        return "raw HTML is not allowed"
    if inside_block and token.type in {"heading_open", "table_open", "fence", "code_block", "hr"}:
        return "headings, tables, rules and code blocks have no place inside a block"
    return None


def _problem_of_inline(token: Token) -> str | None:
    if token.type == "html_inline":
        return "raw HTML is not allowed"
    if token.type == "image":
        return "images need a figure block, with alt text"
    if token.type == "text" and "](" in token.content:
        return "a link that is not understood; links begin with https://, http:// or mailto:"
    if token.type == "link_open" and not str(token.attrs.get("href", "")).startswith(LINK_BEGINNINGS):
        return "links begin with https://, http:// or mailto:"
    return None
