"""Pictures of authors: told by their content, written anew without what cameras add, refused with what to do."""

import io

import pytest
from PIL import Image, PngImagePlugin

from exams.errors import ItemError
from exams.imaging import MOST_BYTES, STORED_SIDE, read_picture
from tests.factories.pictures import opened, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><script>alert(1)</script></svg>'
SECRET = "SECRET-OF-THE-CAMERA"


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_stays_what_it_is(kind: str, media_type: str) -> None:
    kept = read_picture(picture(kind))
    assert (kept.media_type, kept.width, kept.height) == (media_type, 400, 300)
    image = opened(kept.content)
    assert (image.format, image.size) == (kind, (400, 300))
    assert all(abs(one - other) < 8 for one, other in zip(image.getpixel((200, 150)), (40, 60, 90), strict=True))


def with_secrets(kind: str) -> bytes:
    """A picture with all that programs write into files, as far as the kind holds it."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    options = {"exif": exif, "icc_profile": SECRET.encode(), "xmp": SECRET.encode(), "dpi": (72, 72)}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", SECRET)
        options = {"exif": exif, "icc_profile": SECRET.encode(), "pnginfo": notes}
    if kind == "JPEG":
        options["comment"] = SECRET.encode()
    return picture(kind, **options)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_cameras_write_into_files_is_taken_out(kind: str) -> None:
    raw = with_secrets(kind)
    info = opened(raw).info
    assert info["exif"]
    assert info["icc_profile"]
    kept = read_picture(raw)
    assert SECRET.encode() not in kept.content
    assert not set(opened(kept.content).info) & {"exif", "icc_profile", "xmp", "comment", "Author", "dpi"}
    assert not opened(kept.content).getexif()


def test_bytes_behind_the_picture_do_not_come_along() -> None:
    assert b"<script" not in read_picture(picture("PNG") + SVG).content


def test_a_picture_taken_on_its_side_is_stored_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    kept = read_picture(picture("JPEG", (400, 300), exif=exif))
    assert (kept.width, kept.height) == (300, 400)


def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    kept = read_picture(picture("PNG", (2000, 200)))
    assert (kept.width, kept.height) == (STORED_SIDE, 160)


def test_what_is_clear_stays_clear_and_the_same_picture_gives_the_same_bytes() -> None:
    raw = picture("PNG", mode="RGBA")
    assert opened(read_picture(raw).content).mode == "RGBA"
    assert read_picture(raw) == read_picture(raw)


def moving() -> bytes:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:])
    return written.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (SVG, "SVG"),
        (b'<?xml version="1.0"?>' + SVG, "SVG"),
        (b"\xef\xbb\xbf  <SVG></SVG>", "SVG"),
        (b"<!DOCTYPE html><p>", "SVG"),
        (b"%PDF-1.7 and more", "no PNG, JPEG or WebP"),
        (picture("GIF"), "no PNG, JPEG or WebP"),
        (picture("BMP"), "no PNG, JPEG or WebP"),
        (picture("PNG")[:500], "end is missing"),
        (picture("JPEG")[:700], "end is missing"),
        (picture("WEBP")[:300], "damaged"),
        (picture("PNG")[:40] + b"IEND", "damaged"),
        (moving(), "moves"),
        (picture("PNG", mode="I;16"), "8 bits"),
        (picture("PNG", (99, 300)), "fewer than 100"),
        (picture("PNG", (8001, 100)), "more than 8000"),
        (picture("PNG", (4001, 4000), mode="1"), "16 million"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * MOST_BYTES, "larger than 5 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_with_what_to_do(raw: bytes, words: str) -> None:
    with pytest.raises(ItemError) as caught:
        read_picture(raw)
    assert caught.value.code == "picture_unusable"
    assert words in caught.value.sentence
