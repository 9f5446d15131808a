"""Data Integrity proofs of the suite `eddsa-rdfc-2022`.

Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2. What is signed is
SHA-256(canonical proof options) followed by SHA-256(canonical document), 64 bytes; the options carry the document's
`@context` while they are hashed, and the document has no `proof`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.rules.badges import multikey
from certificates.rules.badges.canonical import Document, canonical_hash

CRYPTOSUITE = "eddsa-rdfc-2022"


def with_proof(document: Document, *, method: str, created: datetime, sign: Callable[[bytes], bytes]) -> dict[str, Any]:
    """Return the document with a proof by the key whose verification method is `method`.

    `sign` makes a pure Ed25519 signature of 64 bytes, so equal input gives an equal proof. Raises `UncanonicalError`.
    """
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": timestamp(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signature = sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": multikey.encode(signature)}}


def proof_holds(signed: Document, public_key: bytes) -> bool:
    """Say whether the proof of a document was made by this Ed25519 key over this content.

    Says nothing about whose key it is, nor about the shape of the document. Raises `UncanonicalError`.
    """
    document = {key: value for key, value in signed.items() if key != "proof"}
    options = {key: value for key, value in signed["proof"].items() if key != "proofValue"}
    data = hash_data(document, options)
    try:
        signature = multikey.decode(signed["proof"]["proofValue"])
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (ValueError, InvalidSignature):
        return False
    return True


def hash_data(document: Document, options: Mapping[str, Any], contexts: Mapping[str, Document] | None = None) -> bytes:
    """Return the 64 bytes that are signed: hash of the proof options, then hash of the document."""
    config = {"@context": document["@context"], **options}
    return canonical_hash(config, contexts) + canonical_hash(document, contexts)


def timestamp(moment: datetime) -> str:
    """Write an aware moment in UTC to the second: `2026-01-02T03:04:05Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
