"""Mock-ups of papers and records: order sheet, session note, screening form, device log. No real person, ever."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import Canvas, Drawing, DrawingError
from content.drawing.lettering import SMALL, wrap

EDGE, INNER = 8.0, 22.0
RIGHT = 432.0
LINE = 22.0
EXAMPLE = "Example, no real person"


class Row(BaseModel):
    """A label and what is written beside it; an empty text stays an empty field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    text: str = ""


class Question(BaseModel):
    """One line of a form with the box that is ticked, and a remark in handwriting's place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    answer: Literal["yes", "no", ""] = ""
    remark: str = ""


def sheet_of_rows(canvas: Canvas, top: float, heading: str, rows: tuple[Row, ...], *, label_width: float) -> float:
    """Draw a framed sheet of labels and texts; return its lower edge."""
    y = top + 30
    canvas.text((INNER, y), heading, "b")
    y += 14
    canvas.line("mut thin", (EDGE, y), (RIGHT, y))
    for row in rows:
        labels = wrap(row.label, label_width - 10, size=SMALL)
        texts = wrap(row.text, RIGHT - 12 - INNER - label_width)
        y += LINE + 6
        for index, words in enumerate(labels):
            canvas.text((INNER, y + index * LINE), words, "s m")
        for index, words in enumerate(texts):
            canvas.text((INNER + label_width, y + index * LINE), words)
        if not texts:
            canvas.line("mut hair", (INNER + label_width, y + 3), (RIGHT - 14, y + 3))
        y += (max(len(labels), len(texts), 1) - 1) * LINE
    y += 16
    canvas.rect("mut thin", (EDGE, top), RIGHT - EDGE, y - top, rx=4)
    return y


def _sheet(title: str, heading: str, rows: tuple[Row, ...], label_width: float) -> Drawing:
    if not rows:
        raise DrawingError("a sheet needs rows")
    canvas = Canvas(title)
    bottom = sheet_of_rows(canvas, 8, heading, rows, label_width=label_width)
    canvas.text((RIGHT, bottom + 22), EXAMPLE, "s m", anchor="end")
    return canvas.finish(bottom + 34, {"empty": [row.label for row in rows if not row.text]})


def order_sheet(*, title: str, rows: tuple[Row, ...], heading: str = "Treatment order") -> Drawing:
    """Draw a physician's order. Facts: labels of the empty fields."""
    return _sheet(title, heading, rows, 150)


def session_note(*, title: str, rows: tuple[Row, ...], heading: str = "Session note") -> Drawing:
    """Draw a session note. Facts: labels of the empty fields."""
    return _sheet(title, heading, rows, 132)


def screening_form(
    *, title: str, questions: tuple[Question, ...], heading: str = "Before today’s session", numbered: bool = True
) -> Drawing:
    """Draw a filled form with a box for no and one for yes. Facts: numbers of the yes answers and of the open lines."""
    canvas = Canvas(title)
    no, yes = 368.0, 408.0
    y = 40.0
    canvas.text((INNER, y), heading, "b")
    canvas.text((no, y), "No", "s m", anchor="middle")
    canvas.text((yes, y), "Yes", "s m", anchor="middle")
    y += 14
    for number, question in enumerate(questions, start=1):
        canvas.line("mut hair", (INNER, y), (RIGHT - 14, y))
        words = f"{number}. {question.text}" if numbered else question.text
        lines = wrap(words, no - 24 - INNER)
        for index, line in enumerate(lines):
            canvas.text((INNER, y + 24 + index * LINE), line)
        for centre, answer in ((no, "no"), (yes, "yes")):
            _box(canvas, centre, y + 18, ticked=question.answer == answer)
        y += 34 + (len(lines) - 1) * LINE
        for line in wrap(question.remark, RIGHT - 30 - INNER):
            canvas.text((INNER + 14, y + 14), line, "tb")
            y += LINE
        y += 4 if question.remark else 0
    canvas.rect("mut thin", (EDGE, 8), RIGHT - EDGE, y, rx=4)
    canvas.text((RIGHT, y + 30), EXAMPLE, "s m", anchor="end")
    facts = {
        "yes": [number for number, question in enumerate(questions, start=1) if question.answer == "yes"],
        "open": [number for number, question in enumerate(questions, start=1) if not question.answer],
    }
    return canvas.finish(y + 42, facts)


def _box(canvas: Canvas, centre: float, middle: float, *, ticked: bool) -> None:
    canvas.rect("mut thin", (centre - 10, middle - 10), 20, 20, rx=3)
    if ticked:
        for way in (1, -1):
            canvas.line("ink", (centre - 6, middle - 6 * way), (centre + 6, middle + 6 * way))


def device_log(
    *,
    title: str,
    columns: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    widths: Annotated[tuple[float, ...], Field(min_length=1)],
    heading: str = "Device log",
) -> Drawing:
    """Draw a table; `widths` are shares of the columns. Facts: the numbers of rows that hold an empty cell."""
    if len(widths) != len(columns) or any(len(row) != len(columns) for row in rows):
        raise DrawingError("every row needs one cell per column, and every column a width")
    canvas = Canvas(title)
    room = RIGHT - 2 * EDGE
    lefts = [EDGE + 10 + room * sum(widths[:index]) / sum(widths) for index in range(len(widths))]
    rooms = [room * width / sum(widths) - 12 for width in widths]
    canvas.text((INNER - 4, 38), heading, "b")
    y = 50.0
    for number, cells in enumerate((columns, *rows)):
        canvas.line("mut thin" if number < 2 else "mut hair", (EDGE, y), (RIGHT, y))
        style = "s m" if number == 0 else "s"
        wrapped = [wrap(cell, width, size=SMALL) for cell, width in zip(cells, rooms, strict=True)]
        for left, lines in zip(lefts, wrapped, strict=True):
            for index, words in enumerate(lines):
                canvas.text((left, y + 21 + index * 20), words, style)
        y += 12 + 20 * max(len(lines) for lines in (*wrapped, [""]))
    canvas.rect("mut thin", (EDGE, 8), RIGHT - EDGE, y - 8, rx=4)
    canvas.text((RIGHT, y + 22), EXAMPLE, "s m", anchor="end")
    empty = [number for number, row in enumerate(rows, start=1) if not all(row)]
    return canvas.finish(y + 34, {"rows_with_gaps": empty})
