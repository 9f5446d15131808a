"""Pictures of authors, read by their content and written anew, so that nothing but the picture is kept.

What cameras and programs write into files (place, time, names, thumbnails, colour profiles) does not survive: the
pixels are copied into an empty picture, and that is stored. Its pixels are the ones that keys are measured in.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from exams.errors import ItemError

MOST_BYTES = 5 * 1024 * 1024
MOST_SIDE = 8000  # pixels as uploaded
MOST_PIXELS = 16_000_000  # decoded that is 64 MB
LEAST_SIDE = 100
STORED_SIDE = 1600  # pixels of the longer side; more is made smaller, so that steps of arrow keys stay useful
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
WRITING: dict[str, dict[str, Any]] = {"PNG": {"optimize": True}, "JPEG": {"quality": 90}, "WEBP": {"quality": 90}}
ORIENTATION, UPRIGHT = 0x0112, 1  # a tag of Exif, and its value for a picture that is not turned
# What eight bits per colour look like in Pillow; deeper ones would be cut off without a word.
MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"}


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored: its bytes, what they are, and its size in pixels.

    `moved` says that its pixels stand elsewhere than in the file that came: it was made smaller, or turned.
    """

    content: bytes
    media_type: str
    width: int
    height: int
    moved: bool = False


def read_picture(raw: bytes) -> Picture:
    """Read what somebody uploaded, whatever its name says. Raises `ItemError` `picture_unusable` with what to do."""
    if not raw:
        raise _unusable("The file is empty.")
    if len(raw) > MOST_BYTES:
        raise _unusable(f"It is larger than {MOST_BYTES // 1024 // 1024} MB. Save it smaller.")
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc"):
        raise _unusable("It is an SVG drawing or a page, which can hold programs. Save it as PNG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(raw)
    except UnidentifiedImageError as error:
        raise _unusable("It is no PNG, JPEG or WebP picture.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _unusable("It is damaged. Save it anew.") from error


def _read(raw: bytes) -> Picture:
    with Image.open(io.BytesIO(raw), formats=list(MEDIA_TYPES)) as image:
        kind = str(image.format)
        if not _is_whole(raw, kind):
            raise _unusable("Its end is missing. Save it anew.")
        if max(image.size) > MOST_SIDE or image.width * image.height > MOST_PIXELS:
            raise _unusable(f"It has more than {MOST_SIDE} pixels on a side or 16 million in all. Save it smaller.")
        if getattr(image, "n_frames", 1) > 1:
            raise _unusable("It moves. Save one of its pictures.")
        if image.mode not in MODES:
            raise _unusable("It has more than 8 bits per colour. Save it with 8 bits.")
        came = image.size
        moved = image.getexif().get(ORIENTATION, UPRIGHT) != UPRIGHT
        image.draft("RGB", (STORED_SIDE, STORED_SIDE))  # JPEG alone can be opened smaller
        plain = _plain(image, kind)
    if min(plain.size) < LEAST_SIDE:
        raise _unusable(f"It has fewer than {LEAST_SIDE} pixels on a side. Nobody can see enough in it.")
    written = io.BytesIO()
    plain.save(written, kind, **WRITING[kind])
    return Picture(written.getvalue(), MEDIA_TYPES[kind], plain.width, plain.height, moved or plain.size != came)


def _is_whole(raw: bytes, kind: str) -> bool:
    """Look for the end that each format marks: WeasyPrint tells Pillow, for the whole process, to do without."""
    if kind == "PNG":
        return b"IEND" in raw
    if kind == "JPEG":
        return raw.rfind(b"\xff\xd9") > raw.rfind(b"\xff\xda")
    return int.from_bytes(raw[4:8], "little") + 8 <= len(raw)


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """Return the pixels alone, the right way up, at most `STORED_SIDE` long."""
    turned = ImageOps.exif_transpose(image)
    is_clear = kind != "JPEG" and ("A" in turned.mode or "transparency" in turned.info)
    colours = turned.convert("RGBA" if is_clear else "RGB")
    colours.thumbnail((STORED_SIDE, STORED_SIDE), Image.Resampling.LANCZOS)
    plain = Image.new(colours.mode, colours.size)
    plain.paste(colours)
    return plain


def _unusable(reason: str) -> ItemError:
    return ItemError("picture_unusable", f"This picture cannot be used. {reason}")
