"""The file of responses: one row per person, one column per item, read into a table of small numbers.

100,000 rows of 120 items are held in 12 MB: each cell becomes one byte by a look-up in a dictionary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from exams.measurement_files.faults import FaultList
from exams.measurement_files.keys import is_label
from exams.measurement_files.tables import CsvTable, open_table
from exams.rules.psychometrics.responses import FIRST_OPTION, NOT_REACHED, OMITTED, Codes, ItemKey, Responses

NOT_REACHED_MARK = "NR"
SCORES = frozenset("01")


class _UnknownAnswer(Exception):
    """A cell that is neither an option nor a mark."""


class _CodeBook(dict[str, int]):
    """From the text of a cell to its code; new spellings and options are learned as they come."""

    def __init__(self) -> None:
        super().__init__({"": OMITTED, NOT_REACHED_MARK: NOT_REACHED})
        self.labels: list[str] = []

    def __missing__(self, text: str) -> int:
        plain = text.strip().upper()
        if plain != text:
            self[text] = self[plain]
        elif is_label(text):
            self[text] = FIRST_OPTION + len(self.labels)
            self.labels.append(text)
        else:
            raise _UnknownAnswer(text)
        return self[text]


@dataclass
class _Rows:
    """What has been read: codes row by row, and the line each row stood on."""

    codes: bytearray
    lines: list[int]
    labels: list[str]


def read_responses(path: Path, keys: Mapping[str, ItemKey], *, trailing_blanks_not_reached: bool = False) -> Responses:
    """Read responses to the items of `keys`.

    The first column names the person. Cells hold one letter or digit, or are blank for an omitted item; `NR` marks an
    item that was not reached, and so do blanks after a person's last answer if asked for. The file holds scores when
    there is nothing but 0 and 1 in it and no key is 0. Raises `MeasurementFileError`.
    """
    with open_table(path) as table:
        items = _items(table, keys)
        rows = _read_rows(table, items)
        faults = table.faults
        faults.raise_if_any()
    choices = np.asfortranarray(np.frombuffer(rows.codes, dtype=np.uint8).reshape(len(rows.lines), len(items)))
    if trailing_blanks_not_reached:
        choices = _without_trailing_blanks(choices)
    chosen = [keys[item] for item in items]
    dichotomous = _are_scores(rows.labels, chosen)
    if dichotomous:
        labels: tuple[str, ...] = ("0", "1")
        choices = _recode(choices, rows.labels, labels)
        chosen = [replace(key, keys=("1",), options=()) for key in chosen]
    else:
        labels = tuple(sorted({*rows.labels, *(label for key in chosen for label in key.keys)}))
        choices = _recode(choices, rows.labels, labels)
        _check_options(choices, labels, chosen, rows.lines, faults)
    faults.raise_if_any()
    return Responses(tuple(chosen), labels, choices, dichotomous)


def read_persons(path: Path) -> list[str]:
    """Return the persons of a file that `read_responses` accepts, in the order of its rows."""
    with open_table(path) as table:
        return [cells[0].strip() for _, cells in table.lines]


def _items(table: CsvTable, keys: Mapping[str, ItemKey]) -> list[str]:
    """Return the items of the header, all of which need a key, and the other way round."""
    if table.header[0] in keys:
        raise table.faults.refuse("The first column has to name the person, not an item.", line=1)
    items = table.header[1:]
    for item in items:
        if item not in keys:
            table.faults.add("There is no key for this item.", line=1, column=item)
    for item in keys:
        if item not in items:
            table.faults.add(f"The file of keys has item {item}, which has no column here.", line=1)
    table.faults.raise_if_any()
    return items


def _read_rows(table: CsvTable, items: list[str]) -> _Rows:
    book, codes, lines = _CodeBook(), bytearray(), list[int]()
    seen: dict[str, int] = {}
    width = len(items)
    for line, cells in table.lines:
        person = cells[0].strip()
        if not person:
            table.faults.add("The person has no name or number.", line=line, column=table.header[0])
        elif seen.setdefault(person, line) != line:
            words = f"Person {person} stood on line {seen[person]} before."
            table.faults.add(words, line=line, column=table.header[0])
        try:
            codes.extend(map(book.__getitem__, cells[1:]))
        except _UnknownAnswer:
            del codes[len(lines) * width :]
            codes.extend(_name_unknown(table.faults, book, items, cells[1:], line))
        lines.append(line)
    return _Rows(codes, lines, book.labels)


def _name_unknown(faults: FaultList, book: _CodeBook, items: list[str], cells: list[str], line: int) -> list[int]:
    codes = []
    for item, cell in zip(items, cells, strict=True):
        try:
            codes.append(book[cell])
        except _UnknownAnswer:
            words = f"{cell[:20]!r} is no answer: one letter or digit, blank for omitted, {NOT_REACHED_MARK}"
            faults.add(f"{words} for not reached.", line=line, column=item)
            codes.append(OMITTED)
    return codes


def _without_trailing_blanks(choices: Codes) -> Codes:
    changed = choices.copy(order="F")
    nothing_after = np.ones(changed.shape[0], dtype=np.bool_)
    for column in range(changed.shape[1] - 1, -1, -1):
        nothing_after &= changed[:, column] <= NOT_REACHED
        changed[nothing_after, column] = NOT_REACHED
    return changed


def _are_scores(labels: list[str], keys: list[ItemKey]) -> bool:
    """Whether 0 and 1 mean wrong and right.

    Keys that are digits other than 1 may be options of people who all chose 1; a 0 among the answers tells them apart.
    """
    if not set(labels) <= SCORES or any("0" in key.keys for key in keys):
        return False
    other_digits = any(label.isdigit() and label != "1" for key in keys for label in key.keys)
    return "0" in labels or not other_digits


def _recode(choices: Codes, old: list[str], new: tuple[str, ...]) -> Codes:
    """Return the table with codes in the order of `new`, which holds every label of `old`."""
    turned = [OMITTED, NOT_REACHED, *(FIRST_OPTION + new.index(label) for label in old)]
    return np.asfortranarray(np.array(turned, dtype=np.uint8)[choices])


def _check_options(
    choices: Codes, labels: tuple[str, ...], keys: list[ItemKey], lines: list[int], faults: FaultList
) -> None:
    """Note answers that are no option of their item, the first of each kind."""
    for column, key in enumerate(keys):
        if not key.keys:
            faults.add("The item has no key, and the answers are no scores.", column=key.item)
            continue
        for code in np.flatnonzero(np.bincount(choices[:, column], minlength=FIRST_OPTION)[FIRST_OPTION:]):
            label = labels[code]
            if not _fits(label, key):
                row = int(np.argmax(choices[:, column] == FIRST_OPTION + code))
                words = f"{label} is no option of this item, whose {_known(key)}."
                faults.add(words, line=lines[row], column=key.item)


def _fits(label: str, key: ItemKey) -> bool:
    if key.options:
        return label in key.options
    return any(label.isdigit() == right.isdigit() for right in key.keys)


def _known(key: ItemKey) -> str:
    return f"options are {', '.join(key.options)}" if key.options else f"key is {', '.join(key.keys)}"
