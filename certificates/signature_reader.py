"""Reads one PDF's signature in a process of its own, with little memory and time: `python -m …signature_reader`.

A file of 200 kB can make a PDF reader fill 20 GB, so no file from outside is opened in a web process. The parent sends
roots and file on standard input and gets the facts as JSON on standard output. Without Django, to start quickly.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.rules.record import ATTACHMENT_NAME

MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space
CPU_LIMIT = 5  # seconds; ours take less than one
HEADER = b"%PDF-"
HEADER_WITHIN = 1024  # readers accept the header anywhere in the first kilobyte


class Problem(StrEnum):
    """Why a file could not be judged by its signature."""

    NOT_PDF = "not_pdf"
    DAMAGED = "damaged"
    NOT_READ = "not_read"
    ENCRYPTED = "encrypted"
    UNSIGNED = "unsigned"
    SIGNED_TWICE = "signed_twice"


@dataclass(frozen=True)
class SignatureFacts:
    """What the one signature of a file says, or the problem that kept it from saying anything.

    `unchanged`: every byte of the file is as it was when signed. `trusted`: the signature itself was made by a key
    whose certificate stands under one of our roots, whatever became of the file since. `attachment` is the embedded
    record as text, only to be believed when both hold.
    """

    problem: Problem | None = None
    unchanged: bool = False
    trusted: bool = False
    signer_fingerprint: str = ""
    attachment: str = ""


def read(content: bytes, roots_pem: bytes) -> SignatureFacts:
    """Read the signature of a file that anybody may have made, with our roots as the only trust; nothing is fetched."""
    if HEADER not in content[:HEADER_WITHIN]:
        return SignatureFacts(Problem.NOT_PDF)
    try:
        return _read(content, roots_pem)
    except Exception:  # noqa: BLE001  # the reader of a hostile file may raise anything
        return SignatureFacts(Problem.DAMAGED)


def _read(content: bytes, roots_pem: bytes) -> SignatureFacts:
    reader = PdfFileReader(BytesIO(content))
    if reader.encrypted:
        return SignatureFacts(Problem.ENCRYPTED)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return SignatureFacts(Problem.SIGNED_TWICE if signatures else Problem.UNSIGNED)
    status = validate_pdf_signature(signatures[0], _only_our_roots(roots_pem))
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    untouched = covers_all and status.docmdp_ok and _is_as_written(content, signatures[0])
    return SignatureFacts(
        unchanged=bool(status.intact and status.valid and untouched),
        trusted=bool(status.valid and status.validation_path and status.trust_problem_indic is None),
        signer_fingerprint=signatures[0].signer_cert.sha256.hex(),
        attachment=_attachment(reader),
    )


def _is_as_written(content: bytes, signature: EmbeddedPdfSignature) -> bool:
    """Say whether the signature's place, the one stretch that it does not cover itself, is as we write it.

    That is the signature in upper-case hexadecimal digits and zeros to the end. Readers take small letters and white
    space between digits for the same signature, so the file could be changed there.
    """
    _, before, after, _ = signature.byte_range
    signed = signature.pkcs7_content
    written = b"<" + signed.hex().upper().encode() + b">"
    return content[before:after] == written and not any(signed[len(cms.ContentInfo.load(signed).dump()) :])


def _only_our_roots(roots_pem: bytes) -> ValidationContext:
    parts = pem.unarmor(roots_pem, multiple=True) if roots_pem else ()
    anchors = [x509.Certificate.load(der) for _, _, der in parts]
    return ValidationContext(trust_roots=anchors, allow_fetching=False, revocation_mode="soft-fail")


def _attachment(reader: PdfFileReader) -> str:
    """Return the embedded record, or nothing unless exactly one file of that name is attached."""
    try:
        names: Any = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return ""
    found = [names[place + 1] for place in range(0, len(names), 2)]
    records = [item for item in found if item["/UF"] == ATTACHMENT_NAME]
    return records[0]["/EF"]["/F"].data.decode() if len(records) == 1 else ""


def main() -> None:
    """Limit this process, then read one file: a line with the length of the roots, the roots, the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    length = int(sys.stdin.buffer.readline())
    roots_pem = sys.stdin.buffer.read(length)
    json.dump(asdict(read(sys.stdin.buffer.read(), roots_pem)), sys.stdout)


if __name__ == "__main__":
    main()
