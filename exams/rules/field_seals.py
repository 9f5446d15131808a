"""Records that a device sealed without a network: what a seal says, whether it holds, and what speaks against it.

A seal is ECDSA P-256 over SHA-256 of the canonical bytes, raw r and s as WebCrypto writes them. It proves that
this device wrote these bytes and that nobody altered them since; not who the person was (offline.md 5.2).
"""

import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from exams.rules.practical_record import Entry, entries_of, moment_of, read_record

HALF = 32  # bytes of r, and of s
LARGEST_INTEGER = 2**53 - 1
CLOCK_TOLERANCE = timedelta(minutes=10)
SEAL_FIELDS = {"device", "checkout", "number", "previous", "sealed_at", "since_contact_ms"}


@dataclass(frozen=True)
class Seal:
    """What a sealed record says of its seal; `previous` is the digest of the device's seal before it."""

    device: str
    checkout: str
    number: int
    previous: str
    sealed_at: datetime
    since_contact_ms: int


@dataclass(frozen=True)
class SealedFacts:
    """A sealed record, parsed: what the device says on its own account, beside what the server gave it."""

    sitting: str
    confirmed_at: datetime
    qualification: str
    qualified_by: str
    entries: tuple[Entry, ...]
    seal: Seal
    raw_seal: Mapping[str, Any]


@dataclass(frozen=True)
class Arrival:
    """What the server holds when a seal arrives. `previous_digest` is None when the seal before it is not here."""

    received_at: datetime
    previous_digest: str | None
    number_taken: bool
    issued_at: datetime | None
    checkout_end: str
    device_revoked: bool
    device_expires_at: datetime
    open: bool
    other_versions: bool


@dataclass(frozen=True)
class Objection:
    """Why a sealed record cannot be signed at once: a code, and a sentence for people."""

    code: str
    sentence: str


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read base64url without padding. Raises `ValueError`."""
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def is_device_key(text: str) -> bool:
    """Whether a text is a public key that a device may enrol with: P-256, SubjectPublicKeyInfo as base64url."""
    try:
        key = load_der_public_key(decode(text))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def seal_holds(public_key: str, payload: bytes, signature: str) -> bool:
    """Whether a raw signature (r and s, 64 bytes as base64url) of this key covers these bytes."""
    try:
        raw, key = decode(signature), load_der_public_key(decode(public_key))
    except (ValueError, UnsupportedAlgorithm):
        return False
    if len(raw) != 2 * HALF or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    der = encode_dss_signature(int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big"))
    try:
        key.verify(der, payload, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def read_sealed(payload: bytes) -> SealedFacts:
    """Parse the bytes of a sealed record. Raises `ValueError` when they are not one, or not in the agreed form."""
    try:
        record = read_record(payload)
        refuse_unusual(record)
        said, assessor = record["sealed"], record["assessor"]
        if set(said) != SEAL_FIELDS:
            raise ValueError("the seal has other fields")
        seal = Seal(
            device=_text(said["device"]),
            checkout=_text(said["checkout"]),
            number=_count(said["number"]),
            previous=_text(said["previous"]),
            sealed_at=moment_of(said["sealed_at"]),
            since_contact_ms=_count(said["since_contact_ms"]),
        )
        return SealedFacts(
            sitting=_text(record["sitting"]),
            confirmed_at=moment_of(record["identity_confirmed_at"]),
            qualification=_text(assessor["qualification"]),
            qualified_by=_text(assessor.get("qualified_by", "")),
            entries=entries_of(record),
            seal=seal,
            raw_seal=said,
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("These bytes are not a sealed record") from fault


def refuse_unusual(value: Any) -> None:
    """Raise `ValueError` for what the restricted canonical form does not have (offline.md 5.1).

    Text that is not in NFC and fractions can be written in more than one way; numbers beyond 2**53 − 1 lose digits in
    browsers.
    """
    if isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
        raise ValueError("a text is not in NFC")
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST_INTEGER):
        raise ValueError("a number is not a safe integer")
    if isinstance(value, dict):
        for key, part in value.items():
            refuse_unusual(key)
            refuse_unusual(part)
    if isinstance(value, list):
        for part in value:
            refuse_unusual(part)


def objection_to(seal: Seal, arrival: Arrival) -> Objection | None:
    """Return what speaks against signing a well-formed seal on arrival, the gravest first, or None.

    Nothing of it destroys the record: the registrar looks at it and decides.
    """
    found = _about_the_device(seal, arrival) or _about_the_checkout(seal, arrival)
    if found is None and arrival.other_versions:
        return Objection("two_versions", "Two devices have sealed a record of this sitting. None of them counts yet.")
    return found


def _about_the_device(seal: Seal, arrival: Arrival) -> Objection | None:
    if arrival.device_revoked:
        return Objection("device_revoked", "The device was revoked before this record arrived.")
    if arrival.received_at >= arrival.device_expires_at:
        return Objection("device_expired", "The device was not enrolled any more when this record arrived.")
    if arrival.number_taken:
        return Objection("number_reused", "The device sealed something else under the same number.")
    if arrival.previous_digest is None:
        return Objection("seal_gap", "The seal of this device before this one has not arrived.")
    if arrival.previous_digest != seal.previous:
        return Objection("chain_broken", "The seal does not continue the one before it.")
    return None


def _about_the_checkout(seal: Seal, arrival: Arrival) -> Objection | None:
    if arrival.issued_at is None:
        return Objection("unknown_checkout", "The sitting was never given to this device under this number.")
    if not arrival.open:
        return Objection("closed", "The sitting was signed or cancelled before this record arrived.")
    if arrival.checkout_end:
        return Objection(arrival.checkout_end, "The sitting had been taken from this device before the record arrived.")
    early = seal.sealed_at < arrival.issued_at - CLOCK_TOLERANCE
    if early or seal.sealed_at > arrival.received_at + CLOCK_TOLERANCE:
        return Objection("clock", "The clock of the device said a time outside of when it held the sitting.")
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is needed")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a count is needed")
    return value
