"""Results that wait for people: proposed for release in a batch, confirmed by a second person, held."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import Max

from exams.actions.pending import RELEASE, demand_in_no_release, demand_no_void, voids_waiting
from exams.actions.results import Grounds, release, step
from exams.errors import ResultError
from exams.models import Result, Score
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.jobs.actions import enqueue

T = TypeVar("T")
LARGEST_BATCH = 2000
AT_ONCE = 50
WAITING = (ResultState.SCORED, ResultState.HELD)


def _slices(everything: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (everything[start : start + size] for start in range(0, len(everything), size))


def digest_of_scores(scores: Iterable[int]) -> str:
    """Return the digest of a batch: SHA-256 over its score ids in rising order."""
    return hashlib.sha256(",".join(str(score) for score in sorted(scores)).encode()).hexdigest()


@transaction.atomic
def propose_release(*, attempts: Sequence[uuid.UUID], reason: str, by: User) -> Proposal:
    """Ask a second person to release the newest scores of these attempts, exactly as they are now.

    Raises `PermissionDenied`, `ResultError`: `nothing_chosen`, `too_many`, `void_waits`; and `ProposalError`, also
    `already_proposed` when one of them is in another release that waits.
    """
    demand(by, Permission.RESULT_RELEASE)
    if len(attempts) > LARGEST_BATCH:
        raise ResultError("too_many", f"Release at most {LARGEST_BATCH} results at once.")
    # Locked, so that a void or another release that is proposed at this moment is seen here or sees this one.
    for some in _slices(attempts, 500):
        list(Result.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk").values_list("pk"))
    scores = _newest_scores(attempts)
    if not scores:
        raise ResultError("nothing_chosen", "Choose at least one result that waits to be released.")
    demand_no_void(_attempts_of(scores))
    demand_in_no_release(scores)
    digest = digest_of_scores(scores)
    payload = {"scores": sorted(scores), "digest": digest}
    return propose(kind=RELEASE, target=digest, payload=payload, reason=reason, by=by)


def _newest_scores(attempts: Sequence[uuid.UUID]) -> list[int]:
    found: list[int] = []
    for some in _slices(attempts, 500):
        waiting = Result.objects.filter(attempt__in=some, state__in=WAITING)
        newest = waiting.annotate(newest=Max("attempt__scores__number")).values_list("attempt", "newest")
        numbers = dict(newest)
        rows = Score.objects.filter(attempt__in=numbers).values_list("pk", "attempt", "number")
        found += [pk for pk, attempt, number in rows if numbers[attempt] == number]
    return found


@transaction.atomic
def hold(*, result: Result, reason: str, by: User) -> Result:
    """Keep a scored result from being released until two people have released it.

    Raises `PermissionDenied`, `ResultError`: `reason_missing`, `no_such_step`, `changed_meanwhile`.
    """
    demand(by, Permission.RESULT_RELEASE)
    if not reason.strip():
        raise ResultError("reason_missing", "Say why the result is held.")
    return step(result=result, to=ResultState.HELD, grounds=Grounds(by=by, reason=reason.strip()))


def start_release(proposal: Proposal, by: User) -> None:
    """Carry out a confirmed release: a job lets the results out one after the other. Runs in the confirmation.

    Raises `ResultError`: `batch_changed` when the list is not the one that was proposed, `void_waits` while somebody
    proposes to void an attempt of it.
    """
    if digest_of_scores(proposal.payload["scores"]) != proposal.payload["digest"]:
        raise ResultError("batch_changed", "The list of results is not the one that was proposed. Propose it again.")
    demand_no_void(_attempts_of(proposal.payload["scores"]))
    enqueue(RELEASE, key=f"{RELEASE}:{proposal.pk}", payload={"proposal": str(proposal.pk)})


def _attempts_of(scores: Sequence[int]) -> list[uuid.UUID]:
    return list(Score.objects.filter(pk__in=scores).values_list("attempt", flat=True))


def release_batch(*, proposal: Proposal) -> int:
    """Release what a confirmed proposal names and return how many; safe to run again after a crash.

    Left as they are: results that were held or scored again after the proposal, for two people saw another state,
    those whose attempt somebody proposes to void since the confirmation, and those that are out already.
    """
    return sum(_release_some(some, proposal) for some in _slices(proposal.payload["scores"], AT_ONCE))


@transaction.atomic
def _release_some(scores: Sequence[int], proposal: Proposal) -> int:
    attempts = Score.objects.filter(pk__in=scores).values("attempt")
    # Whoever scores one of these again locks its result as well: no score is let out that was just superseded.
    list(Result.objects.select_for_update(no_key=True).filter(pk__in=attempts).order_by("pk"))
    grounds = Grounds(by=proposal.decided_by, reason=proposal.reason, proposal=proposal)
    released = 0
    may_become_void = voids_waiting(_attempts_of(scores))
    rows = Score.objects.filter(pk__in=scores).select_related("attempt__enrolment", "attempt__result")
    for score in rows.defer("items", "areas"):
        result = score.attempt.result
        if score.attempt_id not in may_become_void and _as_proposed(result, score, proposal):
            release(result=result, score=score, grounds=grounds)
            released += 1
    return released


def releasable(proposal: Proposal) -> bool:
    """Whether a confirmation would still release anything: one result at least is as it was proposed."""
    rows = Score.objects.select_related("attempt__result").defer("items", "areas")
    found = (row for some in _slices(proposal.payload["scores"], 500) for row in rows.filter(pk__in=some))
    return any(_as_proposed(row.attempt.result, row, proposal) for row in found)


def _as_proposed(result: Result, score: Score, proposal: Proposal) -> bool:
    """Whether nothing happened to a result between the proposal and now."""
    if result.state not in WAITING or result.changed_at > proposal.proposed_at:
        return False
    return not Score.objects.filter(attempt=score.attempt_id, number__gt=score.number).exists()
