"""The file of ratings: one row per subject, one column per rater (`docs/measurement-ratings-and-equating.md`)."""

from pathlib import Path

from exams.measurement_files.faults import FaultList
from exams.measurement_files.tables import CsvTable, open_table
from exams.rules.psychometrics.rater_agreement import HIGHEST, Ratings, is_too_large, number_of


def read_ratings(path: Path, offered: tuple[str, ...] = ()) -> Ratings:
    """Read `subject,R1,R2,…`; a blank cell is a missing rating. `offered` are the categories of the scale, if known.

    Numbers are one category however they are written: 2, 2.0 and 02. Raises `MeasurementFileError`.
    """
    categories = _offered(path, offered)
    rows: list[tuple[str | None, ...]] = []
    seen: dict[str, int] = {}
    with open_table(path) as table:
        raters = table.header[1:]
        if not raters:
            table.faults.add("There is no column of a rater after the column that names the subject.", line=1)
        for line, cells in table.lines:
            subject = cells[0].strip()
            if not subject:
                table.faults.add("The subject has no name or number.", line=line, column=table.header[0])
            elif seen.setdefault(subject, line) != line:
                words = f"Subject {subject} stood on line {seen[subject]} before; put all ratings into one row."
                table.faults.add(words, line=line, column=table.header[0])
            values = tuple(_rating(table, rater, cell, line) for rater, cell in zip(raters, cells[1:], strict=True))
            for rater, value in zip(raters, values, strict=True):
                if categories and value is not None and value not in categories:
                    words = f"{value[:20]!r} is none of the categories {', '.join(categories)}."
                    table.faults.add(words, line=line, column=rater)
            rows.append(values)
        table.faults.raise_if_any()
    return Ratings(tuple(raters), tuple(rows), categories)


def _offered(path: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the categories of a scale, each once."""
    for name in names:
        if is_too_large(name):
            raise FaultList(path).refuse(f"Of the categories offered, {_too_large(name)}")
    return tuple(dict.fromkeys(_category(name) for name in names))


def _rating(table: CsvTable, rater: str, cell: str, line: int) -> str | None:
    """Return the category in a cell; note a fault for a number beyond all scales.

    A comma is a decimal point where it does not separate columns.
    """
    text = cell.strip()
    written = text.replace(",", ".") if table.separator != "," else text
    if is_too_large(written):
        table.faults.add(_too_large(text), line=line, column=rater)
        return None
    return (text if number_of(written) is None else _category(written)) if text else None


def _too_large(text: str) -> str:
    return f"{text[:20]} is no rating: numbers go to {HIGHEST:,.0f} at most."


def _category(text: str) -> str:
    """Return the one spelling of a category: 2, 2.0 and 02 are the same."""
    number = number_of(text.strip())
    return text.strip() if number is None else f"{number:.12g}"
