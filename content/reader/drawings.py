"""What a figure file may be: a drawing without code, or a photograph, of a sane size."""

import re
from pathlib import Path
from xml.etree import ElementTree

LARGEST_FILE = 2_000_000
BEGINNINGS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
}
CODE_ELEMENTS = {"script", "foreignObject", "iframe", "object", "embed", "animate", "set", "handler", "listener"}
OUTSIDE = re.compile(rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|@import|url\(\s*['\"]?(?!#)", re.IGNORECASE)


def problem_of_drawing(path: Path) -> str | None:
    """Say what is wrong with a figure file, or None. Reads the file; never raises on its content."""
    data = path.read_bytes()
    if len(data) > LARGEST_FILE:
        return f"the file is larger than {LARGEST_FILE // 1_000_000} MB"
    if path.suffix == ".svg":
        return problem_of_svg(data)
    if not data.startswith(BEGINNINGS[path.suffix]):
        return f"the file is not a {path.suffix} file"
    return None


def problem_of_svg(data: bytes) -> str | None:
    """Say what is wrong with the bytes of an SVG drawing, or None."""
    # Refused before parsing: entities could grow without end, the rest would reach outside.
    if OUTSIDE.search(data):
        return "the drawing refers to something outside itself"
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities and document types were refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        return "the drawing is not well-formed XML"
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return "the drawing is not SVG"
    for element in root.iter():
        if str(element.tag).rpartition("}")[2] in CODE_ELEMENTS:
            return f"the drawing holds <{str(element.tag).rpartition('}')[2]}>"
        for name, value in element.attrib.items():
            local = name.rpartition("}")[2].lower()
            if local.startswith("on") or (local == "href" and not value.startswith("#")):
                return f"the drawing has the attribute {local}"
    return None
