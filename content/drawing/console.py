"""The screen of a console that belongs to no maker, alone or above the order that it should carry out."""

from pydantic import BaseModel, ConfigDict

from content.drawing.canvas import Canvas, Drawing, DrawingError
from content.drawing.lettering import SMALL, width_of, wrap
from content.drawing.papers import EDGE, EXAMPLE, RIGHT, Row, sheet_of_rows


class Setting(BaseModel):
    """One field of the screen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    value: str
    unit: str = ""

    @property
    def words(self) -> str:
        """Value and unit as one text."""
        return f"{self.value} {self.unit}".strip()


def console(
    *,
    title: str,
    settings: tuple[Setting, ...],
    status: str = "Ready",
    order: tuple[Row, ...] = (),
    heading: str = "Treatment",
    order_heading: str = "Order",
) -> Drawing:
    """Draw a screen with two fields in a row, and the order sheet beneath it when `order` is given.

    Facts: labels that stand on both, and those of them whose words differ between screen and order.
    """
    if not settings:
        raise DrawingError("a console needs settings")
    canvas = Canvas(title)
    y = _screen(canvas, settings, heading, status)
    if order:
        y = sheet_of_rows(canvas, y + 18, order_heading, order, label_width=150)
    canvas.text((RIGHT, y + 22), EXAMPLE if order else "Mock-up of a console", "s m", anchor="end")
    shown = {setting.label: setting.words for setting in settings}
    ordered = {row.label: row.text for row in order}
    both = [label for label in shown if label in ordered]
    facts = {"compared": both, "different": [label for label in both if shown[label] != ordered[label]]}
    return canvas.finish(y + 34, facts)


def _screen(canvas: Canvas, settings: tuple[Setting, ...], heading: str, status: str) -> float:
    """Draw the screen; return its lower edge."""
    y = 54.0
    canvas.text((EDGE + 18, 38), heading, "b")
    canvas.circle("db", (RIGHT - 24, 32), 6)
    canvas.text((RIGHT - 38, 38), status, "tb", anchor="end")
    width = (RIGHT - EDGE - 36) / 2
    for index in range(0, len(settings), 2):
        pair = settings[index : index + 2]
        labels = [wrap(setting.label, width - 24, size=SMALL) for setting in pair]
        rows = max(map(len, labels))
        height = 40.0 + 20 * rows
        for column, (setting, lines) in enumerate(zip(pair, labels, strict=True)):
            left = EDGE + 12 + column * (width + 12)
            canvas.rect("dm soft", (left, y), width, height, rx=3)
            for row, words in enumerate(lines):
                canvas.text((left + 12, y + 22 + 20 * row), words, "s m")
            _value(canvas, setting, (left + 12, y + height - 13), width - 24)
        y += height + 10
    y += 4
    canvas.rect("ink", (EDGE, 8), RIGHT - EDGE, y - 8, rx=8)
    return y


def _value(canvas: Canvas, setting: Setting, at: tuple[float, float], room: float) -> None:
    value = width_of(setting.value, bold=True)
    if value + 8 + width_of(setting.unit) > room:
        raise DrawingError(f"the value of {setting.label} is too long for its field: {setting.words}")
    canvas.text(at, setting.value, "b")
    if setting.unit:
        canvas.text((at[0] + value + 8, at[1]), setting.unit)
