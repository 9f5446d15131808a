"""Drawings in packages: SVG that holds no code and reaches nothing outside itself."""

from content.reader.bank import size_of_drawing
from content.reader.drawings import problem_of_svg
from exams.errors import ExchangeError
from exams.interchange.findings import RefusedItemError, UnsupportedItemError
from exams.interchange.tree import Picture
from exams.interchange.xml_tree import parse

LARGEST = 2_000_000
LONGEST_ALT = 2000


def picture_of(name: str, data: bytes | None, alt: str, caption: str = "") -> Picture:
    """Check a file of a package as the picture of an item. Raises `UnsupportedItemError` and `RefusedItemError`."""
    if data is None:
        raise RefusedItemError("picture_missing", f"The picture {name[:100]} is not in the file. Add it.")
    if b"<svg" not in data[:4096] or data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")):
        raise UnsupportedItemError("picture_kind", f"The picture {name[:100]} is not SVG, and only drawings come in.")
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
    if not alt.strip():
        raise RefusedItemError(
            "picture_without_words", f"The picture {name[:100]} has no alternative text. Describe it."
        )
    if len(alt) > LONGEST_ALT:
        raise RefusedItemError("text_too_long", f"The words for {name[:100]} are longer than {LONGEST_ALT} characters.")
    return Picture(data, " ".join(alt.split()), " ".join(caption.split()))


def size_of(picture: Picture) -> tuple[float, float] | None:
    """Return width and height of the drawing's viewBox, None when it does not begin at 0 0."""
    return size_of_drawing(picture.svg)
