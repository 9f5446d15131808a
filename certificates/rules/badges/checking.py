"""Is this file a badge of ours, whole and in force? The strict answer.

The order is: shape, issuer, key, proof, begin, status, end. Each step stops at its first fault, and nothing is believed
before the step that proves it. A list that cannot be had or read is a fault as well: a badge whose revocation cannot be
read is not confirmed. Sources: Open Badges Specification 3.0, section 8.2; W3C Bitstring Status List 1.0, section 3.2.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import ValidationError

from certificates.rules.badges import multikey
from certificates.rules.badges.canonical import UncanonicalError
from certificates.rules.badges.proof import proof_holds
from certificates.rules.badges.shapes import (
    LARGEST,
    BadgeShape,
    Proof,
    Shape,
    StatusEntry,
    StatusListShape,
    read_moment,
)
from certificates.rules.badges.status_list import is_set

AnyShape = TypeVar("AnyShape", bound=Shape)


class BadgeFault(StrEnum):
    """Why a file is not a badge of ours in force."""

    NOT_A_BADGE = "not_a_badge"
    OTHER_ISSUER = "other_issuer"
    UNKNOWN_KEY = "unknown_key"
    ALTERED = "altered"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    STATUS_NOT_READ = "status_not_read"


@dataclass(frozen=True)
class IssuerTrust:
    """Whom we believe: our identifier, and the multikey of each of our verification methods by its name."""

    did: str
    methods: Mapping[str, str]


@dataclass(frozen=True)
class BadgeAnswer:
    """What a file turned out to be; no fault means ours, whole and in force. `number` only once the proof holds."""

    fault: BadgeFault | None
    number: str = ""


class _Found(Exception):
    """Carries the answer; it never leaves this module."""

    def __init__(self, fault: BadgeFault) -> None:
        self.fault = fault


def check_badge(
    content: bytes, *, trust: IssuerTrust, status_list_at: Callable[[str], bytes | None], now: datetime
) -> BadgeAnswer:
    """Check a file that anybody may have made; `now` is an aware moment.

    `status_list_at` returns the signed list of an address, or None when there is none. Never raises for what a file
    holds.
    """
    number = ""
    try:
        shape, document = _read(BadgeShape, content, BadgeFault.NOT_A_BADGE)
        _demand(shape.issuer.id == trust.did, BadgeFault.OTHER_ISSUER)
        _check_proof(document, shape.proof, trust)
        number = shape.credentialSubject.licenseNumber
        _demand(read_moment(shape.validFrom) <= now, BadgeFault.NOT_YET_VALID)
        _check_status(shape, trust, status_list_at, now)
        _demand(not shape.validUntil or now <= read_moment(shape.validUntil), BadgeFault.EXPIRED)
    except _Found as found:
        return BadgeAnswer(found.fault, number)
    return BadgeAnswer(None, number)


def _read(kind: type[AnyShape], content: bytes, otherwise: BadgeFault) -> tuple[AnyShape, dict[str, Any]]:
    """Read JSON of one exact shape; a property that occurs twice is refused, for readers differ in which they take."""
    _demand(len(content) <= LARGEST, otherwise)
    try:
        document = json.loads(content, object_pairs_hook=_without_repeats)
        return kind.model_validate_json(content), document
    except (ValueError, RecursionError, ValidationError) as error:
        raise _Found(otherwise) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    properties = dict(pairs)
    if len(properties) != len(pairs):
        raise ValueError("A property occurs twice.")
    return properties


def _check_proof(document: dict[str, Any], proof: Proof, trust: IssuerTrust) -> None:
    name = trust.methods.get(proof.verificationMethod)
    if name is None:
        raise _Found(BadgeFault.UNKNOWN_KEY)
    try:
        holds = proof_holds(document, multikey.decode_public_key(name))
    except UncanonicalError as error:
        raise _Found(BadgeFault.ALTERED) from error
    _demand(holds, BadgeFault.ALTERED)


def _check_status(
    shape: BadgeShape, trust: IssuerTrust, status_list_at: Callable[[str], bytes | None], now: datetime
) -> None:
    """Read the bit of each purpose, from a list that is ours, whole, of that purpose and not out of date."""
    for entry, fault in zip(shape.credentialStatus, (BadgeFault.REVOKED, BadgeFault.SUSPENDED), strict=True):
        _demand(not _bit(entry, trust, status_list_at(entry.statusListCredential), now), fault)


def _bit(entry: StatusEntry, trust: IssuerTrust, content: bytes | None, now: datetime) -> bool:
    unread = BadgeFault.STATUS_NOT_READ
    if content is None:
        raise _Found(unread)
    shape, document = _read(StatusListShape, content, unread)
    subject = shape.credentialSubject
    _demand(shape.id == entry.statusListCredential and subject.statusPurpose == entry.statusPurpose, unread)
    _demand(shape.issuer == trust.did and read_moment(shape.validFrom) <= now <= read_moment(shape.validUntil), unread)
    try:
        _check_proof(document, shape.proof, trust)
        return is_set(subject.encodedList, int(entry.statusListIndex))
    except (_Found, ValueError) as error:
        raise _Found(unread) from error


def _demand(holds: bool, otherwise: BadgeFault) -> None:
    if not holds:
        raise _Found(otherwise)
