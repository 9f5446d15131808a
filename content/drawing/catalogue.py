"""Catalogues say which figure is drawn by which maker from which arguments; drawings are compared with the files.

A catalogue is a YAML file in a `figures/` folder, such as items/figures/d5.yaml. Facts that were computed go to
`d5.facts.yaml` beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import StringConstraints, ValidationError, validate_call

from content.drawing.canvas import Drawing, DrawingError
from content.drawing.makers import MAKERS
from content.reader.checking import check_list
from content.reader.faults import FaultList
from content.reader.item_keys import NumericKey
from content.reader.item_shapes import Item, ItemCode
from content.reader.shapes import Shape, Title, refuse_repeats
from content.reader.yaml_lines import read_yaml

FACTS_ENDING = ".facts.yaml"
FACTS_NOTE = "# Written by manage.py draw_figures: what was computed while drawing. Do not edit.\n"


class Entry(Shape):
    """One figure: its file, its maker, and what the maker is told.

    `proves` names the fact that is the key of an item: that key must say the same.
    """

    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.svg$")]
    maker: Title
    title: Title
    arguments: dict[str, Any]
    proves: dict[ItemCode, Title] = {}


@dataclass(frozen=True)
class Outcome:
    """A file as it should be."""

    path: Path
    content: str

    @property
    def differs(self) -> bool:
        """Say whether the file on disk is another or missing."""
        return not self.path.is_file() or self.path.read_text(encoding="utf-8") != self.content


def catalogues_under(root: Path) -> list[Path]:
    """Return all catalogues under a material folder."""
    return sorted(path for path in root.glob("**/figures/*.yaml") if not path.name.endswith(FACTS_ENDING))


def read_catalogue(path: Path, faults: FaultList) -> list[tuple[Entry, int]]:
    """Return entries with their lines. Faults are noted under the whole path."""
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        faults.add(str(path), 1, "the file cannot be read as UTF-8 text")
        return []
    document = read_yaml(text, file=str(path), faults=faults)
    entries = check_list(Entry, document, file=str(path), faults=faults) if document else []
    try:
        refuse_repeats("file", (entry.file for entry, _ in entries))
    except ValueError as error:
        faults.add(str(path), 1, str(error))
    return entries


def draw(entry: Entry) -> Drawing:
    """Draw one figure. Raises `DrawingError` for an unknown maker, wrong arguments and what cannot be drawn well."""
    maker = MAKERS.get(entry.maker)
    if maker is None:
        raise DrawingError(f"there is no maker `{entry.maker}`; known are {', '.join(MAKERS)}")
    try:
        return validate_call(maker)(title=entry.title, **entry.arguments)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, detail["loc"]))
        raise DrawingError(f"{entry.maker}: `{place}`: {detail['msg']}") from error


def outcomes(path: Path, faults: FaultList) -> Iterator[Outcome]:
    """Yield the files that one catalogue stands for: its drawings, then its facts."""
    facts: dict[str, Any] = {}
    known = len(faults.found)
    for entry, line in read_catalogue(path, faults):
        try:
            drawing = draw(entry)
        except DrawingError as error:
            faults.add(str(path), line, f"{entry.file}: {error}")
            continue
        facts[entry.file] = drawing.facts
        yield Outcome(path.parent / entry.file, drawing.svg)
    if len(faults.found) == known:
        yield Outcome(path.with_name(path.stem + FACTS_ENDING), FACTS_NOTE + _written(facts))


def _written(facts: dict[str, Any]) -> str:
    return str(yaml.safe_dump(facts, sort_keys=True, allow_unicode=True, width=110, default_flow_style=None))


def compare(root: Path, faults: FaultList) -> list[Outcome]:
    """Return every file of every catalogue under a folder, and note drawings that two catalogues claim."""
    found = [outcome for path in catalogues_under(root) for outcome in outcomes(path, faults)]
    try:
        refuse_repeats("drawing", (str(outcome.path) for outcome in found))
    except ValueError as error:
        faults.add(str(root), 1, str(error))
    return found


def unproven_keys(root: Path, items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong with `proves` of sound catalogues: items whose key says something else than the drawing.

    The key of a numeric item must be the fact; the key option of a choice item must name it as a word.
    """
    known = {item.code: item for item in items}
    for path in catalogues_under(root):
        for entry, line in read_catalogue(path, FaultList()):
            facts = draw(entry).facts if entry.proves else {}
            for code, name in entry.proves.items():
                if problem := _problem_of_key(known.get(code), facts.get(name), name):
                    yield f"{path}:{line}: {code}: {problem}"


def _problem_of_key(item: Item | None, fact: Any, name: str) -> str | None:
    if item is None:
        return "there is no such item"
    if fact is None:
        return f"the drawing has no fact `{name}`"
    return None if _says(item, str(fact)) else f"the drawing gives {name} {fact}, the key says something else"


def _says(item: Item, fact: str) -> bool:
    if isinstance(item.key, NumericKey):
        return float(item.key.value) == float(fact)
    texts = {option.id: option.text for option in item.options or ()}
    words = [set(texts[id].replace(",", " ").rstrip(".").split()) for id in item.key if id in texts]
    return bool(words) and all(fact in said for said in words)
