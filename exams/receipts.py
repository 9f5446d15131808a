"""Receipts for sealed records: the server says under its own key what it received and when (offline.md 5.2).

The key follows from the secret of the site, so that there is no further file to guard. Its public half stands in every
receipt, and devices are told of it at each contact.
"""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from exams.rules.field_seals import HALF, encode
from exams.rules.practical_record import timestamp_text

RECEIPT_LINE = "tms-receipt/1\n"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)


def receipt_for(*, device: str, number: int, digest: str, verdict: str, received_at: datetime) -> str:
    """Return a receipt as JSON text: `body` in the bytes that are signed, `signature`, and the public `key`."""
    facts: dict[str, Any] = {
        "device": device,
        "number": number,
        "digest": digest,
        "verdict": verdict,
        "received_at": timestamp_text(received_at),
    }
    body = RECEIPT_LINE + rfc8785.dumps(facts).decode()
    r, s = decode_dss_signature(_key(settings.SECRET_KEY).sign(body.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encode(r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big"))
    return json.dumps({"body": body, "signature": signature, "key": receipt_key()}, sort_keys=True)


def receipt_key() -> str:
    """Return the public key of receipts: SubjectPublicKeyInfo as base64url."""
    public = _key(settings.SECRET_KEY).public_key()
    return encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


@lru_cache(maxsize=2)
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    # 48 bytes for a number of 32: what the division leaves over is then even enough (FIPS 186-5, A.2.1).
    seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"threshold receipts for sealed records").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, ec.SECP256R1())
