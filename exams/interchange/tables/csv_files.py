"""Tables as CSV, in UTF-8. Cells that a spreadsheet would take for a formula are written as text (S-28)."""

import csv
import io
from collections.abc import Sequence

from exams.errors import ExchangeError
from exams.interchange.findings import Finding
from exams.interchange.tables.rows import COLUMN_LIMIT, MOST_ITEMS, columns_of, read_rows, row_of
from exams.interchange.tree import ExchangeItem

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE = "'"
LONGEST_CELL = 40_000


def write_csv(items: Sequence[ExchangeItem]) -> bytes:
    """Write items that have been through `shaped`."""
    rows = [row_of(item) for item in items]
    columns = columns_of(rows)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(row.get(column, "")) for column in columns] for row in rows)
    # Spreadsheets take a file without the mark for another encoding.
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    needs_guard = cell.startswith(FORMULA) or (cell.startswith(QUOTE) and cell[1:].startswith((*FORMULA, QUOTE)))
    return QUOTE + cell if needs_guard else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(QUOTE) and cell[1:].startswith((*FORMULA, QUOTE)) else cell


def read_csv(text: str) -> list[Finding]:
    """Read a table with commas or semicolons. Raises `ExchangeError`."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    previous = csv.field_size_limit(LONGEST_CELL)
    try:
        table: list[list[str]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(table) > MOST_ITEMS + 1:
                break
            table.append([_unguarded(cell) for cell in row[:COLUMN_LIMIT]])
    except csv.Error as error:
        raise ExchangeError("table_broken", f"The table cannot be read: {error}.") from error
    finally:
        csv.field_size_limit(previous)
    return read_rows(table)
