"""Small pictures as authors upload them, made by Pillow."""

import io
from typing import Any

from PIL import Image, ImageDraw


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any) -> bytes:
    """Return a grey picture with a dark disc in its middle; `options` go to the writer."""
    image = Image.new(mode, size, 200 if mode in ("L", "I;16") else None)
    if mode in ("RGB", "RGBA"):
        image.paste((200, 205, 210), (0, 0, *size))
        across, down = size[0] // 2, size[1] // 2
        ImageDraw.Draw(image).ellipse((across - 20, down - 20, across + 20, down + 20), fill=(40, 60, 90))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    """Read a picture, all of it."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
