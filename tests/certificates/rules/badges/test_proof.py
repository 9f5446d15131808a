"""Signing and hashing against what others published."""

import copy
import json
import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.badges import canonical, multikey
from certificates.rules.badges.canonical import UncanonicalError, bundled_contexts, canonical_form, canonical_hash
from certificates.rules.badges.proof import hash_data, proof_holds, with_proof
from tests.certificates.rules.badges import vectors

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OUR_KEY = Ed25519PrivateKey.from_private_bytes(vectors.OUR_SEED)


def parts(signed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    document = copy.deepcopy(signed)
    options = document.pop("proof")
    return document, options, options.pop("proofValue")


def test_the_vector_of_the_w3c() -> None:
    document, options, value = parts(vectors.W3C_SIGNED)
    data = hash_data(document, options, vectors.W3C_CONTEXTS)
    assert data.hex() == vectors.W3C_DATA
    key = Ed25519PublicKey.from_public_bytes(multikey.decode_public_key(vectors.W3C_KEY))
    key.verify(multikey.decode(value), data)


def test_the_vector_of_1edtech() -> None:
    document, options, _ = parts(vectors.ONE_EDTECH_SIGNED)
    contexts = vectors.ONE_EDTECH_CONTEXTS | {vectors.ONE_EDTECH_OLD_BADGES: bundled_contexts()[vectors.BADGES]}
    assert canonical_form(document, contexts) == written_out(vectors.ONE_EDTECH_DOCUMENT_FORM)
    config = {"@context": document["@context"], **options}
    assert canonical_form(config, contexts) == written_out(vectors.ONE_EDTECH_PROOF_FORM)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vectors.ONE_EDTECH_SEED))
    assert multikey.encode(key.sign(bytes.fromhex(vectors.ONE_EDTECH_DATA))) == vectors.ONE_EDTECH_PROOF_VALUE
    assert multikey.encode_public_key(bytes.fromhex(vectors.ONE_EDTECH_PUBLIC)) == vectors.ONE_EDTECH_KEY
    assert multikey.decode_public_key(vectors.ONE_EDTECH_KEY).hex() == vectors.ONE_EDTECH_PUBLIC


def written_out(form: str) -> str:
    for short, long in vectors.ABBREVIATIONS.items():
        form = form.replace(short, long)
    return form


def test_our_own_vector() -> None:
    method = f"did:web:certs.example.org#{vectors.OUR_KEY}"
    signed = with_proof(vectors.OUR_DOCUMENT, method=method, created=MOMENT, sign=OUR_KEY.sign)
    public = OUR_KEY.public_key().public_bytes_raw()
    assert multikey.encode_public_key(public) == vectors.OUR_KEY
    assert canonical_hash(vectors.OUR_DOCUMENT).hex() == vectors.OUR_DOCUMENT_HASH
    assert signed["proof"]["proofValue"] == vectors.OUR_PROOF_VALUE
    assert proof_holds(signed, public)
    later = "2026-01-02T03:04:06Z"
    for altered in (signed | {"validFrom": later}, signed | {"proof": signed["proof"] | {"created": later}}):
        assert not proof_holds(altered, public)
    assert not proof_holds(signed, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_what_no_signature_would_cover_is_refused() -> None:
    with pytest.raises(UncanonicalError, match="No context defines"):
        canonical_hash(vectors.OUR_DOCUMENT | {"licensedInAllStates": "yes"})
    with pytest.raises(UncanonicalError, match="control character"):
        canonical_hash(vectors.OUR_DOCUMENT | {"name": "Te\x07st"})
    with pytest.raises(UncanonicalError):
        canonical_hash(vectors.OUR_DOCUMENT | {"@context": [vectors.CREDENTIALS, "https://example.org/context"]})


def test_contexts_are_read_from_our_files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert canonical_hash(json.loads(json.dumps(vectors.OUR_DOCUMENT))).hex() == vectors.OUR_DOCUMENT_HASH
    bundled_contexts.cache_clear()
    monkeypatch.setitem(canonical.FILES, vectors.BADGES, ("open-badges-3.0.3.json", "0" * 64))
    with pytest.raises(UncanonicalError, match="was changed"):
        bundled_contexts()
    bundled_contexts.cache_clear()


@given(st.binary(max_size=80))
def test_text_of_bytes_reads_back(content: bytes) -> None:
    assert multikey.decode(multikey.encode(content)) == content


@pytest.mark.parametrize(
    "text",
    ["", "z0", "mAAAA", "z" + "2" * 400, vectors.OUR_KEY[:-1], multikey.encode(b"\xec\x01" + bytes(32))],
)
def test_other_text_is_no_key(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them will do
        multikey.decode_public_key(text)
