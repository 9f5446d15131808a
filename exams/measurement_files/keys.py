"""The file of keys: `item,key`, and if wanted `options` and `scored`."""

from pathlib import Path

from exams.measurement_files.faults import FaultList
from exams.measurement_files.tables import CsvTable, open_table
from exams.rules.psychometrics.responses import ItemKey

BETWEEN_KEYS = "|"
YES = frozenset({"", "1", "yes", "y", "true"})
NO = frozenset({"0", "no", "n", "false"})


def read_keys(path: Path) -> dict[str, ItemKey]:
    """Read the keys by item, in the order of the file.

    `key` is an option, or several that are right with `|` between them; blank when responses are scores. `options`
    lists all options, as `ABCD` or `A|B|C|D`. `scored` is `no` for a pretest item. Raises `MeasurementFileError`.
    """
    keys: dict[str, ItemKey] = {}
    lines: dict[str, int] = {}
    with open_table(path, lower=True) as table:
        table.needs("item", "key")
        for line, cells in table.lines:
            item = cells[table.header.index("item")].strip()
            if not item:
                table.faults.add("The item has no name.", line=line, column="item")
            elif item in lines:
                table.faults.add(f"Item {item} stood on line {lines[item]} before.", line=line, column="item")
            else:
                lines[item] = line
                keys[item] = _key(table, item, cells, line)
        if not keys:
            table.faults.add("The file names no item.")
        table.faults.raise_if_any()
    return keys


def is_label(text: str) -> bool:
    """Whether this can be an option: one letter or one digit."""
    return len(text) == 1 and text.isascii() and text.isalnum()


def _key(table: CsvTable, item: str, cells: list[str], line: int) -> ItemKey:
    key = _labels(_cell(table, cells, "key"), "key", line, table.faults)
    options = _labels(_cell(table, cells, "options"), "options", line, table.faults)
    strangers = [label for label in key if options and label not in options]
    if strangers:
        table.faults.add(f"{', '.join(strangers)} is not among the options.", line=line, column="key")
    scored = _cell(table, cells, "scored").lower()
    if scored not in YES | NO:
        table.faults.add(f"{scored!r} is neither yes nor no.", line=line, column="scored")
    return ItemKey(item, key, options, scored not in NO)


def _cell(table: CsvTable, cells: list[str], column: str) -> str:
    return cells[table.header.index(column)].strip() if column in table.header else ""


def _labels(text: str, column: str, line: int, faults: FaultList) -> tuple[str, ...]:
    """Return the options of a cell; several keys need `|`, options may stand close together."""
    close = column == "options" and BETWEEN_KEYS not in text
    labels = [part.strip().upper() for part in (text if close else text.split(BETWEEN_KEYS)) if part.strip()]
    wrong = [label for label in labels if not is_label(label)]
    if wrong:
        words = f"{wrong[0]!r} is no option: one letter or digit, several with {BETWEEN_KEYS} between them."
        faults.add(words, line=line, column=column)
    return tuple(dict.fromkeys(labels))
