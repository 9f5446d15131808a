"""Areas of QTI: shape and coordinates in pixels, as one text."""

from decimal import Decimal
from typing import Any

from exams.interchange.findings import RefusedItemError, UnsupportedItemError
from exams.interchange.numbers import number_text

MOST_NUMBERS = 200


def area_from(shape: str, coords: str, score: str) -> dict[str, Any]:
    """Read one area as a key holds it. Raises `RefusedItemError` and `UnsupportedItemError`."""
    if "%" in coords:
        raise UnsupportedItemError("area_percent", "An area is given in percent. Give it in pixels.")
    parts = coords.split(",")
    if len(parts) > MOST_NUMBERS:
        raise RefusedItemError("area_unusable", f"An area has more than {MOST_NUMBERS} numbers.")
    numbers = [number_text(part, "An area") for part in parts]
    match shape, len(numbers):
        case "circle", 3:
            return {"shape": "circle", "x": numbers[0], "y": numbers[1], "radius": numbers[2], "score": score}
        case "rect", 4:
            left, top, right, bottom = (Decimal(number) for number in numbers)
            if right <= left or bottom <= top:
                raise RefusedItemError("area_unusable", "A rectangle has no width or no height.")
            size = {"width": _shortest(right - left), "height": _shortest(bottom - top)}
            return {"shape": "rect", "x": numbers[0], "y": numbers[1], **size, "score": score}
        case "poly", count if count >= 6 and count % 2 == 0:
            pairs = [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
            closed = pairs[:-1] if pairs[0] == pairs[-1] and len(pairs) > 3 else pairs
            return {"shape": "polygon", "points": closed, "score": score}
        case (("default" | "ellipse"), _):
            raise UnsupportedItemError("area_shape", f"Areas of the shape “{shape}” are not known here.")
    raise RefusedItemError("area_unusable", f"An area of the shape “{shape[:20]}” has {len(numbers)} numbers.")


def _shortest(number: Decimal) -> str:
    return format(number.normalize(), "f")
