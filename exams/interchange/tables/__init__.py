"""Tables: one row for each item, as CSV or as a sheet of XLSX."""

from exams.interchange.tables.csv_files import read_csv, write_csv
from exams.interchange.tables.shape import shaped
from exams.interchange.tables.sheets import read_xlsx, write_xlsx

__all__ = ["read_csv", "read_xlsx", "shaped", "write_csv", "write_xlsx"]
