"""Tables as the first sheet of an XLSX file. Every cell is text, so that nothing is a formula (S-28)."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from exams.errors import ExchangeError
from exams.interchange.archive import Archive
from exams.interchange.findings import Finding
from exams.interchange.tables.rows import COLUMN_LIMIT, MOST_ITEMS, columns_of, read_rows, row_of
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import parse

WORKBOOK = "xl/workbook.xml"
# What the library reads of a workbook for its cells; everything else stays packed.
NEEDED = re.compile(r"\[content_types\]\.xml|xl/(?:worksheets/)?[^/]+\.xml|xl/_rels/[^/]+\.rels", re.IGNORECASE)
MOST_XML = 40_000_000
LONGEST_CELL = 40_000


def write_xlsx(items: Sequence[ExchangeItem]) -> bytes:
    """Write items that have been through `shaped`. Raises `ExchangeError` for signs that a sheet cannot hold."""
    rows = [row_of(item) for item in items]
    columns = columns_of(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Items")
    try:
        for cells in [columns, *([row.get(column, "") for column in columns] for row in rows)]:
            sheet.append([text_cell(sheet, cell) for cell in cells])
    except IllegalCharacterError as error:
        raise ExchangeError("text_broken", "A text holds control characters, which a sheet cannot.") from error
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def text_cell(sheet: object, text: str) -> Any:
    """Return a cell that stays text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def read_xlsx(archive: Archive) -> list[Finding]:
    """Read the first sheet. Raises `ExchangeError`."""
    return read_rows(_first_sheet(_packed(archive)))


def _packed(archive: Archive) -> io.BytesIO:
    """Return the needed parts alone, each checked; pictures, macros and embedded files stay behind."""
    packed = io.BytesIO()
    size = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as checked:
        for name in filter(NEEDED.fullmatch, archive.names):
            content = archive.read(name) or b""
            size += len(content)
            if size > MOST_XML:
                raise ExchangeError(
                    "xml_too_large",
                    f"The workbook holds more than {MOST_XML // 1_000_000} MB. Save the sheet with the items alone.",
                )
            # Whatever the library would make of a document type: none comes so far.
            parse(content, name)
            checked.writestr(name, content)
    packed.seek(0)
    return packed


def _first_sheet(packed: io.BytesIO) -> list[list[str]]:
    try:
        book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=MOST_ITEMS + 2, max_col=COLUMN_LIMIT, values_only=True)
            return [[_as_text(value) for value in row] for row in rows]
        finally:
            book.close()
    except _BROKEN as error:
        raise ExchangeError("table_broken", f"The sheet cannot be read: {type(error).__name__}.") from error


# What the library raises for workbooks that are none: it has no error of its own for them. The archive was packed here,
# so that nothing of ZIP is among it. KeyError: a part or relation that is named and not there; IndexError: a style or
# shared text by a number that is none; TypeError and ValueError: attributes that it does not expect in an element, and
# numbers and places of cells that are none; OSError: no part is a workbook; SyntaxError: lxml refuses what expat let
# through, such as names of namespaces that are no addresses.
_BROKEN = (KeyError, IndexError, TypeError, ValueError, OSError, SyntaxError)
WHOLE = re.compile(r"-?[0-9]+\.0")


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    text = str(value)[:LONGEST_CELL]
    return text.removesuffix(".0") if isinstance(value, float) and WHOLE.fullmatch(text) else text
