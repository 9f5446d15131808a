"""What a PDF's signature says, read with our own roots as the only trust.

Files come from strangers: nothing in them is believed before the signature holds, nothing is fetched, and whatever the
reader stumbles over is an answer, not an error (certificates.md section 8).
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.rules.record import ATTACHMENT_NAME

logger = logging.getLogger(__name__)

HEADER = b"%PDF-"
HEADER_WITHIN = 1024  # readers accept the header anywhere in the first kilobyte


class Problem(StrEnum):
    """Why a file could not be judged by its signature."""

    NOT_PDF = "not_pdf"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    UNSIGNED = "unsigned"
    SIGNED_TWICE = "signed_twice"


@dataclass(frozen=True)
class SignatureFacts:
    """What the one signature of a file says, or the problem that kept it from saying anything.

    `unchanged`: every byte of the file is as it was when signed. `trusted`: the signer's certificate stands under one
    of our roots. `attachment` is the embedded record, only to be believed when both hold.
    """

    problem: Problem | None = None
    unchanged: bool = False
    trusted: bool = False
    signer_name: str = ""
    signer_fingerprint: str = ""
    attachment: bytes | None = None


def inspect(content: bytes, roots: list[x509.Certificate]) -> SignatureFacts:
    """Read the signature of a file that anybody may have made."""
    if HEADER not in content[:HEADER_WITHIN]:
        return SignatureFacts(Problem.NOT_PDF)
    try:
        return _inspect(content, roots)
    except Exception as error:  # noqa: BLE001  # the reader of a hostile file may raise anything
        logger.info("A file could not be read.", extra={"code": type(error).__name__})
        return SignatureFacts(Problem.DAMAGED)


def _inspect(content: bytes, roots: list[x509.Certificate]) -> SignatureFacts:
    reader = PdfFileReader(BytesIO(content))
    if reader.encrypted:
        return SignatureFacts(Problem.ENCRYPTED)
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return SignatureFacts(Problem.SIGNED_TWICE if signatures else Problem.UNSIGNED)
    status = validate_pdf_signature(signatures[0], _only_our_roots(roots))
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SignatureFacts(
        unchanged=bool(status.intact and status.valid and covers_all and status.docmdp_ok),
        trusted=bool(status.valid and status.trusted),
        signer_name=signatures[0].signer_cert.subject.native.get("organization_name", ""),
        signer_fingerprint=signatures[0].signer_cert.sha256.hex(),
        attachment=_attachment(reader),
    )


def _only_our_roots(roots: list[x509.Certificate]) -> ValidationContext:
    anchors = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
    return ValidationContext(trust_roots=anchors, allow_fetching=False, revocation_mode="soft-fail")


def _attachment(reader: PdfFileReader) -> bytes | None:
    """Return the embedded record, or None unless exactly one file of that name is attached."""
    try:
        names: Any = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return None
    found = [names[place + 1] for place in range(0, len(names), 2)]
    records = [item for item in found if item["/UF"] == ATTACHMENT_NAME]
    return bytes(records[0]["/EF"]["/F"].data) if len(records) == 1 else None
