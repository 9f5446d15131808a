"""Entries of the log: what is said about a certificate without saying whose it is.

An entry is canonical JSON (RFC 8785) with five members. It has no name, number, address or id. The digest of the
credential cannot be guessed, for the credential holds a random salt and a signature, so an entry tells something only
to who has the file. Nothing in it has to go when a person's data are erased.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import rfc8785

VERSION = 1
SHA256 = re.compile("[0-9a-f]{64}")
MEMBERS = {"version", "event", "credential_sha256", "pdf_sha256", "day"}


class LogEvent(StrEnum):
    """What happened to a certificate."""

    ISSUE = "issue"
    REPLACE = "replace"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    RESUME = "resume"


@dataclass(frozen=True)
class Entry:
    """One event of one certificate, named by the digests of its two files; the day is one of the site's zone."""

    event: LogEvent
    credential_sha256: str
    pdf_sha256: str
    day: date

    def to_bytes(self) -> bytes:
        """Write the entry as it is hashed."""
        return rfc8785.dumps(
            {
                "version": VERSION,
                "event": self.event.value,
                "credential_sha256": self.credential_sha256,
                "pdf_sha256": self.pdf_sha256,
                "day": self.day.isoformat(),
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> "Entry":
        """Read what `to_bytes` wrote. Raises `ValueError` for anything else, other spacing or members included."""
        data = json.loads(content)
        if not isinstance(data, dict) or set(data) != MEMBERS or data["version"] != VERSION:
            raise ValueError("This is not an entry of this version.")
        digests = str(data["credential_sha256"]), str(data["pdf_sha256"])
        if not all(SHA256.fullmatch(text) for text in digests):
            raise ValueError("An entry holds two SHA-256 digests.")
        entry = cls(LogEvent(data["event"]), *digests, date.fromisoformat(str(data["day"])))
        if entry.to_bytes() != content:
            raise ValueError("This entry is not canonical.")
        return entry
