"""Pictures in packages: SVG that holds no code and reaches nothing outside itself, and PNG, JPEG, WebP of a sane size.

Photographs are looked at by their head only. Whoever takes them into the bank writes them anew (`exams.imaging`).
"""

import io

from PIL import Image

from content.reader.bank import size_of_drawing
from content.reader.drawings import problem_of_svg
from exams.errors import ExchangeError
from exams.interchange.findings import RefusedItemError, UnsupportedItemError
from exams.interchange.tree import Picture
from exams.interchange.xml_tree import parse

LARGEST = 2_000_000
LARGEST_PHOTOGRAPH = 5 * 1024 * 1024
MOST_SIDE = 8000
MOST_PIXELS = 16_000_000
LONGEST_ALT = 2000
TOO_MANY_PIXELS = f"has more than {MOST_SIDE} pixels on a side or 16 million in all. Save it smaller."
FORMATS = ("PNG", "JPEG", "WEBP")


def picture_of(name: str, data: bytes | None, alt: str, caption: str = "") -> Picture:
    """Check a file of a package as the picture of an item. Raises `UnsupportedItemError` and `RefusedItemError`."""
    if data is None:
        raise RefusedItemError("picture_missing", f"The picture {name[:100]} is not in the file. Add it.")
    picture = Picture(data, " ".join(alt.split()), " ".join(caption.split()))
    if picture.is_photograph:
        photograph_size(picture, name)
    else:
        _check_drawing(name, data)
    if not picture.alt:
        raise RefusedItemError(
            "picture_without_words", f"The picture {name[:100]} has no alternative text. Describe it."
        )
    if len(alt) > LONGEST_ALT:
        raise RefusedItemError("text_too_long", f"The words for {name[:100]} are longer than {LONGEST_ALT} characters.")
    return picture


def _check_drawing(name: str, data: bytes) -> None:
    if b"<svg" not in data[:4096] or data.startswith((b"GIF8", b"RIFF", b"BM")):
        raise UnsupportedItemError(
            "picture_kind", f"The picture {name[:100]} is neither SVG nor PNG, JPEG or WebP. Save it as one of these."
        )
    if len(data) > LARGEST:
        raise RefusedItemError("picture_unsafe", f"The picture {name[:100]} is larger than 2 MB.")
    try:
        data.decode("utf-8")
        parse(data, name[:100])
    except UnicodeDecodeError as error:
        raise RefusedItemError("picture_unsafe", f"The picture {name[:100]} is not UTF-8.") from error
    except ExchangeError as error:
        raise RefusedItemError("picture_unsafe", error.sentence) from error
    if problem := problem_of_svg(data):
        raise RefusedItemError("picture_unsafe", f"The picture {name[:100]}: {problem}.")


def photograph_size(picture: Picture, name: str = "") -> tuple[int, int]:
    """Return width and height in pixels as the head of a photograph gives them. Raises `RefusedItemError`."""
    what = f"The picture {name[:100]}" if name else "Its picture"
    if len(picture.content) > LARGEST_PHOTOGRAPH:
        raise RefusedItemError("picture_unsafe", f"{what} is larger than 5 MB. Save it smaller.")
    try:
        with Image.open(io.BytesIO(picture.content), formats=FORMATS) as image:
            width, height = image.size
    # The warning is an error where warnings are.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedItemError("picture_unsafe", f"{what} {TOO_MANY_PIXELS}") from error
    # Pillow raises a SyntaxError for a broken head.
    except (OSError, SyntaxError, ValueError) as error:
        raise RefusedItemError("picture_broken", f"{what} is damaged. Save it anew.") from error
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise RefusedItemError("picture_unsafe", f"{what} {TOO_MANY_PIXELS}")
    return width, height


def size_of(picture: Picture) -> tuple[float, float] | None:
    """Return the size in pixels, of a drawing that of its viewBox: None when that does not begin at 0 0."""
    return photograph_size(picture) if picture.is_photograph else size_of_drawing(picture.content)
