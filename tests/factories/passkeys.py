"""An authenticator in software: it registers with an account and answers challenges, as a device would."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from lms.accounts.models import User

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftPasskey:
    """One P-256 credential for one site. `answer` signs a request as `navigator.credentials.get` would."""

    def __init__(self, site: str = "testserver") -> None:
        """Make a key for a site (the relying party's id)."""
        self.site = site
        self.id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def register(self, person: User, name: str = "Tablet") -> Authenticator:
        """Put the credential on record for a person, as the account page does."""
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        data = self._data(PRESENT | VERIFIED | ATTESTED) + credential
        response = {
            "clientDataJSON": encode(self._client_data("webauthn.create", encode(secrets.token_bytes(32)))),
            "attestationObject": encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        stored = {"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": response}
        kept = Authenticator(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": stored})
        kept.save()
        return kept

    def answer(self, request: dict[str, Any], *, flags: int = PRESENT | VERIFIED, origin: str = "") -> str:
        """Answer a request that lists this credential; `flags` says what the device found about its holder."""
        options = request["publicKey"]
        assert encode(self.id) in [row["id"] for row in options["allowCredentials"]]
        assert options["userVerification"] == "required"
        client, data = self._client_data("webauthn.get", options["challenge"], origin), self._data(flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encode(client),
            "authenticatorData": encode(data),
            "signature": encode(signature),
            "userHandle": None,
        }
        return json.dumps({"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": response})

    @property
    def answer_id(self) -> str:
        """The id by which a request lists it."""
        return encode(self.id)

    @property
    def public_key_text(self) -> str:
        """Its public key as COSE, in base64url."""
        return encode(self._public_key())

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + (1).to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, origin: str = "") -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or f"https://{self.site}"}).encode()


def decode(text: str) -> bytes:
    """Read base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
