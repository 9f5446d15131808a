"""The files of equating: scores of people on a form, or difficulties of its items."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exams.measurement_files.tables import CsvTable, open_table
from exams.rules.psychometrics.equating.scores import FormScores

# Beyond any exam; a guard against a table that would fill the memory.
MOST_POINTS = 10_000
# Beyond any item in logits.
MOST_LOGITS = 50


@dataclass(frozen=True)
class Difficulties:
    """Rasch difficulties in logits by item, and the content areas where the file has them."""

    items: Mapping[str, float]
    areas: Mapping[str, str]


def holds_difficulties(path: Path) -> bool:
    """Say whether a file has the column `b` of difficulties rather than the column `score`."""
    with open_table(path, lower=True) as table:
        return "b" in table.header and "score" not in table.header


def read_form_scores(path: Path, highest: int | None = None) -> FormScores:
    """Read `score` and, where people took common items, `anchor`: a row per person; other columns are passed over.

    `highest` are the points of the form, by default the highest score in the file. Raises `MeasurementFileError`.
    """
    totals: list[int] = []
    anchors: list[float] = []
    with open_table(path, lower=True) as table:
        table.needs("score")
        anchored = "anchor" in table.header
        most = MOST_POINTS if highest is None else highest
        for line, cells in table.lines:
            totals.append(int(_between(table, cells, "score", line, 0, most, whole=True)))
            if anchored:
                anchors.append(_between(table, cells, "anchor", line, 0, MOST_POINTS))
        table.faults.raise_if_any()
    return FormScores(
        tuple(totals),
        max(totals, default=0) if highest is None else highest,
        tuple(anchors) if anchored else None,
    )


def read_difficulties(path: Path) -> Difficulties:
    """Read `item,b`, and `area` where content areas must keep an anchor. Raises `MeasurementFileError`."""
    items: dict[str, float] = {}
    areas: dict[str, str] = {}
    with open_table(path, lower=True) as table:
        table.needs("item", "b")
        for line, cells in table.lines:
            item = cells[table.header.index("item")].strip()
            if not item:
                table.faults.add("The item has no name.", line=line, column="item")
            elif item in items:
                table.faults.add(f"Item {item} has a row before; leave one of them out.", line=line, column="item")
            items[item] = _between(table, cells, "b", line, -MOST_LOGITS, MOST_LOGITS)
            area = cells[table.header.index("area")].strip() if "area" in table.header else ""
            if area:
                areas[item] = area
        table.faults.raise_if_any()
    return Difficulties(items, areas)


def read_anchor_items(path: Path) -> frozenset[str]:
    """Read `item`, one row for each common item that may link the forms. Raises `MeasurementFileError`."""
    items: set[str] = set()
    with open_table(path, lower=True) as table:
        table.needs("item")
        for line, cells in table.lines:
            item = cells[table.header.index("item")].strip()
            if not item:
                table.faults.add("The item has no name.", line=line, column="item")
            items.add(item)
        table.faults.raise_if_any()
    return frozenset(items)


def _between(
    table: CsvTable, cells: list[str], column: str, line: int, least: int, most: int, *, whole: bool = False
) -> float:
    """Return a number of a cell; note a fault for a blank one and one out of range."""
    faults = len(table.faults.found)
    value = table.number(cells, column, line)
    if value is None:
        if len(table.faults.found) == faults:
            table.faults.add("The cell is blank; take the row out or fill it in.", line=line, column=column)
        return 0.0
    if not least <= value <= most:
        table.faults.add(f"{value} does not lie between {least} and {most}.", line=line, column=column)
        return 0.0
    if whole and value != value.to_integral_value():
        table.faults.add(f"{value} is no whole number of points.", line=line, column=column)
        return 0.0
    return float(value)
