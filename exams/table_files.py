"""Tables as files for spreadsheets: numbers stay numbers, and any text is text and never a formula (S-28)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from exams.interchange.tables.csv_files import MARK, guarded

Row = Sequence[Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def csv_of(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV in UTF-8, with the mark that spreadsheets need."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return MARK + written.getvalue().encode()


def xlsx_of(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """Return tables as the sheets of one file, by their titles."""
    book = Workbook(write_only=True)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
