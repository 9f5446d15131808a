"""A passkey that signs: its answer to a challenge that is the digest of what is signed (offline.md 5.2).

Unlike at a log-in the challenge is no secret and no session holds it: whoever knows the digest can ask, and only the
holder of the passkey, with PIN or biometrics, can answer. The answer is kept whole, with the public key, so that it
can be checked years later and without the account.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from lms.accounts.models import User

UNREADABLE = "the passkey's answer cannot be read"


@dataclass(frozen=True)
class Assertion:
    """A passkey's answer and what is needed to check it; bytes are base64url text, as browsers send them."""

    relying_party: str
    credential: str
    public_key: str
    authenticator_data: str
    client_data: str
    signature: str

    def to_text(self) -> str:
        """Write it as JSON with sorted keys: the same assertion is always the same text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def request_for(person: User, challenge: bytes) -> dict[str, Any] | None:
    """Return what a browser hands to `navigator.credentials.get`, or None for a person without passkeys.

    The person must be verified by the device (PIN or biometrics). Needs a request, whose host is the relying party.
    """
    known = _credentials(person)
    if not known:
        return None
    options, _state = _server().authenticate_begin(known, UserVerificationRequirement.REQUIRED, challenge)
    return dict(options)


def read_answer(person: User, challenge: bytes, text: str) -> Assertion:
    """Check what the browser sent back for the same challenge. Raises `ValueError` with the reason."""
    server, known = _server(), _credentials(person)
    state = {"challenge": websafe_encode(challenge), "user_verification": UserVerificationRequirement.REQUIRED}
    try:
        content = json.loads(text)
        used = server.authenticate_complete(state, known, content)
        answer = AuthenticationResponse.from_dict(content).response
    except (TypeError, KeyError, AttributeError) as fault:
        raise ValueError(UNREADABLE) from fault
    return Assertion(
        relying_party=server.rp.id or "",
        credential=websafe_encode(used.credential_id),
        public_key=websafe_encode(cbor.encode(dict(used.public_key))),
        authenticator_data=websafe_encode(bytes(answer.authenticator_data)),
        client_data=websafe_encode(bytes(answer.client_data)),
        signature=websafe_encode(answer.signature),
    )


def fault_of(text: str, challenge: bytes, person: User) -> str | None:
    """Check a kept assertion again, from its bytes alone; return what does not hold, or None.

    While the person still has the passkey, its public key must be the one that is kept.
    """
    try:
        assertion = Assertion(**json.loads(text))
        client = CollectedClientData(websafe_decode(assertion.client_data))
        data = AuthenticatorData(websafe_decode(assertion.authenticator_data))
        key = CoseKey.parse(_mapping(cbor.decode(websafe_decode(assertion.public_key))))
        credential = websafe_decode(assertion.credential)
    except (ValueError, TypeError, KeyError, IndexError, struct.error):
        return UNREADABLE
    if client.type != CollectedClientData.TYPE.GET or client.challenge != challenge:
        return "the passkey signed something else"
    own_site = verify_rp_id(assertion.relying_party, client.origin)
    if not own_site or data.rp_id_hash != hashlib.sha256(assertion.relying_party.encode()).digest():
        return "the passkey signed for another site"
    if not (data.is_user_present() and data.is_user_verified()):
        return "the passkey did not verify its holder"
    if any(known.credential_id == credential and known.public_key != key for known in _credentials(person)):
        return "the public key is not that of the signer's passkey"
    try:
        key.verify(bytes(data) + client.hash, websafe_decode(assertion.signature))
    except (InvalidSignature, NotImplementedError):
        return "the passkey's signature does not match what it covers"
    return None


def _mapping(value: Any) -> Mapping[int, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(UNREADABLE)
    return value


def _credentials(person: User) -> list[AttestedCredentialData]:
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    found = [row.wrap().authenticator_data.credential_data for row in rows]
    return [data for data in found if data]


def _server() -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(**get_adapter().get_public_key_credential_rp_entity()))
