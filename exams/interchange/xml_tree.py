"""XML of strangers into a small tree, and back.

Document types are refused before anything of them is read, so that there are no entities, no outside files and no
defaults; depth, number and size of everything is limited while it is read (S-25). Expat does the parsing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from exams.errors import ExchangeError

MOST_BYTES = 32_000_000
MOST_ELEMENTS = 200_000
MOST_ATTRIBUTES = 100
MOST_ATTRIBUTES_TOGETHER = 500_000
LONGEST_ATTRIBUTE = 20_000
LONGEST_NAME = 200
DEEPEST = 60
# Between namespace and name as expat hands them over; no address holds it.
BETWEEN = "\n"
LINE_ENDS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its name without namespace, attributes by name, children and texts in order."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Element | str", ...] = ()
    namespace: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def elements(self, *names: str) -> list["Element"]:
        """Return the child elements, all or those with a name."""
        return [child for child in self.children if isinstance(child, Element) and (not names or child.name in names)]

    def first(self, name: str) -> "Element | None":
        """Return the first child element with a name."""
        return next(iter(self.elements(name)), None)

    def walk(self) -> Iterator["Element"]:
        """Return the element itself and all below it, in document order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.elements()))

    @property
    def text(self) -> str:
        """All text below, as it stands."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Builder:
    """Takes what expat reads, within the limits."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.count = 0
        self.attributes = 0
        self.open: list[tuple[str, str, dict[str, str], list[Element | str]]] = [("", "", {}, [])]

    def refuse(self, code: str, sentence: str) -> NoReturn:
        raise ExchangeError(code, f"{self.what}: {sentence}")

    def doctype(self, *_: Any) -> NoReturn:
        self.refuse("xml_doctype", "it has a document type (DOCTYPE). Take that out; nothing of it was read.")

    def start(self, written: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.attributes += len(attributes)
        if len(self.open) > DEEPEST:
            self.refuse("xml_too_deep", f"elements stand more than {DEEPEST} deep in each other.")
        if self.count > MOST_ELEMENTS:
            self.refuse("xml_too_large", f"there are more than {MOST_ELEMENTS} elements. Cut it into several files.")
        if self.attributes > MOST_ATTRIBUTES_TOGETHER:
            self.refuse("xml_too_large", f"there are more than {MOST_ATTRIBUTES_TOGETHER} attributes. Cut it up.")
        if len(attributes) > MOST_ATTRIBUTES or any(len(value) > LONGEST_ATTRIBUTE for value in attributes.values()):
            self.refuse("xml_attribute_too_long", "an element has too many or too long attributes.")
        namespace, _, name = written.rpartition(BETWEEN)
        if len(name) > LONGEST_NAME:
            self.refuse("xml_attribute_too_long", "an element has too long a name.")
        plain = {key.rpartition(BETWEEN)[2]: value for key, value in attributes.items()}
        self.open.append((namespace, name, plain, []))

    def end(self, _: str) -> None:
        namespace, name, attributes, children = self.open.pop()
        self.open[-1][3].append(Element(name, attributes, tuple(children), namespace))

    def text(self, text: str) -> None:
        self.open[-1][3].append(text)


def parse(data: bytes, what: str) -> Element:
    """Read a document; `what` names it in errors.

    Raises `ExchangeError`: `xml_doctype`, `xml_malformed`, `xml_too_deep`, `xml_too_large`, `xml_attribute_too_long`.
    """
    if len(data) > MOST_BYTES:
        raise ExchangeError("xml_too_large", f"{what} is larger than {MOST_BYTES // 1_000_000} MB.")
    parser = expat.ParserCreate(namespace_separator=BETWEEN)
    parser.buffer_text = True
    builder = _Builder(what)
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ExchangeError("xml_malformed", f"{what} is not well-formed XML: {error}.") from error
    return next(child for child in builder.open[0][3] if isinstance(child, Element))


def element(name: str, /, *children: Element | str, **attributes: str) -> Element:
    """Make an element; attributes that are no Python names go in by `Element` itself."""
    return Element(name, attributes, tuple(child for child in children if child != ""))


def serialise(root: Element) -> bytes:
    """Write a document in UTF-8. Namespaces are attributes (`xmlns`) here; nothing is added or indented."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _written(root).encode()


def _written(node: Element | str) -> str:
    if isinstance(node, str):
        return escape(node, {"\r": "&#13;"})
    attributes = "".join(f" {name}={quoteattr(value, LINE_ENDS)}" for name, value in node.attributes.items())
    inside = "".join(_written(child) for child in node.children)
    return f"<{node.name}{attributes}>{inside}</{node.name}>" if inside else f"<{node.name}{attributes}/>"
