"""A device in software: it enrols, takes a list along, and seals records as the app does, by another road."""

import copy
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exams.actions.field_devices import enrol_device
from lms.accounts.models import User
from tests.factories.passkeys import SoftPasskey, encode

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def stamp(moment: datetime) -> str:
    """Write a moment as the app does: browsers know milliseconds."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text[:-3]}000Z"


def canonical(value: Any) -> str:
    """Write canonical JSON: `json` sorts by code points, which is the same for keys of the basic plane."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    """Write a public key as SubjectPublicKeyInfo in base64url, as a browser's `exportKey` gives it."""
    return encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


class SoftDevice:
    """One enrolled browser of one assessor, talking to the site through a test client."""

    def __init__(self, person: User, label: str = "Tablet one") -> None:
        """Make a key and enrol it."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.row = enrol_device(by=person, label=label, public_key=self.public_key)
        self.client = Client()
        self.client.force_login(person)
        self.previous = "0" * 64
        self.number = 0
        self.list: dict[str, Any] = {}

    @property
    def public_key(self) -> str:
        """Its public key, as it was enrolled."""
        return spki(self.key)

    def post(self, name: str, **body: Any) -> Any:
        """Post JSON to an address of the app."""
        body = {"device": str(self.row.pk), **body}
        return self.client.post(reverse(f"exams:field_{name}"), body, content_type="application/json")

    def load(self) -> list[dict[str, Any]]:
        """Take the list along."""
        self.list = self.post("load").json()
        sittings: list[dict[str, Any]] = self.list["sittings"]
        return sittings

    def record(self, given: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """Build a record with everything done, at level 4; `changes` replace parts of it.

        `values` change entries by field, `seal` parts of the seal, `sealed_at` is the time of the device's clock.
        """
        now = changes.pop("sealed_at", None) or timezone.now()
        values = {"outcome": "competent"}
        for station in given["plan"]["stations"]:
            values |= {one["code"]: "done" for one in station["criteria"]}
            values |= {station["critical"]: "no", station["level"]: "4"}
        values |= changes.pop("values", {})
        record = copy.deepcopy(given["base"])
        if not given["opened"]:
            basis = given["bases"][0]
            record["identity_confirmed_at"] = stamp(now - timedelta(seconds=1))
            record["assessor"] |= {"qualification": basis["value"], "qualified_by": basis["qualified_by"]}
        record["entries"] = [
            {"field": field, "saved_at": stamp(now), "seq": 1, "value": unicodedata.normalize("NFC", value)}
            for field, value in sorted(values.items())
            if value
        ]
        record["judgements"] = [
            {"critical": False, "level": int(values[station["level"]]), "met": True, "station": station["code"]}
            for station in given["plan"]["stations"]
        ]
        record["outcome"] = values["outcome"]
        record["sealed"] = {
            "checkout": given["checkout"],
            "device": str(self.row.pk),
            "number": self.number + 1,
            "previous": self.previous,
            "sealed_at": stamp(now),
            "since_contact_ms": 12_000,
        } | changes.pop("seal", {})
        return record | changes

    def seal(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Seal a record under the next number; return what is sent."""
        payload = "tms-signoff/1\n" + canonical(record)
        self.number += 1
        self.previous = sha256(payload.encode()).hexdigest()
        return {"payload": payload, "signature": self.sign(payload), "passkey": "", "replaced": False}

    def sign(self, payload: str, *, twin: bool = False) -> str:
        """Sign as WebCrypto does: raw r and s. The twin has n − s in the place of s, and verifies as well."""
        r, s = decode_dss_signature(self.key.sign(payload.encode(), ec.ECDSA(hashes.SHA256())))
        s = ORDER - s if twin else s
        return encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def send(self, sealed: Mapping[str, Any]) -> dict[str, Any]:
        """Send a sealed record, and return the answer."""
        answer = self.post("upload", **sealed)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def seal_and_send(self, sitting: Mapping[str, Any], passkey: SoftPasskey | None = None, **changes: Any) -> Any:
        """Rate, seal and send one sitting."""
        sealed = self.seal(self.record(sitting, **changes))
        if passkey:
            sealed["passkey"] = answer_to(passkey, sealed["payload"])
        return self.send(sealed)


def answer_to(passkey: SoftPasskey, payload: str) -> str:
    """Let a passkey answer to the digest of a payload."""
    challenge = encode(sha256(payload.encode()).digest())
    rows = [{"id": passkey.answer_id}]
    return passkey.answer(
        {"publicKey": {"challenge": challenge, "allowCredentials": rows, "userVerification": "required"}}
    )
