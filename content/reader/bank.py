"""The items of one folder: their files, their figures, and what bank.yaml says about all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from content.reader.drawings import problem_of_drawing
from content.reader.faults import FaultList
from content.reader.item_keys import HotspotKey
from content.reader.item_shapes import BankFile, Item
from content.rules.areas import inside_drawing

BANK_FILE = "bank.yaml"
FIGURES = "figures"

Where = Callable[[object], tuple[str, int]]


@dataclass(frozen=True)
class Bank:
    """The items of one folder. Those of a `published` bank can be read by anybody, for instance in the source code."""

    folder: Path
    items: tuple[Item, ...] = ()
    head: BankFile | None = None

    @property
    def published(self) -> bool:
        """Say whether the items are open to everybody; a folder without bank.yaml keeps its items to itself."""
        return self.head is not None and self.head.published

    def drawing_of(self, item: Item) -> bytes | None:
        """Return the bytes of an item's figure, or None when it has none."""
        return (self.folder / item.figure.file).read_bytes() if item.figure else None


def check_figures(bank: Bank, where: Where, faults: FaultList) -> None:
    """Every figure is there and sound, and areas and regions lie on their drawing."""
    for item in bank.items:
        if item.figure is not None and (problem := _problem_of_figure(bank.folder / item.figure.file, item)):
            faults.add(*where(item), problem)


def refuse_strangers(bank: Bank, name_of: Callable[[Path], str], faults: FaultList, *, complete: bool) -> None:
    """Files without a place are faults; so are unused figures, when all items could be read (`complete`)."""
    for path in _files(bank.folder):
        if not (path.is_file() and path.suffix == ".yaml") and path.name != FIGURES:
            faults.add(name_of(path), 1, "this file or folder has no place among the items")
    used = {item.figure.file for item in bank.items if item.figure}
    for path in _files(bank.folder / FIGURES) if complete else ():
        # Catalogues in YAML say how drawings are made; the library that draws reads them.
        if path.suffix != ".yaml" and f"{FIGURES}/{path.name}" not in used:
            faults.add(name_of(path), 1, "no item shows this figure")


def _files(folder: Path) -> Sequence[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _problem_of_figure(path: Path, item: Item) -> str | None:
    if not path.is_file():
        return f"{item.code}: the file `{path.name}` is missing in `{FIGURES}/`"
    if problem := problem_of_drawing(path):
        return f"{item.code}: {path.name}: {problem}"
    if not isinstance(item.key, HotspotKey):
        return None
    size = size_of_drawing(path.read_bytes())
    if size is None:
        return f'{item.code}: {path.name}: the viewBox must begin at 0 0, as in viewBox="0 0 500 400"'
    if not all(inside_drawing(area.area(), size) for area in item.key.areas):
        return f"{item.code}: an area lies outside the drawing, which is {size[0]:g} wide and {size[1]:g} high"
    if any(region.x > size[0] or region.y > size[1] for region in item.regions or ()):
        return f"{item.code}: a region lies outside the drawing, which is {size[0]:g} wide and {size[1]:g} high"
    return None


def size_of_drawing(data: bytes) -> tuple[float, float] | None:
    """Return width and height of a checked drawing's viewBox, or None when it does not begin at 0 0."""
    box = ElementTree.fromstring(data).get("viewBox", "")  # noqa: S314 - checked by `problem_of_drawing`
    try:
        left, top, width, height = (float(part) for part in box.replace(",", " ").split())
    except ValueError:
        return None
    return (width, height) if left == 0 and top == 0 and width > 0 and height > 0 else None
