"""A badge inside a picture: put there for its holder, and found again in a file that anybody may have made.

Source: Open Badges Specification 3.0, section "Baked badges". In PNG the badge is one uncompressed `iTXt` chunk with
the keyword `openbadgecredential`; in SVG one `credential` element of the namespace below, right after `<svg>`, with the
badge as CDATA. The picture around a badge is covered by no signature.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.parsers import expat

PNG_START = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
# After the keyword: its end, not compressed, no method, no language, no translated keyword.
UNCOMPRESSED = b"\0" + b"\0\0" + b"\0" + b"\0"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
BETWEEN = " "  # between namespace and name, as the parser hands them over; no address holds a blank
BADGE_ELEMENT = f"{NAMESPACE}{BETWEEN}credential"
SVG_ELEMENT = f"{SVG_NAMESPACE}{BETWEEN}svg"


class BakingFault(StrEnum):
    """Why a picture gives no badge."""

    NOTHING_INSIDE = "nothing_inside"
    SEVERAL_INSIDE = "several_inside"
    DAMAGED = "damaged"


class BakingError(Exception):
    """A picture gives no badge; `fault` says why."""

    def __init__(self, fault: BakingFault) -> None:
        """Keep the reason."""
        super().__init__(fault.value)
        self.fault = fault


def bake_png(picture: bytes, badge: bytes) -> bytes:
    """Return a PNG with the badge inside, behind its header. The picture is one of ours, without a badge so far."""
    header_end = len(PNG_START) + 12 + struct.unpack(">I", picture[len(PNG_START) : len(PNG_START) + 4])[0]
    return picture[:header_end] + _chunk(b"iTXt", KEYWORD + UNCOMPRESSED + badge) + picture[header_end:]


def bake_svg(picture: str, badge: bytes) -> bytes:
    """Return an SVG with the badge inside, right after its root. The picture is one of ours, without a badge so far."""
    root_end = picture.index(">", picture.index("<svg")) + 1
    text = badge.decode().replace("]]>", "]]]]><![CDATA[>")
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"><![CDATA[{text}]]></openbadges:credential>'
    return (picture[:root_end] + element + picture[root_end:]).encode()


def badge_in_png(picture: bytes) -> bytes:
    """Return the badge inside a PNG. Raises `BakingError`."""
    texts = [content for kind, content in _chunks(picture) if kind == b"iTXt" and content.startswith(KEYWORD + b"\0")]
    text = _only(texts)
    if not text.startswith(KEYWORD + UNCOMPRESSED[:2]):
        raise BakingError(BakingFault.DAMAGED)  # compressed, which the specification rules out
    # Language and translated keyword each end with a zero byte.
    parts = text[len(KEYWORD) + 3 :].split(b"\0", 2)
    if len(parts) != 3:
        raise BakingError(BakingFault.DAMAGED)
    return parts[2]


def badge_in_svg(picture: bytes) -> bytes:
    """Return the badge inside an SVG. Raises `BakingError`, also for one that declares entities of its own."""
    reading = _SvgReading()
    parser = expat.ParserCreate(namespace_separator=BETWEEN)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(picture, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise BakingError(BakingFault.DAMAGED) from error
    return _only(reading.badges).strip()


@dataclass
class _Element:
    """One open badge element and what it holds so far."""

    depth: int
    parts: list[str]


class _SvgReading:
    """Gathers what stands in badge elements beneath the root."""

    def __init__(self) -> None:
        self.badges: list[bytes] = []
        self.depth = 0
        self.inside: _Element | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element; the root must be a drawing, and a badge holds none."""
        if self.inside or (self.depth == 0 and name != SVG_ELEMENT):
            raise BakingError(BakingFault.DAMAGED)
        self.depth += 1
        if name == BADGE_ELEMENT:
            self.inside = _Element(self.depth, [])

    def end(self, name: str) -> None:
        """Close an element."""
        if self.inside and self.inside.depth == self.depth:
            self.badges.append("".join(self.inside.parts).encode())
            self.inside = None
        self.depth -= 1

    def text(self, text: str) -> None:
        """Keep text of a badge."""
        if self.inside:
            self.inside.parts.append(text)


def _only(found: list[bytes]) -> bytes:
    if len(found) != 1:
        raise BakingError(BakingFault.SEVERAL_INSIDE if found else BakingFault.NOTHING_INSIDE)
    return found[0]


def _refuse_entities(*declaration: object) -> None:
    raise BakingError(BakingFault.DAMAGED)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk through the chunks of a PNG up to its end; each must be whole."""
    place = len(PNG_START)
    while picture[place + 4 : place + 8] != b"IEND":
        if place + 12 > len(picture):
            raise BakingError(BakingFault.DAMAGED)
        (length,) = struct.unpack(">I", picture[place : place + 4])
        kind, content = picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        if picture[place : place + 12 + length] != _chunk(kind, content):
            raise BakingError(BakingFault.DAMAGED)
        yield kind, content
        place += 12 + length


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk: length, kind, content, and the checksum of the last two (PNG, section 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
