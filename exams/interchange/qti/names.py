"""QTI 3.0 is the model of 2.x in kebab case with a prefix: `qti-simple-choice` is `simpleChoice`."""

import re

from exams.interchange.xml_tree import Element

HTML = {
    *(
        "p",
        "br",
        "em",
        "strong",
        "b",
        "i",
        "code",
        "pre",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "thead",
    ),
    *("tbody", "tr", "th", "td", "div", "span", "img", "object"),
}
PREFIX = "qti-"
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
KEPT = ("data-", "aria-", "xml")
ITEM = "assessmentItem"


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _kebab(name: str) -> str:
    return CAPITAL.sub("-", name).lower()


def with_old_names(root: Element) -> Element:
    """Return a tree of any version with the names of 2.x and without namespaces."""
    name = _camel(root.name.removeprefix(PREFIX)) if root.name.startswith(PREFIX) else root.name
    attributes = {key if key.startswith(KEPT) else _camel(key): value for key, value in root.attributes.items()}
    children = tuple(with_old_names(child) if isinstance(child, Element) else child for child in root.children)
    return Element(name, attributes, children)


def with_new_names(root: Element) -> Element:
    """Return a tree with the names of 3.0."""
    name = root.name if root.name in HTML else PREFIX + _kebab(root.name)
    attributes = {key if key.startswith(KEPT) else _kebab(key): value for key, value in root.attributes.items()}
    children = tuple(with_new_names(child) if isinstance(child, Element) else child for child in root.children)
    return Element(name, attributes, children)


def template_name(address: str) -> str:
    """Return the last part of a template's address, of which there are many spellings: "match_correct"."""
    last = address.rstrip("/").rpartition("/")[2].removesuffix(".xml").lower()
    return last.removeprefix("cc2_")
