"""Proposing an act, and confirming, declining or withdrawing it."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import rfc8785
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand, scope_of
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.registry import KINDS, Kind
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def propose(*, kind: str, target: str, payload: dict[str, Any], reason: str, by: User) -> Proposal:
    """Ask a second person to confirm an act; nothing is done yet.

    The audit chain gets only a digest of the payload: it cannot forget, and more people read it than may read a key.
    A payload whose few possible values could be tried out against the digest has to hold a salt.

    Raises `ProposalError`: `reason_missing`, or `already_proposed` when the same act waits for somebody already.
    """
    demand(by, KINDS[kind].permission)
    if not reason.strip():
        raise ProposalError("reason_missing", "Say why. The second person decides by your reason.")
    proposal = Proposal(kind=kind, target=target, payload=payload, reason=reason.strip(), proposed_by=by)
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError as error:
        raise ProposalError("already_proposed", "This waits for a second person already.") from error
    data = {"kind": kind, "target": target, "payload_sha256": payload_digest(payload)}
    record(Verb.PROPOSAL_MADE, by=by, target=proposal, data=data)
    return proposal


def payload_digest(payload: dict[str, Any]) -> str:
    """Return the SHA-256 of a payload in canonical JSON (RFC 8785), in hexadecimal digits."""
    return hashlib.sha256(rfc8785.dumps(payload)).hexdigest()


@transaction.atomic
def confirm(*, proposal_id: uuid.UUID, by: User, note: str = "") -> Proposal:
    """Confirm an act of somebody else and do it, in one transaction.

    The event of the decision is written last: it locks the audit chain, and whoever else changes what the act changes
    locks that first. The other way round the two would wait for each other.

    Raises `ProposalError`: `unknown_proposal`, `own_proposal`, `out_of_reach`, `concerns_you`,
    `already_decided`; and whatever the act
    itself refuses.
    """
    proposal = _decide(proposal_id, ProposalState.CONFIRMED, by, note)
    KINDS[proposal.kind].carry_out(proposal, by)
    _record(proposal, by)
    return proposal


@transaction.atomic
def decline(*, proposal_id: uuid.UUID, by: User, note: str) -> Proposal:
    """Decline an act of somebody else with a reason.

    Raises `ProposalError`: `reason_missing`, `unknown_proposal`, `own_proposal`, `out_of_reach`, `concerns_you`,
    `already_decided`.
    """
    if not note.strip():
        raise ProposalError("reason_missing", "Say why you decline. The person who proposed it will ask.")
    return _record(_decide(proposal_id, ProposalState.DECLINED, by, note), by)


@transaction.atomic
def withdraw(*, proposal_id: uuid.UUID, by: User) -> Proposal:
    """Take back one's own proposal. Raises `ProposalError`: `unknown_proposal`, `not_yours`, `already_decided`."""
    return _record(_decide(proposal_id, ProposalState.WITHDRAWN, by, ""), by)


def objection_to(proposal: Proposal, person: User) -> ProposalError | None:
    """Return why somebody may not be the second person of a proposal, or None when they may decide it."""
    kind = KINDS[proposal.kind]
    if proposal.proposed_by_id == person.pk:
        return ProposalError("own_proposal", "You proposed this yourself. Somebody else has to decide it.")
    if not _reaches(person, kind):
        return ProposalError("out_of_reach", "Your roles let you propose this, not decide it. Somebody else has to.")
    if kind.concerns([proposal], person):
        return ProposalError("concerns_you", "This concerns something of your own. Somebody else has to decide it.")
    return None


def _reaches(person: User, kind: Kind) -> bool:
    return (scope_of(person, kind.permission) or 0) >= kind.decided_with


def proposals_of(person: User) -> QuerySet[Proposal]:
    """Return what somebody may read: of the acts that their roles let them propose, their own ones at least."""
    held = [kind.code for kind in KINDS.values() if scope_of(person, kind.permission) is not None]
    rows = Proposal.objects.filter(kind__in=held)
    return rows if scope_of(person, Permission.PROPOSALS_READ) is Scope.ALL else rows.filter(proposed_by=person)


def decidable(proposals: Iterable[Proposal], person: User) -> set[uuid.UUID]:
    """Return the keys of those open proposals of which somebody may be the second person; each kind is asked once."""
    by_kind: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.is_open and proposal.proposed_by_id != person.pk and _reaches(person, KINDS[proposal.kind]):
            by_kind[proposal.kind].append(proposal)
    concerned = [KINDS[kind].concerns(some, person) for kind, some in by_kind.items()]
    return {proposal.pk for some in by_kind.values() for proposal in some}.difference(*concerned)


def _decide(proposal_id: uuid.UUID, state: ProposalState, by: User, note: str) -> Proposal:
    proposal = Proposal.objects.filter(pk=proposal_id).first()
    if proposal is None:
        raise ProposalError("unknown_proposal", "There is no such proposal.")
    demand(by, KINDS[proposal.kind].permission)
    if state is ProposalState.WITHDRAWN:
        if proposal.proposed_by_id != by.pk:
            raise ProposalError("not_yours", "Only the person who proposed this can withdraw it. You can decline it.")
    elif objection := objection_to(proposal, by):
        raise objection
    decided = Proposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN).update(
        state=state, decided_by=by, decided_at=timezone.now(), note=note.strip()
    )
    if not decided:
        raise ProposalError("already_decided", "Somebody has decided this already.")
    proposal.refresh_from_db()
    return proposal


def _record(proposal: Proposal, by: User) -> Proposal:
    record(Verb.PROPOSAL_DECIDED, by=by, target=proposal, data={"kind": proposal.kind, "state": proposal.state})
    return proposal
