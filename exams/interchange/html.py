"""HTML as people and editors write it, into elements: end tags may lack, and may be too many.

The time that this takes grows with the length of the text and no faster, whatever stands in it; what cannot be a tag
is text.
"""

import re
from html import unescape

from exams.interchange.findings import RefusedItemError
from exams.interchange.xml_tree import DEEPEST, Element

LONGEST_HTML = 20_000
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {
    *("p", "div", "section", "article", "header", "footer", "figure", "figcaption", "address", "center"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table", "dl", "dt", "dd", "hr"),
}
CLOSES_ITSELF = {"li", "tr", "td", "th", "option"}
# Their content is no markup: it ends where the element ends.
RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
TAG = re.compile(r"<(/?)([A-Za-z][^\s/><\"'=]*)")
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?")
SKIPPED = re.compile(r"[\s/=\"']+")
# No character has so high a number, and Python would not read it.
ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")


def html_nodes(html: str) -> tuple[Element | str, ...]:
    """Read a piece of HTML. Raises `RefusedItemError` when it is too long or nested too deep."""
    if len(html) > LONGEST_HTML:
        raise RefusedItemError("text_too_long", f"A text has more than {LONGEST_HTML} characters.")
    scanner = _Scanner(ENDLESS_NUMBER.sub("\ufffd", html))
    scanner.scan()
    return scanner.finish()


class _Scanner:
    """Goes through a text once, from left to right."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.place = 0
        self.open: list[tuple[str, dict[str, str], list[Element | str]]] = [("", {}, [])]

    def scan(self) -> None:
        while self.place < len(self.html):
            start = self.html.find("<", self.place)
            self.text(self.place, start if start >= 0 else len(self.html))
            if start >= 0:
                self.place = self.after_mark(start)

    def text(self, start: int, end: int) -> None:
        if end > start:
            self.open[-1][2].append(unescape(self.html[start:end]))
        self.place = end

    def after_mark(self, start: int) -> int:
        """Read what begins with `<`, and return the place behind it."""
        if self.html.startswith("<!--", start):
            end = self.html.find("-->", start + 4)
            return end + 3 if end >= 0 else len(self.html)
        if self.html.startswith(("<!", "<?"), start):
            end = self.html.find(">", start)
            return end + 1 if end >= 0 else len(self.html)
        tag = TAG.match(self.html, start)
        if tag is None:
            self.open[-1][2].append("<")
            return start + 1
        attributes, end = self.attributes(tag.end())
        if end < 0:
            return self.no_tag(start)
        name = tag[2].lower()
        if tag[1]:
            self.end(name)
            return end
        self.start(name, attributes)
        return self.after_raw(name, end) if name in RAW else end

    def attributes(self, place: int) -> tuple[dict[str, str], int]:
        """Read attributes up to the `>`, and return them with the place behind it; -1 when there is none."""
        found: dict[str, str] = {}
        while place < len(self.html) and self.html[place] != "<":
            if self.html[place] == ">":
                return found, place + 1
            match = ATTRIBUTE.match(self.html, place)
            if match:
                found.setdefault(match[1].lower(), unescape(_unquoted(match[2] or "")))
            else:
                match = SKIPPED.match(self.html, place)
            place = match.end() if match else place + 1
        return found, -1

    def no_tag(self, start: int) -> int:
        """Take as text what began like a tag and did not end like one, up to the next `<`."""
        end = self.html.find("<", start + 1)
        end = end if end >= 0 else len(self.html)
        self.text(start, end)
        return end

    def after_raw(self, name: str, start: int) -> int:
        """Take the content of an element that holds no markup, and close it."""
        end = re.compile(f"</{re.escape(name)}", re.IGNORECASE).search(self.html, start)
        place = end.start() if end else len(self.html)
        self.open[-1][2].append(self.html[start:place])
        return place

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element; a new block ends an open paragraph, a new list entry the one before it."""
        inside = self.open[-1][0]
        if (name in BLOCKS and inside == "p") or (name in CLOSES_ITSELF and inside == name):
            self.close()
        if len(self.open) > DEEPEST:
            raise RefusedItemError("html_too_deep", f"HTML stands more than {DEEPEST} deep in each other.")
        self.open.append((name, attributes, []))
        if name in VOID:
            self.close()

    def end(self, name: str) -> None:
        """Close the element and what is still open in it; an end without beginning is left out."""
        if name in (opened for opened, _, _ in self.open[1:]):
            while self.open[-1][0] != name:
                self.close()
            self.close()

    def close(self) -> None:
        name, attributes, children = self.open.pop()
        self.open[-1][2].append(Element(name, attributes, tuple(children)))

    def finish(self) -> tuple[Element | str, ...]:
        """Close what is open, and return everything."""
        while len(self.open) > 1:
            self.close()
        return tuple(self.open[0][2])


def _unquoted(value: str) -> str:
    return value[1:-1] if value.startswith(('"', "'")) else value
