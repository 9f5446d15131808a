"""A CSV file as a header and lines: UTF-8 with or without a byte order mark, separated by comma, semicolon or tab."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from exams.measurement_files.faults import FaultList

SEPARATORS = (",", ";", "\t")


@dataclass
class CsvTable:
    """An open file. `header` holds the names of the columns, each once; iterate over `lines` one time."""

    header: list[str]
    lines: Iterator[tuple[int, list[str]]]
    faults: FaultList
    separator: str

    def number(self, cells: list[str], column: str, line: int) -> Decimal | None:
        """Return the number of a cell, None for a blank one, and note a fault for anything else.

        A comma is a decimal point where it does not separate columns.
        """
        text = cells[self.header.index(column)].strip()
        if not text:
            return None
        if self.separator != ",":
            text = text.replace(",", ".")
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.faults.add(f"{text!r} is no number.", line=line, column=column)
            return None
        return value

    def needs(self, *columns: str) -> None:
        """Refuse the file when one of these columns is not in the header."""
        missing = [column for column in columns if column not in self.header]
        if missing:
            raise self.faults.refuse(f"The header lacks {', '.join(missing)}; it has {', '.join(self.header)}.", line=1)


@contextmanager
def open_table(path: Path, *, lower: bool = False) -> Iterator[CsvTable]:
    """Open a CSV file and read its header; `lower` spells the names of columns in small letters.

    Raises `MeasurementFileError` for what is no such file, also while its lines are read.
    """
    faults = FaultList(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            separator = _separator(file.readline())
            file.seek(0)
            lines = csv.reader(file, delimiter=separator, strict=True)
            header = [name.strip().lower() if lower else name.strip() for name in next(lines, [])]
            _check_header(header, faults)
            yield CsvTable(header, _lines(lines, header, faults), faults, separator)
    except OSError as problem:
        raise faults.refuse(f"The file cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise faults.refuse("The file is not UTF-8 text. Save it as CSV in UTF-8.") from problem
    except csv.Error as problem:
        raise faults.refuse(f"No CSV: {problem}.", line=lines.line_num) from problem


def _separator(first: str) -> str:
    """Return the separator that ends the first name of the header, outside quotes."""
    quoted = False
    for sign in first:
        if sign == '"':
            quoted = not quoted
        elif sign in SEPARATORS and not quoted:
            return sign
    return ","


def _check_header(header: list[str], faults: FaultList) -> None:
    if not any(header):
        raise faults.refuse("The file is empty; its first line has to name the columns.", line=1)
    for place, name in enumerate(header, start=1):
        if not name:
            faults.add(f"Column {place} of the header has no name.", line=1)
        elif header.index(name) < place - 1:
            faults.add(
                f"The name stands twice, over columns {header.index(name) + 1} and {place}.", line=1, column=name
            )
    faults.raise_if_any()


def _lines(lines: Iterator[list[str]], header: list[str], faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells; lines without any text are passed over."""
    width = len(header)
    for cells in lines:
        if not any(map(str.strip, cells)):
            continue
        line: int = lines.line_num  # type: ignore[attr-defined]
        if len(cells) != width:
            faults.add(f"The line has {len(cells)} columns, the header has {width}.", line=line)
            continue
        yield line, cells
