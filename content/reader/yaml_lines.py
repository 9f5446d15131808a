"""YAML with line numbers, and without its traps.

Only plain values are understood: text, whole numbers, decimals, true/false, nothing, dates. Anchors, aliases, tags and
repeated keys are faults, so a file means what it shows and cannot grow when it is read.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from content.reader.faults import FaultList

DEEPEST = 24
LONGEST_FILE = 500_000
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
DECIMAL = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}\Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

# The parser in C takes a tenth of the time; PyYAML can be built without it.
QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A value read from YAML, and the line on which each part of it begins."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    first_line: int = 1

    def line_of(self, location: Path) -> int:
        """Return the line of the deepest known part along `location`; parts that the file lacks are skipped."""
        path: Path = ()
        for part in location:
            if (*path, part) in self.lines:
                path = (*path, part)
        return self.lines.get(path, self.first_line)


def read_yaml(text: str, *, file: str, faults: FaultList, first_line: int = 1) -> Document | None:
    """Read one YAML document that begins on `first_line` of `file`. Faults are noted; None when nothing can be used."""
    known = len(faults.found)
    try:
        if len(text) > LONGEST_FILE:
            faults.add(file, first_line, f"the file is longer than {LONGEST_FILE} characters")
            return None
        node = _compose(text, file, faults, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(file, first_line + (mark.line if mark else 0), f"not readable as YAML: {error.problem}")
        return None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        faults.add(file, line, "not readable as YAML: it holds a character that cannot be printed")
        return None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets `chr` and `int` complain about impossible escapes and endless version numbers.
        faults.add(file, first_line, "not readable as YAML")
        return None
    if len(faults.found) > known:
        return None
    if node is None:
        faults.add(file, first_line, "nothing stands here")
        return None
    reader = _NodeReader(file=file, faults=faults, first_line=first_line)
    value = reader.read(node, ())
    return Document(value, reader.lines, first_line) if len(faults.found) == known else None


def _compose(text: str, file: str, faults: FaultList, first_line: int) -> yaml.Node | None:
    """Return the root of the document; None when it is empty, or when its structure is a fault, which is noted."""
    try:
        return _compose_with(QUICK, text, file, faults, first_line)
    except (yaml.YAMLError, ValueError, OverflowError):
        # What is wrong, and where, PyYAML's own parser tells better.
        return _compose_with(yaml.SafeLoader, text, file, faults, first_line)


def _compose_with(loader: Any, text: str, file: str, faults: FaultList, first_line: int) -> yaml.Node | None:
    if not _has_plain_structure(text, loader, file, faults, first_line):
        return None
    root: yaml.Node | None = yaml.compose(text, Loader=loader)
    return root


def _has_plain_structure(text: str, loader: Any, file: str, faults: FaultList, first_line: int) -> bool:
    """Look at the events before anything is built: depth, anchors, tags, one document only."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=loader):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        problem = ""
        if documents > 1:
            problem = "a second document begins here (a line of three dashes)"
        elif depth > DEEPEST:
            problem = f"nested deeper than {DEEPEST} levels"
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors and aliases (& and *) are not used here; quote the text if it begins with one"
        elif getattr(event, "tag", None):
            problem = "tags (!) are not used here; quote the text if it begins with one"
        if problem:
            faults.add(file, line, problem)
            return False
    return True


@dataclass
class _NodeReader:
    """Turns nodes into plain values and remembers where each began."""

    file: str
    faults: FaultList
    first_line: int
    lines: dict[Path, int] = field(default_factory=dict)

    def read(self, node: yaml.Node, path: Path, line: int | None = None) -> Any:
        """Return the value of one node."""
        self.lines[path] = line or self.first_line + node.start_mark.line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self.faults.add(self.file, line, "a key must be plain text")
                continue
            if key in found:
                self.faults.add(self.file, line, f"the key `{key}` stands here twice")
            found[key] = self.read(value_node, (*path, key), line)
        return found

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text = str(node.value)
        if UNPRINTABLE.search(text):
            self.faults.add(self.file, self.lines[path], "the text holds a character that cannot be printed")
            return ""
        if getattr(node, "style", None):  # unquoted text has None, or "" from the parser in C
            return text
        kind = node.tag.rpartition(":")[2]
        if kind == "int" and WHOLE_NUMBER.match(text):
            return int(text)
        if kind == "float" and DECIMAL.match(text):
            return float(text)
        if kind == "bool" and text in {"true", "false"}:
            return text == "true"
        if kind == "null":
            return None
        if kind == "timestamp" and DAY.match(text):
            return self._day(text, path)
        return text

    def _day(self, text: str, path: Path) -> date | str:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.faults.add(self.file, self.lines[path], f"{text} is not a day of the calendar")
            return text
