"""Which acts need two people. Packages register theirs when the site starts."""

import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.accounts.permissions import Permission, Scope

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.approvals.models import Proposal


@dataclass(frozen=True)
class Description:
    """A proposal in words: what will be done when it is confirmed, facts to check first, a page that shows more."""

    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    link: str = ""


def nobody(_proposals: "Sequence[Proposal]", _person: "User") -> frozenset[uuid.UUID]:
    """Say of everybody that none of these acts concerns them."""
    return frozenset()


def still_possible(_proposal: "Proposal") -> str:
    """Name nothing that has made an act impossible."""
    return ""


def targets(proposals: "Sequence[Proposal]") -> dict[uuid.UUID, str]:
    """Name proposals by their bare targets."""
    return {proposal.pk: proposal.target for proposal in proposals}


@dataclass(frozen=True)
class Kind:
    """One act: what people call it, who may propose and decide it, how it is told, and how it is done.

    `carry_out` runs in the transaction of the confirmation; it raises a `CodedError` when the act is no longer
    possible, and then nothing of the confirmation is kept. `concerns` returns which of many proposals are about
    something of a person's own, with a number of queries that does not grow with them; then somebody else decides.
    `decided_with` is the reach that the second person needs.
    `subjects` names what each of many proposals is about, with a number of queries that does not grow with them.
    `lapsed` says, without taking a lock, why an act can no longer be done, or "". `afterwards` is told to the second
    person where confirming only begins it.
    """

    code: str
    title: str
    permission: Permission
    describe: "Callable[[Proposal], Description]"
    carry_out: "Callable[[Proposal, User], None]"
    concerns: "Callable[[Sequence[Proposal], User], Set[uuid.UUID]]" = nobody
    subjects: "Callable[[Sequence[Proposal]], Mapping[uuid.UUID, str]]" = targets
    lapsed: "Callable[[Proposal], str]" = still_possible
    decided_with: Scope = Scope.OWN
    afterwards: str = ""


KINDS: dict[str, Kind] = {}


def needs_two_people(kind: Kind) -> None:
    """Make an act known. Raises `ValueError` when two acts have one code."""
    if KINDS.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"There are two acts with the code {kind.code}.")
