"""Tables as files for spreadsheets: numbers stay numbers, and any text is text and never a formula (S-28)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook

from exams.interchange.tables.csv_files import MARK, guarded
from exams.interchange.tables.sheets import text_cell

Row = Sequence[Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def csv_of(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV in UTF-8, with the mark that spreadsheets need. What is None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return MARK + written.getvalue().encode()


def csv_response(name: str, rows: Iterable[Row]) -> HttpResponse:
    """Hand out rows as a CSV file of this name, without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(csv_of(rows), content_type=CSV, headers=headers)


def xlsx_response(name: str, sheets: Mapping[str, Iterable[Row]]) -> HttpResponse:
    """Hand out tables as an XLSX file of this name, without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(xlsx_of(sheets), content_type=XLSX, headers=headers)


def xlsx_of(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """Return tables as the sheets of one file, by their titles."""
    book = Workbook(write_only=True)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        for row in table:
            sheet.append([text_cell(sheet, value) if isinstance(value, str) else value for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
