"""HTML of other systems into the Markdown of stems and the plain text of options.

Only what Markdown of the exam room can show is taken over; the rest is said. The result is shown by `to_html`, which
lets no HTML through, so nothing of a stranger's markup ever reaches a page.
"""

import re
from collections.abc import Iterable

from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.html import BLOCKS, html_nodes
from exams.interchange.xml_tree import Element
from exams.rules.wording import to_html

LONGEST_WRITTEN = 9000
MOST_BRACKETS = 300
PLAIN_BLOCKS = {"p", "div", "section", "article", "header", "footer", "figure", "figcaption", "address", "center"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
PLAIN_INLINE = {"span", "body", "html", "tbody", "font", "bdi", "wbr"}
STRONG, EMPHASIS, CODE = {"strong", "b"}, {"em", "i", "cite", "var", "dfn"}, {"code", "tt", "kbd", "samp"}
WITHOUT_TEXT = {"script", "style", "head", "title", "noscript", "template", "noembed", "noframes", "textarea", "xmp"}
UNSHOWABLE = {
    "img",
    "object",
    "video",
    "audio",
    "iframe",
    "embed",
    "svg",
    "math",
    "canvas",
    "applet",
    "input",
    "picture",
}
RAISED = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
LOWERED = dict(zip("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ", strict=True))
BLANKS = re.compile(r"[ \t\n\r\f]+")
INLINE_SIGNS = re.compile(r"([\\`*_\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w+;))")
LINE_SIGNS = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=~|:](?=[-=~|:\s]*$)|~{3,}|\|)")
LINE_NUMBER = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)")


def shown_text(nodes: Iterable[Element | str]) -> str:
    """Return the words that a reader sees, with single blanks."""
    return " ".join(_raw_text(nodes).split())


def _raw_text(nodes: Iterable[Element | str]) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif node.name in ("sup", "sub"):
            parts.append(_moved(node))
        elif node.name not in WITHOUT_TEXT:
            inside = _raw_text(node.children)
            is_block = node.name in BLOCKS or node.name in ("br", "li", "tr", "td", "th")
            parts.append(f" {inside} " if is_block else inside)
    return "".join(parts)


def _moved(node: Element) -> str:
    """Write raised and lowered signs as characters, for plain text has no other way: 10³, B₁."""
    text = _raw_text(node.children).strip()
    signs = RAISED if node.name == "sup" else LOWERED
    if not all(sign in signs for sign in text):
        where = "Raised" if node.name == "sup" else "Lowered"
        raise UnsupportedItemError("raised_text", f"{where} text “{text[:40]}” cannot be written. Word it differently.")
    return "".join(signs[sign] for sign in text)


def can_be_rendered(markdown: str) -> bool:
    """Whether Markdown of a stranger is short and plain enough to be rendered: brackets cost more than they weigh."""
    return len(markdown) <= LONGEST_WRITTEN and markdown.count("[") <= MOST_BRACKETS


def plain_text(nodes: Iterable[Element | str], changes: Changes, what: str) -> str:
    """Return markup as plain text, for options. Pictures in it are unsupported; lost markup is said."""
    nodes = tuple(nodes)
    lost = {
        element.name
        for node in nodes
        if isinstance(node, Element)
        for element in node.walk()
        if element.name not in PLAIN_BLOCKS | PLAIN_INLINE | {"br", "sup", "sub"}
    }
    _refuse_unshowable(lost, what)
    if lost:
        changes.add(
            "markup_dropped", f"{what}: kept as plain text, without {', '.join(f'<{n}>' for n in sorted(lost))}."
        )
    return shown_text(nodes)


def _refuse_unshowable(names: Iterable[str], what: str) -> None:
    if found := sorted(UNSHOWABLE & set(names)):
        raise UnsupportedItemError("media", f"{what}: <{found[0]}> cannot be held here.")


def to_markdown(nodes: Iterable[Element | str], changes: Changes, what: str) -> str:
    """Return markup as Markdown that shows the same words; markup that Markdown does not have is said.

    Where the result would show other words than the source (marks beside letters can do that), the words are kept and
    the markup is given up.
    """
    nodes = tuple(nodes)
    _refuse_unshowable((e.name for node in nodes if isinstance(node, Element) for e in node.walk()), what)
    wanted = shown_text(nodes)
    writer = _MarkdownWriter(changes, what)
    written = "\n\n".join(writer.blocks(nodes))
    if len(written) > LONGEST_WRITTEN:
        raise RefusedItemError("text_too_long", f"{what} is longer than {LONGEST_WRITTEN} characters.")
    if shown_text(html_nodes(to_html(written))) == wanted:
        return written
    changes.add("markup_dropped", f"{what}: its words are kept, its markup is not.")
    paragraphs = [_line_safe(_escaped(shown_text([node]))) for node in _paragraphs(nodes)]
    plain = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    if shown_text(html_nodes(to_html(plain))) != wanted:
        raise UnsupportedItemError("text_not_held", f"{what}: it cannot be written in Markdown.")
    return plain


def plain_to_markdown(text: str) -> str:
    """Write plain text as Markdown that shows it: blank lines part paragraphs, other line ends are kept."""
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    lines = [[_line_safe(_escaped(" ".join(line.split()))) for line in p.split("\n")] for p in paragraphs]
    return "\n\n".join("\\\n".join(line for line in paragraph if line) for paragraph in lines)


def _paragraphs(nodes: Iterable[Element | str]) -> list[Element]:
    """Cut nodes into runs that a reader sees apart."""
    runs: list[list[Element | str]] = [[]]
    for node in nodes:
        if isinstance(node, Element) and node.name in BLOCKS:
            inner = node.children if node.name in ("ul", "ol", "blockquote", "div", "table") else (node,)
            runs += [[part] for part in inner]
            runs.append([])
        else:
            runs[-1].append(node)
    return [Element("p", {}, tuple(run)) for run in runs if run]


def _escaped(text: str) -> str:
    return INLINE_SIGNS.sub(r"\\\1", text)


def _line_safe(line: str) -> str:
    """Keep a line from being read as a heading, a list, a quotation or a rule."""
    if LINE_SIGNS.match(line):
        return "\\" + line
    return LINE_NUMBER.sub(r"\1\\\2", line, count=1) if LINE_NUMBER.match(line) else line


class _MarkdownWriter:
    """Writes blocks; remembers which kinds of list stand beside each other."""

    def __init__(self, changes: Changes, what: str) -> None:
        self.changes, self.what = changes, what

    def drop(self, name: str) -> None:
        self.changes.add("markup_dropped", f"{self.what}: <{name}> is not kept, what stands in it is.")

    def blocks(self, nodes: Iterable[Element | str]) -> list[str]:
        """Return the Markdown of each block."""
        written: list[str] = []
        run: list[Element | str] = []
        lists = 0
        for node in nodes:
            if not isinstance(node, Element) or node.name not in BLOCKS:
                run.append(node)
                continue
            written += self.paragraph(run)
            run = []
            lists = lists + 1 if node.name in ("ul", "ol") else 0
            written += self.block(node, other_marks=lists % 2 == 0)
        return written + self.paragraph(run)

    def paragraph(self, nodes: Iterable[Element | str]) -> list[str]:
        text = self.inline(nodes)
        lines = [" ".join(re.split(r"[ \t\r\f]+", line.strip(" "))) for line in text.split("\n")]
        kept = [_line_safe(line) for line in lines if line]
        return ["\\\n".join(kept)] if kept else []

    def block(self, node: Element, *, other_marks: bool) -> list[str]:
        match node.name:
            case "ul" | "ol":
                return self.list_of(node, other_marks=other_marks)
            case "blockquote":
                inside = "\n\n".join(self.blocks(node.children))
                return ["\n".join(f"> {line}".rstrip() for line in inside.split("\n"))] if inside else []
            case "pre":
                return [self.preformatted(node)]
            case "table":
                return self.table(node)
            case "hr":
                self.drop("hr")
                return []
            case name if name in HEADINGS:
                self.drop(name)
                return [f"**{text}**" for text in self.paragraph(node.children)]
        if node.name not in PLAIN_BLOCKS:
            self.drop(node.name)
        return self.blocks(node.children)

    def list_of(self, node: Element, *, other_marks: bool) -> list[str]:
        entries = node.elements("li")
        is_loose = any(entry.first("p") for entry in entries)
        if node.get("start") not in ("", "1"):
            self.drop("ol start")
        written = []
        for number, entry in enumerate(entries, start=1):
            mark = f"{number}{')' if other_marks else '.'} " if node.name == "ol" else ("* " if other_marks else "- ")
            blocks = self.blocks(entry.children) or [""]
            text = ("\n\n" if is_loose else "\n").join(blocks)
            written.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        lines = ("\n\n" if is_loose else "\n").join(written)
        return ["\n".join(line.rstrip() if not line.strip() else line for line in lines.split("\n"))] if entries else []

    def preformatted(self, node: Element) -> str:
        text = node.text.strip("\n")
        fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
        return f"{fence}\n{text}\n{fence}"

    def table(self, node: Element) -> list[str]:
        rows = [
            [" ".join(self.inline(cell.children).split()).replace("|", "\\|") for cell in row.elements("td", "th")]
            for row in node.walk()
            if row.name == "tr"
        ]
        cells = [cell for cell in node.walk() if cell.name in ("td", "th")]
        if any(cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for cell in cells):
            self.drop("td colspan")
        if not rows or not rows[0]:
            return []
        width = max(len(row) for row in rows)
        lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
        return ["\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])]

    def inline(self, nodes: Iterable[Element | str]) -> str:
        return "".join(self.piece(node) for node in nodes)

    def piece(self, node: Element | str) -> str:
        if isinstance(node, str):
            return _escaped(BLANKS.sub(" ", node))
        name = node.name
        if name == "br":
            return "\n"
        if name in WITHOUT_TEXT:
            self.drop(name)
            return ""
        if name in ("sup", "sub"):
            return _moved(node)
        if name in CODE:
            return _code(node.text)
        inside = self.inline(node.children)
        if name in STRONG or name in EMPHASIS:
            return _marked(inside, "**" if name in STRONG else "*")
        if name not in PLAIN_INLINE:
            self.drop(name)
        return f" {inside} " if name in BLOCKS else inside


def _marked(inside: str, mark: str) -> str:
    text = inside.strip()
    if not text:
        return inside
    before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
    return f"{before}{mark}{text}{mark}{after}"


def _code(text: str) -> str:
    text = BLANKS.sub(" ", text)
    if not text.strip():
        return text
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    edge = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{edge}{text}{edge}{fence}"
