"""A lesson file: front matter, then Markdown with blocks of our own fenced in it."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from markdown_it.token import Token

from content.reader.checking import check
from content.reader.faults import FaultList
from content.reader.markdown import parse, problems_of
from content.reader.shapes import BLOCKS, LessonHead, Shape
from content.reader.yaml_lines import LONGEST_FILE, UNPRINTABLE, read_yaml

FRONT_MATTER = re.compile(r"---\n(?P<head>.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """A table: cells are inline Markdown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    """One part of a lesson. `kind` is `heading`, `text`, `table` or a key of `BLOCKS`; `line` is where it begins."""

    kind: str
    value: str | Table | Shape
    line: int


@dataclass(frozen=True)
class Lesson:
    """One lesson file. `file` is relative to the material folder, `slug` comes from its name."""

    head: LessonHead
    blocks: tuple[Block, ...]
    slug: str
    file: str


def read_lesson(text: str, *, file: str, faults: FaultList) -> Lesson | None:
    """Read a lesson, or note its faults and return None."""
    known = len(faults.found)
    text = text.replace("\r\n", "\n")
    match = FRONT_MATTER.match(text)
    if match is None:
        faults.add(file, 1, "the file must begin with front matter between two lines of three dashes")
        return None
    document = read_yaml(match["head"], file=file, faults=faults, first_line=2)
    head = check(LessonHead, document, file=file, faults=faults) if document else None
    blocks = _Body(text[match.end() :], file, text.count("\n", 0, match.end()) + 1, faults).read()
    if head is None or len(faults.found) > known:
        return None
    slug = PurePosixPath(file).stem.partition("-")[2]
    return Lesson(head, tuple(blocks), slug, file)


class _Body:
    """The Markdown of a lesson, cut into blocks."""

    def __init__(self, text: str, file: str, first_line: int, faults: FaultList) -> None:
        self.text, self.file, self.first_line, self.faults = text, file, first_line, faults
        self.lines = text.split("\n")
        self.blocks: list[Block] = []
        self.open_from: int | None = None

    def read(self) -> list[Block]:
        """Return the blocks in order."""
        if not self._is_usable():
            return []
        tokens, _ = parse(self.text)
        for index, token in enumerate(tokens):
            if token.type == "fence":
                self._fence(token)
            elif token.level == 0 and token.map is not None:
                self._top_level(tokens, index)
        self._close_text(len(self.lines))
        for line, problem in problems_of(self.text, inside_block=False):
            self._fault(line, problem)
        if not self.blocks:
            self._fault(0, "the lesson has no text")
        elif self.blocks[0].kind != "heading":
            self._fault(0, "the lesson must begin with a heading of level 2 (##)")
        return self.blocks

    def _is_usable(self) -> bool:
        if len(self.text) > LONGEST_FILE:
            self._fault(0, f"the file is longer than {LONGEST_FILE} characters")
            return False
        if match := UNPRINTABLE.search(self.text):
            self._fault(self.text.count("\n", 0, match.start()), "a character that cannot be printed")
            return False
        return True

    def _fault(self, line: int, message: str) -> None:
        self.faults.add(self.file, self.first_line + line, message)

    def _top_level(self, tokens: list[Token], index: int) -> None:
        token = tokens[index]
        start, end = token.map or (0, 0)
        if token.type == "heading_open" and token.tag != "h3":
            self._close_text(start)
            if token.tag == "h2":
                self.blocks.append(Block("heading", tokens[index + 1].content, self.first_line + start))
            else:
                self._fault(start, "headings are of level 2 (##) and 3 (###); the title stands in the front matter")
        elif token.type == "table_open":
            self._close_text(start)
            self._table(tokens, index)
        elif token.type == "code_block":
            self._fault(start, "this line is indented like code; remove the blanks before it")
        elif self.open_from is None and token.nesting >= 0 and end > start:
            self.open_from = start

    def _close_text(self, end: int) -> None:
        """End the run of ordinary Markdown before line `end`."""
        if self.open_from is None:
            return
        text = "\n".join(self.lines[self.open_from : end]).strip()
        if text:
            self.blocks.append(Block("text", text, self.first_line + self.open_from))
        self.open_from = None

    def _fence(self, token: Token) -> None:
        start = token.map[0] if token.map else 0
        kind = token.info.strip()
        if token.level:
            self._fault(start, "blocks stand by themselves, not inside lists or quotations")
            return
        self._close_text(start)
        if kind not in BLOCKS:
            self._fault(start, f"unknown block `{kind}`; known are {', '.join(BLOCKS)}")
            return
        line = self.first_line + start
        document = read_yaml(token.content, file=self.file, faults=self.faults, first_line=line + 1)
        value = check(BLOCKS[kind], document, file=self.file, faults=self.faults) if document else None
        if value is not None:
            self.blocks.append(Block(kind, value, line))

    def _table(self, tokens: list[Token], index: int) -> None:
        rows: list[list[str]] = []
        start = tokens[index].map or [0, 0]
        for token in tokens[index:]:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token.content)
            elif token.type == "table_close":
                break
        columns, *body = (tuple(row) for row in rows)
        if not all(columns):
            self._fault(start[0], "a column of the table has no heading; screen readers say it with every cell")
        self.blocks.append(Block("table", Table(columns, tuple(body)), self.first_line + start[0]))
