"""Proposals about results that still wait for a second person: to void an attempt, to release a batch."""

import uuid
from collections.abc import Collection, Iterable

from exams.errors import ResultError
from exams.models import Attempt
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal, ProposalState
from lms.look.templatetags.moments import moment_text

VOID = "attempt.void"
RELEASE = "exams.release"
MOST_NAMED = 3


def voids_waiting(attempts: Collection[uuid.UUID]) -> dict[uuid.UUID, Proposal]:
    """Return the open proposals to void these attempts.

    All open ones are read: few wait at a time, and a batch may have thousands of attempts.
    """
    rows = Proposal.objects.filter(kind=VOID, state=ProposalState.OPEN).select_related("proposed_by")
    wanted = {str(attempt): attempt for attempt in attempts}
    return {wanted[row.target]: row for row in rows if row.target in wanted}


def void_waits(attempt: uuid.UUID) -> bool:
    """Whether somebody proposes to void an attempt. Whoever proposes locks the attempt or its result before."""
    return Proposal.objects.filter(kind=VOID, target=str(attempt), state=ProposalState.OPEN).exists()


def releases_waiting() -> dict[int, Proposal]:
    """Return the open proposal of every score that is in one."""
    rows = Proposal.objects.filter(kind=RELEASE, state=ProposalState.OPEN).select_related("proposed_by")
    return {score: row for row in rows for score in row.payload["scores"]}


def demand_no_void(attempts: Collection[uuid.UUID]) -> None:
    """Raise `ResultError` `void_waits`, naming the proposals, when one of these attempts may yet become void."""
    waiting = voids_waiting(attempts)
    if not waiting:
        return
    rows = Attempt.objects.filter(pk__in=sorted(waiting, key=str)[:MOST_NAMED]).select_related(
        "enrolment__person", "exam"
    )
    named = [
        f"{row.enrolment.person.full_name}, {row.exam.title}, attempt {row.number}: to void it was proposed by "
        f"{waiting[row.pk].proposed_by.full_name}, {moment_text(waiting[row.pk].proposed_at)}."
        for row in rows
    ]
    raise ResultError(
        "void_waits",
        f"{' '.join(named)}{_more(len(waiting))} What is released cannot be voided any more. Decide that proposal "
        "first, or leave the result out.",
    )


def demand_in_no_release(scores: Iterable[int]) -> None:
    """Raise `ProposalError` `already_proposed`, naming the proposals, when one of these scores is in a release."""
    waiting = releases_waiting()
    found = {waiting[score].pk: waiting[score] for score in scores if score in waiting}
    if found:
        named = [
            f"by {row.proposed_by.full_name}, {moment_text(row.proposed_at)}"
            for row in sorted(found.values(), key=lambda row: row.proposed_at)[:MOST_NAMED]
        ]
        raise ProposalError(
            "already_proposed",
            f"The release of some of these results waits for a second person already: proposed {'; '.join(named)}."
            f"{_more(len(found))} Leave them out, or decide that proposal first.",
        )


def _more(count: int) -> str:
    return f" And {count - MOST_NAMED} more." if count > MOST_NAMED else ""
