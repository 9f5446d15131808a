"""The hash chain of the answers of one attempt, and the canonical form of an answer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from exams.rules.scoring import Value
from lms.audit.rules import timestamp_text

CHAIN_VERSION = "threshold-answers/1"
GENESIS_HASH = "0" * 64


@dataclass(frozen=True)
class AnswerFacts:
    """All that the hash of one accepted save covers; `body_hash` stands for the value."""

    attempt: str
    position: int
    seq: int
    rev: int
    body_hash: str
    received_at: datetime
    previous_hash: str


def body_text(value: Value) -> str:
    """Write an answer as JSON in one form only: the order in which options were ticked does not matter."""
    return json.dumps(sorted(set(value)) if isinstance(value, list) else value, ensure_ascii=True)


def body_hash(text: str) -> str:
    """Return the SHA-256 (hex) of an answer written by `body_text`."""
    return hashlib.sha256(text.encode()).hexdigest()


def answer_hash(facts: AnswerFacts) -> str:
    """Return the SHA-256 (hex) of one entry. Every field is of fixed form without line breaks, so lines are enough."""
    lines = (
        CHAIN_VERSION,
        facts.attempt,
        str(facts.position),
        str(facts.seq),
        str(facts.rev),
        facts.body_hash,
        timestamp_text(facts.received_at),
        facts.previous_hash,
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
