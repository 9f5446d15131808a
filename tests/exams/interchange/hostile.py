"""Files that want to do harm, made here: nothing of them is ever on disk."""

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from random import Random

MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
    '<resource identifier="r" type="imsqti_item_xmlv2p1" href="item.xml"/></resources></manifest>'
)


def archive(files: Mapping[str, bytes | str], **changes: object) -> bytes:
    """Pack files, whatever their names; `changes` are attributes of the first entry."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for number, (name, content) in enumerate(files.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in changes.items() if number == 0 else ():
                setattr(entry, attribute, value)
            zipped.writestr(entry, content)
    return packed.getvalue()


def bomb() -> bytes:
    """Pack 35 MB of nothing, as an item of a package."""
    return archive({"imsmanifest.xml": MANIFEST, "item.xml": b" " * 35_000_000})


def lying_bomb() -> bytes:
    """Pack an entry that claims to be small and is not: sizes are patched in the directory and in the entry itself."""
    honest = archive({"imsmanifest.xml": MANIFEST, "item.xml": b"\x00" * 30_000_000})
    size, lie = (30_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little")
    return honest.replace(size, lie)


def symlink() -> bytes:
    """Pack a link to a file of the system."""
    return archive({"link": "/etc/passwd", "imsmanifest.xml": MANIFEST}, external_attr=(stat.S_IFLNK | 0o777) << 16)


def crowded(count: int) -> bytes:
    """Pack very many empty files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for number in range(count):
            zipped.writestr(f"f{number}", b"")
    return packed.getvalue()


def overlapping() -> bytes:
    """Pack one compressed kernel that many entries of the directory share."""
    kernel = zlib.compress(b"\x00" * 20_000_000, 9)[2:-4]
    name = b"imsmanifest.xml"
    local = b"PK\x03\x04" + (20).to_bytes(2, "little") + bytes(2) + (8).to_bytes(2, "little") + bytes(4)
    sizes = zlib.crc32(b"\x00" * 20_000_000).to_bytes(4, "little") + len(kernel).to_bytes(4, "little")
    sizes += (20_000_000).to_bytes(4, "little")
    body = local + sizes + len(name).to_bytes(2, "little") + bytes(2) + name + kernel
    directory = b""
    for number in range(50):
        entry = f"f{number:03}".encode()
        directory += b"PK\x01\x02" + (20).to_bytes(2, "little") * 2 + bytes(2) + (8).to_bytes(2, "little") + bytes(4)
        directory += sizes + len(entry).to_bytes(2, "little") + bytes(12) + bytes(4) + entry
    count = (50).to_bytes(2, "little")
    end = b"PK\x05\x06" + bytes(4) + count * 2 + len(directory).to_bytes(4, "little")
    return body + directory + end + len(body).to_bytes(4, "little") + bytes(2)


def heavy_sheet(part: str) -> bytes:
    """Pack a workbook with six parts of 31 MB, hard enough to compress that no ratio gives them away."""
    noise = Random(1).randbytes(1000).hex().encode()  # noqa: S311 - the same file each time
    whole = b"<a>" + (noise + b" " * 58_000) * 516 + b"</a>"
    parts = {part.format(number): whole for number in range(6)}
    return archive({"xl/workbook.xml": b"<workbook/>", **parts})


def many_attributes_together() -> bytes:
    """Write 32 MB of elements with as many empty attributes as one may have."""
    one = ("<a " + " ".join(f'a{number}=""' for number in range(100)) + "/>").encode()
    return b"<quiz>" + one * (31_900_000 // len(one)) + b"</quiz>"


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 12))
    + "]><quiz><question>&a11;</question></quiz>"
)
OUTSIDE_ENTITY = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question>&x;</question></quiz>'
OUTSIDE_TYPE = '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/quiz.dtd"><quiz/>'
DEEP = "<quiz>" + "<a>" * 200_000
WIDE = "<quiz>" + "<a/>" * 300_000 + "</quiz>"
LONG_ATTRIBUTE = f'<quiz a="{"x" * 1_000_000}"/>'
MANY_ATTRIBUTES = "<quiz " + " ".join(f'a{n}="x"' for n in range(50_000)) + "/>"
