"""Badges inside pictures, read by other programs' readers, and pictures that somebody else made."""

import io
import zlib
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from certificates.rules.badges.baking import (
    BakingError,
    BakingFault,
    badge_in_png,
    badge_in_svg,
    bake_png,
    bake_svg,
)

BADGE = '{"name":"Zoë ]]> <svg> & \\u0000"}'.encode()
SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"


def png(**texts: str) -> bytes:
    """A picture by Pillow, with the texts of these keywords in `iTXt` chunks."""
    info = PngImagePlugin.PngInfo()
    for keyword, text in texts.items():
        info.add_itxt(keyword, text)
    output = io.BytesIO()
    Image.new("RGB", (3, 2), "#b4652a").save(output, "PNG", pnginfo=info)
    return output.getvalue()


def svg(inside: str, head: str = "") -> bytes:
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{NAMESPACE}">{inside}</svg>'.encode()


def test_another_reader_finds_the_badge_in_a_png_and_the_picture_as_it_was() -> None:
    baked = Image.open(io.BytesIO(bake_png(png(), BADGE)))
    baked.load()
    assert isinstance(baked, PngImagePlugin.PngImageFile)
    assert baked.text == {"openbadgecredential": BADGE.decode()}
    assert (baked.size, baked.getpixel((0, 0))) == ((3, 2), (180, 101, 42))


def test_another_reader_finds_the_badge_in_an_svg_right_behind_the_root() -> None:
    root = ElementTree.fromstring(bake_svg(SVG, BADGE))  # noqa: S314  # made by ourselves a moment ago
    assert root[0].tag == f"{{{NAMESPACE}}}credential"
    assert root[0].text == BADGE.decode()
    assert root[1].tag == "{http://www.w3.org/2000/svg}path"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_what_was_baked_is_found_again(text: str) -> None:
    badge = f"{{{text}}}".encode()
    assert badge_in_png(bake_png(png(), badge)) == badge
    assert badge_in_svg(bake_svg(SVG, badge)) == badge


def test_a_png_by_another_program() -> None:
    assert badge_in_png(png(openbadgecredential=BADGE.decode(), Comment="x")) == BADGE


def with_chunk(kind: bytes, content: bytes) -> bytes:
    """A picture with one more chunk behind its header, 33 bytes from the start, checksum by hand."""
    checksum = zlib.crc32(kind + content).to_bytes(4)
    plain = png()
    return plain[:33] + len(content).to_bytes(4) + kind + content + checksum + plain[33:]


PNG_FAULTS = {
    "no badge": (png(Comment="x"), BakingFault.NOTHING_INSIDE),
    "badge of an older version": (png(openbadges="https://else.example"), BakingFault.NOTHING_INSIDE),
    "two badges": (bake_png(bake_png(png(), BADGE), BADGE), BakingFault.SEVERAL_INSIDE),
    "compressed": (
        with_chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(BADGE)),
        BakingFault.DAMAGED,
    ),
    "no end of the languages": (with_chunk(b"iTXt", b"openbadgecredential\0\0\0en"), BakingFault.DAMAGED),
    "cut off": (bake_png(png(), BADGE)[:60], BakingFault.DAMAGED),
    "nothing but a start": (png()[:8], BakingFault.DAMAGED),
    "wrong checksum": (bake_png(png(), BADGE).replace(b"Zo", b"Za"), BakingFault.DAMAGED),
    "a length of gigabytes": (png()[:8] + b"\xff\xff\xff\xffIHDR" + png()[16:], BakingFault.DAMAGED),
}
SVG_FAULTS = {
    "no badge": (SVG.encode(), BakingFault.NOTHING_INSIDE),
    "element of another namespace": (svg("<credential>{}</credential>"), BakingFault.NOTHING_INSIDE),
    "two badges": (svg("<openbadges:credential>{}</openbadges:credential>" * 2), BakingFault.SEVERAL_INSIDE),
    "elements in the badge": (svg("<openbadges:credential><a/></openbadges:credential>"), BakingFault.DAMAGED),
    "no drawing": (f'<a xmlns="{NAMESPACE}"><credential>{{}}</credential></a>'.encode(), BakingFault.DAMAGED),
    "entities": (
        svg("<openbadges:credential>&a;</openbadges:credential>", '<!DOCTYPE svg [<!ENTITY a "{}">]>'),
        BakingFault.DAMAGED,
    ),
    "not closed": (svg("<g>"), BakingFault.DAMAGED),
    "empty": (b"", BakingFault.DAMAGED),
    "unknown encoding": (svg("", '<?xml version="1.0" encoding="nonsense"?>'), BakingFault.DAMAGED),
}


@pytest.mark.parametrize("case", PNG_FAULTS)
def test_other_pngs_give_no_badge(case: str) -> None:
    content, fault = PNG_FAULTS[case]
    with pytest.raises(BakingError) as refusal:
        badge_in_png(content)
    assert refusal.value.fault is fault


@pytest.mark.parametrize("case", SVG_FAULTS)
def test_other_svgs_give_no_badge(case: str) -> None:
    content, fault = SVG_FAULTS[case]
    with pytest.raises(BakingError) as refusal:
        badge_in_svg(content)
    assert refusal.value.fault is fault


@given(st.binary(max_size=300))
def test_anything_at_all_raises_nothing_else(content: bytes) -> None:
    for read, start in ((badge_in_png, b"\x89PNG\r\n\x1a\n"), (badge_in_svg, b"<svg")):
        try:
            read(start + content)
        except BakingError:
            continue
