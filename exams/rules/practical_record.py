"""The bytes that an assessor signs, and their digests.

A record is RFC 8785 canonical JSON behind a line that names its kind (offline.md 5.1): text in NFC, numbers only
integers, times as fixed-width UTC text. What stands on the summary page, what is stored and what is hashed are the
same bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import rfc8785

from exams.rules.practical import StationJudgement

RECORD_LINE = b"tms-signoff/1\n"
SIGNATURE_LINE = b"tms-signature/1\n"
PASSKEY_SIGNATURE_LINE = b"tms-signature/2\n"
FIRST_PREVIOUS = "0" * 64
SHORT_FORM = 16

MEANING = (
    "I observed this trainee at the stations named in this record myself, on the date and at the place stated. "
    "The record says what I saw, and the levels and the outcome are my own judgement."
)
CORRECTION_MEANING = (
    "I correct the earlier version of this record for the reason stated. "
    "This version says what I saw, and the levels and the outcome are my own judgement."
)


@dataclass(frozen=True)
class Entry:
    """One field as it stands in a record. `saved_at` is None when the value was entered in a correction."""

    field: str
    value: str
    seq: int
    saved_at: datetime | None


@dataclass(frozen=True)
class Party:
    """A person in a record: id and name as printed."""

    id: str
    name: str


@dataclass(frozen=True)
class RecordFacts:
    """All that one version of a record says."""

    sitting: str
    version: int
    programme: str
    trainee: Party
    assessor: Party
    qualification: str
    rubric_code: str
    rubric_version: int
    rubric_digest: str
    stations: Sequence[str]
    date: str
    place: str
    device: str
    simulated: bool
    identity_confirmed_at: datetime
    entries: Sequence[Entry]
    judgements: Sequence[StationJudgement]
    outcome: str
    corrects: str | None = None
    reason: str = ""
    qualified_by: str = ""
    device_family: str = ""
    overrides: Sequence[Mapping[str, str]] = ()
    rates_again: str = ""
    adjudicates: bool = False
    sealed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SignatureFacts:
    """All that a signature binds together (exams.md section 5); `assertion` is a passkey's answer, if one was used."""

    record_digest: str
    sitting: str
    version: int
    signer: str
    printed_name: str
    meaning: str
    auth_method: str
    authenticated_at: datetime
    signed_at: datetime
    chain_number: int
    previous: str
    assertion: str = ""


def timestamp_text(moment: datetime) -> str:
    """Write a moment as fixed-width UTC text, microseconds included."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record_bytes(facts: RecordFacts) -> bytes:
    """Return the canonical bytes of a record; see `record_content`."""
    return RECORD_LINE + rfc8785.dumps(record_content(facts))


def record_content(facts: RecordFacts) -> dict[str, Any]:
    """Return what a record says. Empty fields are left out: a cleared answer is no answer.

    So are the qualification by its key, the kind of device, allowed conflicts and what it rates again, where there is
    none: records from before these were kept have the same form.
    """
    record: dict[str, Any] = {
        "sitting": facts.sitting,
        "version": facts.version,
        "programme": facts.programme,
        "trainee": {"id": facts.trainee.id, "name": facts.trainee.name},
        "assessor": {"id": facts.assessor.id, "name": facts.assessor.name, "qualification": facts.qualification},
        "rubric": {"code": facts.rubric_code, "version": facts.rubric_version, "digest": facts.rubric_digest},
        "stations": list(facts.stations),
        "setting": {"date": facts.date, "place": facts.place, "device": facts.device, "simulated": facts.simulated},
        "identity_confirmed_at": timestamp_text(facts.identity_confirmed_at),
        "entries": [_entry(entry) for entry in sorted(facts.entries, key=lambda entry: entry.field) if entry.value],
        "judgements": [
            {"station": row.station, "level": row.level, "critical": row.critical, "met": row.met}
            for row in facts.judgements
        ],
        "outcome": facts.outcome,
        "meaning": meaning_of(facts.version),
        "corrects": facts.corrects,
        "reason": facts.reason,
    }
    if facts.qualified_by:
        record["assessor"]["qualified_by"] = facts.qualified_by
    if facts.device_family:
        record["setting"]["device_family"] = facts.device_family
    if facts.overrides:
        record["overrides"] = [dict(row) for row in facts.overrides]
    if facts.rates_again:
        record["rates_again"] = {"sitting": facts.rates_again, "adjudicates": facts.adjudicates}
    if facts.sealed:
        record["sealed"] = dict(facts.sealed)
    return record


def read_record(payload: bytes) -> dict[str, Any]:
    """Parse stored bytes. Raises `ValueError` when they are not a record or not in canonical form."""
    if not payload.startswith(RECORD_LINE):
        raise ValueError("These bytes are not a practical record")
    record: dict[str, Any] = json.loads(payload[len(RECORD_LINE) :])
    if RECORD_LINE + rfc8785.dumps(record) != payload:
        raise ValueError("The record is not in canonical form")
    return record


def values_of(payload: bytes) -> dict[str, str]:
    """Return the values of stored bytes by field, without checking their form again: for figures over many records."""
    rows = json.loads(payload[len(RECORD_LINE) :])["entries"]
    return {row["field"]: row["value"] for row in rows}


def entries_of(record: dict[str, Any]) -> tuple[Entry, ...]:
    """Return the entries of a parsed record."""
    return tuple(
        Entry(row["field"], row["value"], row["seq"], moment_of(row["saved_at"]) if row["saved_at"] else None)
        for row in record["entries"]
    )


def meaning_of(version: int) -> str:
    """Say in words what signing this version means."""
    return MEANING if version == 1 else CORRECTION_MEANING


def digest_of(payload: bytes) -> str:
    """Return the SHA-256 of bytes as 64 hex digits."""
    return hashlib.sha256(payload).hexdigest()


def challenge_of(digest: str) -> bytes:
    """Return what a passkey is asked to sign for a record: the 32 bytes of its digest (offline.md 5.2)."""
    return bytes.fromhex(digest)


def short_form(digest: str) -> str:
    """Return the first 16 digits in groups of four, for reading aloud: "9f86 d081 884c 7d65"."""
    head = digest[:SHORT_FORM]
    return " ".join(head[start : start + 4] for start in range(0, len(head), 4))


def signature_digest(facts: SignatureFacts) -> str:
    """Return the digest of a signature: it covers record, signer, meaning, times and the signer's signature before."""
    body: dict[str, Any] = {
        "record_digest": facts.record_digest,
        "sitting": facts.sitting,
        "version": facts.version,
        "signer": facts.signer,
        "printed_name": facts.printed_name,
        "meaning": facts.meaning,
        "auth_method": facts.auth_method,
        "authenticated_at": timestamp_text(facts.authenticated_at),
        "signed_at": timestamp_text(facts.signed_at),
        "chain_number": facts.chain_number,
        "previous": facts.previous,
    }
    if not facts.assertion:
        return digest_of(SIGNATURE_LINE + rfc8785.dumps(body))
    body["assertion"] = facts.assertion
    return digest_of(PASSKEY_SIGNATURE_LINE + rfc8785.dumps(body))


def _entry(entry: Entry) -> dict[str, Any]:
    saved_at = timestamp_text(entry.saved_at) if entry.saved_at else None
    return {"field": entry.field, "value": entry.value, "seq": entry.seq, "saved_at": saved_at}


def moment_of(text: str) -> datetime:
    """Read a moment as `timestamp_text` writes it. Raises `ValueError` for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
