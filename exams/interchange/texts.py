"""Texts in the forms of other systems, and the blanks that do not survive."""

import re
from dataclasses import replace

from exams.interchange.findings import Changes, RefusedItemError
from exams.interchange.html import html_nodes
from exams.interchange.markup import can_be_rendered, plain_text, plain_to_markdown, to_markdown
from exams.interchange.tree import ExchangeItem, Option, Prompt
from exams.interchange.xml_tree import Element
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring.texts import STAR
from exams.rules.wording import to_html

TAG = re.compile(r"</?[A-Za-z][^<>]*>")
LINKED = re.compile(r"\]\([^()\[\]]*\)")


def one_line(text: str) -> str:
    """Return a text with single blanks."""
    return " ".join(text.split())


def collapsed(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return an item whose texts have no blanks that a format would lose; that is said where there were some."""
    options = tuple(Option(o.id, one_line(o.text), one_line(o.reason)) for o in item.options)
    prompts = tuple(Prompt(p.id, one_line(p.text)) for p in item.prompts)
    key = item.key
    if item.kind is ItemKind.SHORT_TEXT:
        key = {"texts": [one_line(text) for text in key["texts"]]}
    elif item.kind is ItemKind.ESSAY:
        rows = [{**row, "text": one_line(row["text"])} for row in key["criteria"]]
        key = {"guidance": _trimmed(key["guidance"]), "criteria": rows}
    picture = item.picture
    if picture is not None:
        picture = replace(picture, alt=one_line(picture.alt), caption=one_line(picture.caption))
    stem, rationale = _trimmed(item.stem), _trimmed(item.rationale)
    shaped = replace(item, stem=stem, rationale=rationale, options=options, prompts=prompts, key=key, picture=picture)
    if shaped != item:
        changes.add("blanks", "Blanks at the ends of texts, and line ends and double blanks in options, are not kept.")
    return shaped


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def markdown_from(text: str, form: str, changes: Changes, what: str) -> str:
    """Return a text as Markdown; `form` is html, markdown, plain or moodle (text in which HTML is possible)."""
    if form == "markdown":
        if TAG.search(to_markup_free(text)):
            changes.add("markup_visible", f"{what}: HTML in Markdown is shown as it is written. Look at it.")
        if LINKED.search(text):
            changes.add("links_dropped", f"{what}: links and pictures in Markdown are not shown.")
        return _trimmed(text)
    if form == "plain" or (form == "moodle" and not TAG.search(text)):
        return plain_to_markdown(text)
    if form == "moodle":
        return to_markdown(html_nodes(text.strip().replace("\n\n", "<p>").replace("\n", "<br>")), changes, what)
    return to_markdown(html_nodes(text), changes, what)


def to_markup_free(text: str) -> str:
    """Return Markdown without what stands as code, where tags are meant to be seen."""
    return re.sub(r"`[^`]*`|\\<", "", text)


def line_from(text: str, form: str, changes: Changes, what: str) -> str:
    """Return a text as one plain line, for options."""
    if form == "plain" or (form == "moodle" and not TAG.search(text) and "&" not in text):
        return one_line(text)
    if form != "markdown":
        return plain_text(html_nodes(text), changes, what)
    if not can_be_rendered(text):
        raise RefusedItemError("text_too_long", f"{what} is too long, or has too many brackets.")
    return plain_text(html_nodes(to_html(text)), changes, what)


def without_image(nodes: tuple[Element | str, ...]) -> tuple[tuple[Element | str, ...], list[Element]]:
    """Take the pictures out of markup, with the paragraphs that hold nothing else."""
    images: list[Element] = []

    def kept(node: Element | str) -> list[Element | str]:
        if isinstance(node, str):
            return [node]
        if node.name == "img":
            images.append(node)
            return []
        children = tuple(new for child in node.children for new in kept(child))
        emptied = bool(node.children) and not any(isinstance(c, Element) or c.strip() for c in children)
        return [] if emptied else [Element(node.name, node.attributes, children)]

    return tuple(new for node in nodes for new in kept(node)), images


def star_texts(item: ExchangeItem) -> list[str]:
    r"""Write accepted texts for systems in which * is a wildcard and \* a star."""
    if item.scoring is ScoringRule.WILDCARD:
        return list(item.key["texts"])
    return [text.replace("*", "\\*") for text in item.key["texts"]]


def from_star_texts(item: ExchangeItem, texts: list[str], rule: str) -> ExchangeItem:
    """Return the item with accepted texts; stars make it a pattern. `rule` is what a tag says, "" for none."""
    if any(STAR.search(text) for text in texts) or rule == ScoringRule.WILDCARD:
        return replace(item, key={"texts": texts}, scoring=ScoringRule.WILDCARD)
    plain = [text.replace("\\*", "*") for text in texts]
    return replace(item, key={"texts": plain}, scoring=ScoringRule.NORMALISED_EQUAL)
