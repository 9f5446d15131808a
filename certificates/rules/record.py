"""The record of a credential: what was awarded to whom, by whom, as bytes that anybody can compute again.

The bytes are canonical JSON (RFC 8785). They are stored with the credential, embedded in its PDF as `credential.json`,
and their SHA-256 binds the two: a PDF whose attachment has another digest is not the one that was issued.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import rfc8785

SCHEMA = "threshold-credential/1"
ATTACHMENT_NAME = "credential.json"
BADGE_NAME = "openbadge.json"  # the signed Open Badge, the second file inside the PDF


@dataclass(frozen=True)
class Issuer:
    """Who awards: the organisation, the person whose name stands under the certificate, and where."""

    name: str
    signatory: str
    place: str


@dataclass(frozen=True)
class Assessed:
    """One thing that the holder completed or passed: the course, the exam, or the practical with its stations."""

    part: str
    on: date
    stations: int = 0


@dataclass(frozen=True)
class CredentialRecord:
    """Everything that a certificate of completion states. `number` has prefix and dashes."""

    kind: str
    number: str
    holder: str
    programme: str
    curriculum_version: str
    assessed: tuple[Assessed, ...]
    awarded_on: date
    valid_until: date | None
    issuer: Issuer
    verify_url: str

    def to_bytes(self) -> bytes:
        """Write the record as canonical JSON; days are written as `2026-11-21`."""
        return rfc8785.dumps({"schema": SCHEMA} | _plain(asdict(self)))

    @classmethod
    def from_bytes(cls, content: bytes) -> "CredentialRecord":
        """Read the bytes that `to_bytes` wrote. Raises `ValueError` or `KeyError` for anything else."""
        data: dict[str, Any] = json.loads(content)
        if data.pop("schema") != SCHEMA:
            raise ValueError("This is not a record of this version.")
        last_day = data.pop("valid_until")
        return cls(
            issuer=Issuer(**data.pop("issuer")),
            assessed=tuple(_assessed(part) for part in data.pop("assessed")),
            awarded_on=date.fromisoformat(data.pop("awarded_on")),
            valid_until=date.fromisoformat(last_day) if last_day else None,
            **data,
        )


def digest(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _assessed(part: dict[str, Any]) -> Assessed:
    return Assessed(part["part"], date.fromisoformat(part["on"]), part["stations"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
