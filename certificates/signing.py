"""Signing PDFs: PAdES B-B (ETSI EN 319 142-1), certified so that no later change is allowed.

Equal input gives equal bytes: the key signs deterministically (RFC 6979 for elliptic curves, PKCS#1 v1.5 for RSA), the
signing time is the moment of the award, and the second half of the file's id is a digest of its content. A worker that
is killed and starts again therefore makes the same file, not a second one.
"""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.development_keys import DEVELOPMENT_MARK
from certificates.issuer_keys import PrivateKey, SigningIdentity
from certificates.rules.record import CredentialRecord

SIGNATURE_LEVEL = "B-B"
FIELD_NAME = "Issuer"
# Without a size pyHanko makes a second signature only to measure it.
BYTES_RESERVED = 8192


def sign(pdf: bytes, *, record: CredentialRecord, identity: SigningIdentity, moment: datetime) -> bytes:
    """Return the PDF with the issuer's invisible certifying signature; `moment` is its claimed time."""
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        md_algorithm="sha256",
        reason=_reason(record, identity),
        name=record.issuer.name,
        location=record.issuer.place or None,
    )
    signer = _SignerAtMoment(metadata, signer=LoadedKeySigner(identity))
    signer.moment = moment
    output = signer.sign_pdf(_PlainWriter(BytesIO(pdf)), bytes_reserved=BYTES_RESERVED)
    return bytes(output.getbuffer())


class LoadedKeySigner(Signer):
    """Signs with a key that stays loaded.

    pyHanko's own signer reads the key again for every signature, and OpenSSL then checks it: 240 ms for RSA-3072.
    """

    def __init__(self, identity: SigningIdentity) -> None:
        """Take over the key, and the certificates that travel inside the signature (all but the root)."""
        registry = SimpleCertificateStore()
        registry.register_multiple(_asn1(certificate) for certificate in identity.chain)
        super().__init__(
            signing_cert=_asn1(identity.certificate), cert_registry=registry, embed_roots=False, prefer_pss=False
        )
        self._key: PrivateKey = identity.private_key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign the attributes of the CMS; always SHA-256."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class _SignerAtMoment(PdfSigner):
    """Claims a given signing time instead of the clock's."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        """Open the session at the given moment."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class _PlainWriter(IncrementalPdfFileWriter):
    """Appends a signature and nothing else: no new modification date, no random file id."""

    def _update_meta(self) -> None:
        """Leave the metadata as rendered: rewriting it would add the clock's time."""

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        first = prev.trailer["/ID"][0]
        prev.stream.seek(0)
        second = hashlib.sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject([first, generic.ByteStringObject(second)])


def _reason(record: CredentialRecord, identity: SigningIdentity) -> str:
    reason = f"Certificate {record.number} issued by {record.issuer.name}"
    return f"{reason}. {DEVELOPMENT_MARK}." if identity.is_development else reason


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    converted: asn1.Certificate = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    return converted
