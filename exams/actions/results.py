"""What happens to the result of a closed attempt, from its first score to its release."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from exams.actions.pending import demand_no_void, void_waits
from exams.errors import ResultError
from exams.models import Attempt, Release, Result, ResultEvent, Score, VoidKind
from exams.rules.result_policy import OUT, ResultState, may_step
from exams.signals import requirement_met
from exams.tasks import RESULT_MAIL
from lms.accounts.models import User
from lms.approvals.models import Proposal
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

VOID_PROPOSED = "Voiding the attempt was proposed before it was scored. It waits for that decision."


@dataclass(frozen=True)
class Grounds:
    """Who moved a result, why, and on which confirmed proposal; all empty when the system did."""

    by: User | None = None
    reason: str = ""
    proposal: Proposal | None = None


@transaction.atomic(savepoint=False)
def take_score(*, attempt: Attempt, score: Score) -> Result:
    """Take in a score that was just made: the first one is released or waits for people, as the exam has it.

    A score of an attempt whose result is out waits: what people were told stays until the new result is released.
    The first score of an attempt that somebody proposes to void is held, also where results are released at once, for
    what is out cannot be voided. When the proposal is declined or withdrawn, the result stays held, among the results
    that wait, until people release it as any other held one.
    """
    result = Result.objects.filter(attempt=attempt).first()
    if result is None:
        return _begin(attempt, score)
    state = ResultState(result.state)
    if state in OUT and state is not ResultState.REGRADED:
        return step(result=result, to=ResultState.REGRADED, score=score)
    if state is ResultState.AWAITING_MARKING:
        step(result=result, to=ResultState.SCORED, score=score)
        if void_waits(attempt.pk):
            return step(result=result, to=ResultState.HELD, score=score, grounds=Grounds(reason=VOID_PROPOSED))
        return release(result=result, score=score) if attempt.exam.release == Release.AT_ONCE else result
    return result


def _begin(attempt: Attempt, score: Score) -> Result:
    """Make the result of a first score. Scored and released or held at once it is one row with two steps."""
    state, reason = ResultState.SCORED, ""
    if void_waits(attempt.pk):
        state, reason = ResultState.HELD, VOID_PROPOSED
    elif attempt.exam.release == Release.AT_ONCE:
        state = ResultState.RELEASED
    is_out = state is ResultState.RELEASED
    result = Result.objects.create(
        attempt=attempt,
        state=state,
        released_score=score if is_out else None,
        passed=score.passed if is_out else None,
    )
    steps = [ResultEvent(result=result, to_state=ResultState.SCORED, score=score)]
    if state is not ResultState.SCORED:
        steps.append(
            ResultEvent(result=result, from_state=ResultState.SCORED, to_state=state, score=score, reason=reason)
        )
    ResultEvent.objects.bulk_create(steps)
    if is_out:
        _tell(result)
    return result


@transaction.atomic
def begin_marking(*, attempt: Attempt) -> Result:
    """Let a closed attempt with answers that people score wait for them."""
    result = Result.objects.create(attempt=attempt, state=ResultState.AWAITING_MARKING)
    ResultEvent.objects.create(result=result, to_state=ResultState.AWAITING_MARKING)
    return result


@transaction.atomic
def begin_void(*, attempt: Attempt, grounds: Grounds) -> Result:
    """Say of an attempt that was voided before it was handed in that it has no result and gets none."""
    result = Result.objects.create(attempt=attempt, state=ResultState.VOIDED, void_kind=attempt.void_kind)
    ResultEvent.objects.create(
        result=result, to_state=ResultState.VOIDED, by=grounds.by, reason=grounds.reason, proposal=grounds.proposal
    )
    return result


@transaction.atomic
def release(*, result: Result, score: Score, grounds: Grounds = Grounds()) -> Result:
    """Let a score count and be shown, and write to the candidate; tells `requirement_met` when it passes.

    All in one transaction. Raises `ResultError` `no_such_step`, `changed_meanwhile`, or `void_waits` while somebody
    proposes to void the attempt of a held result.
    """
    if result.state == ResultState.HELD:
        demand_no_void([result.pk])
    step(result=result, to=ResultState.RELEASED, score=score, grounds=grounds)
    _tell(result)
    key = f"{RESULT_MAIL}:{result.pk}:{score.number}"
    enqueue(RESULT_MAIL, key=key, payload={"attempt": str(result.pk), "number": score.number})
    return result


def _tell(result: Result) -> None:
    score = result.released_score
    if score is not None and score.passed:
        requirement_met.send(sender=Attempt, enrolment=result.attempt.enrolment)


@transaction.atomic
def step(
    *,
    result: Result,
    to: ResultState,
    score: Score | None = None,
    grounds: Grounds = Grounds(),
    void_kind: VoidKind | None = None,
) -> Result:
    """Move a result to another state; of two moves at once, one wins. The caller asks for the permission.

    `score` is the one that the step is about; on a release it becomes the one that counts. `void_kind` goes with a
    step to void and with no other. Raises `ResultError`:
    `no_such_step` when the states do not allow it, `changed_meanwhile` when somebody else was faster.
    """
    origin = ResultState(result.state)
    if not may_step(origin, to):
        raise ResultError("no_such_step", f"A result that is “{origin.words}” cannot become “{to.words}”.")
    changes: dict[str, Any] = {"state": to, "changed_at": timezone.now(), "void_kind": void_kind or ""}
    if to is ResultState.RELEASED and score is not None:
        changes |= {"released_score": score, "passed": score.passed}
    if not Result.objects.filter(pk=result.pk, state=origin).update(**changes):
        raise ResultError("changed_meanwhile", "Somebody changed this result a moment ago. Load the page again.")
    result.refresh_from_db()
    ResultEvent.objects.create(
        result=result,
        from_state=origin,
        to_state=to,
        score=score,
        by=grounds.by,
        reason=grounds.reason,
        proposal=grounds.proposal,
    )
    record(
        Verb.RESULT_CHANGED,
        by=grounds.by,
        target=result.attempt,
        data={"from": origin, "to": to, "score": score.number if score else None},
    )
    return result
