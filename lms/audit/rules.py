"""How an event's hash is computed. Pure, so that the chain can be recomputed by anybody."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

CHAIN_VERSION = "threshold-audit/1"
GENESIS_HASH = "0" * 64


@dataclass(frozen=True)
class EventFacts:
    """All that an event's hash covers. Times are UTC; `data` is JSON without personal data."""

    sequence: int
    occurred_at: datetime
    actor: str
    verb: str
    target_type: str
    target_id: str
    request_id: str
    data: dict[str, Any]
    previous_hash: str


def timestamp_text(moment: datetime) -> str:
    """Write a moment as fixed-width UTC text, microseconds included."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_hash(facts: EventFacts) -> str:
    """Return the SHA-256 (64 hex digits) of an event.

    The hashed text is the version line followed by the RFC 8785 canonical JSON of all fields, so no two different
    events can share one text.
    """
    body = rfc8785.dumps(
        {
            "actor": facts.actor,
            "data": facts.data,
            "occurred_at": timestamp_text(facts.occurred_at),
            "previous_hash": facts.previous_hash,
            "request_id": facts.request_id,
            "sequence": facts.sequence,
            "target_id": facts.target_id,
            "target_type": facts.target_type,
            "verb": facts.verb,
        }
    )
    return hashlib.sha256(CHAIN_VERSION.encode() + b"\n" + body).hexdigest()
