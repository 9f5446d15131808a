"""Tables as files: what a spreadsheet makes of them."""

import csv
import io
from decimal import Decimal

from openpyxl import load_workbook

from exams.table_files import csv_response, xlsx_response

ROWS = [("name", "points"), ("=HYPERLINK(1)", 0.1), ("'plain", None), ("@sum", Decimal("2.50"))]


def test_texts_are_no_formulas_numbers_are_whole_and_what_is_missing_is_empty():
    answer = csv_response("a-table", ROWS)
    assert answer["Content-Disposition"] == 'attachment; filename="a-table.csv"'
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert read == [["name", "points"], ["'=HYPERLINK(1)", "0.1"], ["'plain", ""], ["'@sum", "2.50"]]
    sheet = load_workbook(io.BytesIO(xlsx_response("a-table", {"One": ROWS}).content))["One"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["B2"].value) == ("=HYPERLINK(1)", "s", 0.1)
    assert sheet["B3"].value is None
