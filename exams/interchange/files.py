"""The one door: bytes of a file in, findings out; items in, bytes of a file out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from exams.errors import ExchangeError
from exams.interchange import gift, moodle, qti, tables
from exams.interchange.archive import Archive
from exams.interchange.findings import Changes, Finding, Note
from exams.interchange.fitting import Fitted, fit
from exams.interchange.qti.package import MANIFEST
from exams.interchange.tables.sheets import WORKBOOK
from exams.interchange.tree import ExchangeItem
from exams.interchange.xml_tree import MOST_BYTES as MOST_XML
from exams.interchange.xml_tree import parse

MOST_BYTES = 50_000_000
MOST_TEXT = 10_000_000
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15", "mac-roman")


class Format(StrEnum):
    """What can be written."""

    QTI3 = "qti3"
    QTI21 = "qti21"
    MOODLE = "moodle"
    GIFT = "gift"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class FileFindings:
    """What a file holds: its format in words, and a finding for each item."""

    format: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Written:
    """A file, and what every item became in it."""

    content: bytes
    fitted: tuple[Fitted, ...]


def read_file(data: bytes, name: str, encoding: str = "utf-8") -> FileFindings:
    """Read a file by what is in it; the name tells CSV from GIFT only. `encoding` is for those two.

    Raises `ExchangeError` when the file as a whole cannot be read, is hostile or too large.
    """
    if len(data) > MOST_BYTES:
        raise ExchangeError("file_too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if data.startswith(b"PK"):
        found = _read_archive(data)
    elif _looks_like_xml(data):
        found = _read_xml(data, name)
    else:
        found = _read_text(data, name, encoding)
    return replace(found, findings=tuple(_without_twins(found.findings)))


def _looks_like_xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def _read_archive(data: bytes) -> FileFindings:
    archive = Archive(data)
    if WORKBOOK in archive.names:
        return FileFindings("XLSX", tuple(tables.read_xlsx(archive)))
    if any(name.rpartition("/")[2] == MANIFEST for name in archive.names):
        return FileFindings("QTI package", tuple(qti.read_package(archive)))
    raise ExchangeError("format_unknown", "The archive is neither a QTI package nor an XLSX file.")


def _read_xml(data: bytes, name: str) -> FileFindings:
    root = parse(data, name)
    if root.name == "quiz":
        return FileFindings("Moodle XML", tuple(moodle.read_quiz(root)))
    if root.name in ("assessmentItem", "qti-assessment-item"):
        return FileFindings("QTI item", tuple(qti.read_item_file(data, name)))
    raise ExchangeError(
        "format_unknown", f"XML that begins with <{root.name[:40]}> is neither Moodle XML nor a QTI item."
    )


def _read_text(data: bytes, name: str, encoding: str) -> FileFindings:
    if len(data) > MOST_TEXT:
        raise ExchangeError("file_too_large", f"A text file is at most {MOST_TEXT // 1_000_000} MB.")
    ending = name.lower().rpartition(".")[2]
    if ending == "csv":
        return FileFindings("CSV", tuple(tables.read_csv(_decoded(data, encoding))))
    if ending in ("gift", "txt"):
        return FileFindings("GIFT", tuple(gift.read_gift(_decoded(data, encoding))))
    raise ExchangeError("format_unknown", "Files end in .csv, .gift or .txt, or are XML, a QTI package or XLSX.")


def _decoded(data: bytes, encoding: str) -> str:
    """Return a text; nothing is guessed, and nothing is replaced."""
    if encoding.lower() not in ENCODINGS:
        raise ExchangeError("encoding_unknown", f"Known encodings are {', '.join(ENCODINGS)}.")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ExchangeError(
            "encoding_wrong", f"Line {line} is not {encoding}. Say how the file is encoded, often windows-1252."
        ) from error


def _without_twins(findings: Sequence[Finding]) -> list[Finding]:
    """Refuse items that share a code: which of them is meant cannot be told."""
    codes = [finding.item.code for finding in findings if finding.item and finding.item.code]
    twins = {code for code in codes if codes.count(code) > 1}
    return [
        finding.refused(_twin_note(finding.item.code)) if finding.item and finding.item.code in twins else finding
        for finding in findings
    ]


def _twin_note(code: str) -> Note:
    return Note("code_twice", f"The code {code} stands several times in the file. Give each item its own.")


@dataclass(frozen=True)
class _Writer:
    """How a format is written: what it holds of an item, the bytes, and how many of them may be."""

    shape: Callable[[ExchangeItem, Changes], ExchangeItem]
    write: Callable[[Sequence[ExchangeItem]], bytes]
    most: int = MOST_BYTES


_WRITERS = {
    Format.QTI3: _Writer(qti.shaped, lambda items: qti.write_package(items, "qti3")),
    Format.QTI21: _Writer(qti.shaped, lambda items: qti.write_package(items, "qti21")),
    Format.MOODLE: _Writer(moodle.shaped, moodle.write_quiz, MOST_XML),
    Format.GIFT: _Writer(gift.shaped, gift.write_gift, MOST_TEXT),
    Format.CSV: _Writer(tables.shaped, tables.write_csv, MOST_TEXT),
    Format.XLSX: _Writer(tables.shaped, tables.write_xlsx),
}


def write_file(items: Sequence[ExchangeItem], target: Format) -> Written:
    """Write items in a format; those that it cannot hold are left out and named.

    Raises `ExchangeError` for signs that a format cannot hold at all, and `export_too_large` for a file that would be
    larger than what `read_file` takes.
    """
    writer = _WRITERS[target]
    fitted = tuple(fit(item, writer.shape) for item in items)
    content = writer.write([each.item for each in fitted if each.item is not None])
    if len(content) > writer.most:
        sentence = f"The file would be larger than {writer.most // 1_000_000} MB. Choose fewer items."
        raise ExchangeError("export_too_large", sentence)
    return Written(content, fitted)


def fit_items(items: Iterable[ExchangeItem], target: Format) -> Iterator[Fitted]:
    """Say what a format would hold of each item, without writing it."""
    return (fit(item, _WRITERS[target].shape) for item in items)
