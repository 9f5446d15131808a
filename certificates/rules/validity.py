"""Is a credential good at a given moment? The one place that decides."""

from datetime import date, datetime
from enum import StrEnum


class Status(StrEnum):
    """What the register says about a number."""

    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def status_of(
    *,
    awarded_on: date | None,
    valid_until: date | None,
    revoked_at: datetime | None,
    now: datetime,
    replaced_at: datetime | None = None,
    suspended_at: datetime | None = None,
) -> Status:
    """Return the status at `now`, whose zone is the one in which days are counted.

    No award means unknown. A revocation outweighs everything else and cannot be undone, nor can a replacement by a
    newer edition. A suspension outweighs the end: of one that was out of force when it ended nobody may say that it was
    held until then. A credential is good on the whole of its last day: valid until 30 June means valid at 23:59 on
    30 June and expired on 1 July. No last day means no expiry.
    """
    if awarded_on is None:
        return Status.UNKNOWN
    if revoked_at is not None and revoked_at <= now:
        return Status.REVOKED
    if replaced_at is not None and replaced_at <= now:
        return Status.SUPERSEDED
    if suspended_at is not None and suspended_at <= now:
        return Status.SUSPENDED
    if valid_until is not None and now.date() > valid_until:
        return Status.EXPIRED
    return Status.VALID
