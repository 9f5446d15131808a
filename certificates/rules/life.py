"""What may be done with a credential while the register says what of it. The one place that decides.

Source: certificates.md section 8: valid → expired | suspended ↔ valid | revoked | superseded. A revoked or superseded
credential stays so for good.
"""

from enum import StrEnum

from certificates.rules.validity import Status


class Act(StrEnum):
    """What a registrar does with a credential."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    REISSUE = "reissue"


POSSIBLE: dict[Act, frozenset[Status]] = {
    Act.SUSPEND: frozenset({Status.VALID}),
    Act.REINSTATE: frozenset({Status.SUSPENDED}),
    Act.REVOKE: frozenset({Status.VALID, Status.EXPIRED, Status.SUSPENDED}),
    # Of one that is suspended a new edition would be in force again: the suspension ends first, or it is revoked.
    Act.REISSUE: frozenset({Status.VALID}),
}

IN_THE_WAY: dict[Status, tuple[str, str]] = {
    Status.VALID: ("not_suspended", "This certificate is not suspended."),
    Status.EXPIRED: ("expired", "This certificate has expired."),
    Status.SUSPENDED: ("suspended", "This certificate is suspended. End the suspension first, or revoke it."),
    Status.SUPERSEDED: ("superseded", "This certificate was replaced by a newer one. Look at that one."),
    Status.REVOKED: ("already_revoked", "This certificate is already revoked."),
}


def objection_to(act: Act, status: Status) -> tuple[str, str] | None:
    """Return why an act is not possible, as a code and a sentence, or None when it is.

    Suspending what is suspended says so by its own code, `already_suspended`.
    """
    if status in POSSIBLE[act]:
        return None
    if act is Act.SUSPEND and status is Status.SUSPENDED:
        return "already_suspended", "This certificate is suspended already."
    return IN_THE_WAY[status]
