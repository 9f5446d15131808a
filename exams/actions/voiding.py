"""Voiding an attempt: one person proposes, an exam administrator who is somebody else confirms."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from exams.actions import pending
from exams.actions.invigilation import attempt_for
from exams.actions.results import Grounds, begin_void, step
from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, AttemptEventKind, AttemptState, MarkingTask, Result, VoidKind
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text

# A result that is in one of these was not told to anybody.
VOIDABLE = (ResultState.AWAITING_MARKING, ResultState.HELD)
CONSEQUENCES = {
    VoidKind.TECHNICAL: "It does not use up an attempt.",
    VoidKind.MISCONDUCT: "It uses up an attempt.",
}


def _not_voidable() -> AttemptError:
    return AttemptError(
        "not_voidable",
        "Only an attempt in progress, or one whose result waits for marking or is held, can be voided. This one is "
        "none of these.",
    )


@transaction.atomic
def propose_void(*, attempt_id: uuid.UUID, kind: VoidKind, reason: str, by: User) -> Proposal:
    """Ask a second person to void an attempt that is open, waits for marking, or whose result is held.

    It goes on until then; handed in meanwhile, its result is held (see `take_score`).

    Raises `AttemptError`: `unknown_attempt`, `own_attempt`, `not_voidable`; and what `propose` refuses.
    """
    attempt = attempt_for(attempt_id, by, Permission.ATTEMPT_VOID)
    if not _is_voidable(attempt):
        raise _not_voidable()
    return propose(kind=pending.VOID, target=str(attempt.pk), payload={"void_kind": kind.value}, reason=reason, by=by)


def _is_voidable(attempt: Attempt) -> bool:
    """Ask under a lock, so that whoever hands in or marks at this moment is done, or waits and sees the proposal."""
    is_open = Attempt.objects.open().select_for_update(no_key=True).filter(pk=attempt.pk)
    not_out = Result.objects.select_for_update(no_key=True).filter(attempt=attempt, state__in=VOIDABLE)
    return is_open.first() is not None or not_out.first() is not None


def _void(proposal: Proposal, by: User) -> None:
    """Do what was confirmed. Of an attempt that was handed in meanwhile, the result becomes void."""
    attempt = attempt_for(uuid.UUID(proposal.target), by, Permission.ATTEMPT_VOID)
    kind = VoidKind(proposal.payload["void_kind"])
    grounds = Grounds(by=by, reason=proposal.reason, proposal=proposal)
    now = timezone.now()
    voided = (
        Attempt.objects.open()
        .filter(pk=attempt.pk)
        .update(state=AttemptState.VOIDED, void_kind=kind, submitted_at=now, remaining=None, rev=F("rev") + 1)
    )
    attempt.refresh_from_db()
    if voided:
        begin_void(attempt=attempt, grounds=grounds)
    else:
        _void_result(attempt, kind, grounds)
    data: dict[str, Any] = {"void_kind": kind.value, "proposal": str(proposal.pk)}
    AttemptEvent.objects.create(
        attempt=attempt, kind=AttemptEventKind.VOIDED, by=by, text=proposal.reason, detail=data, happened_at=now
    )
    record(Verb.ATTEMPT_VOIDED, by=by, target=attempt, data=data)


def _void_result(attempt: Attempt, kind: VoidKind, grounds: Grounds) -> None:
    """Void a result that nobody was told of. Answers that markers hold go back: there is nothing to mark any more."""
    result = Result.objects.filter(attempt=attempt, state__in=VOIDABLE).first()
    if result is None:
        raise _not_voidable()
    step(result=result, to=ResultState.VOIDED, grounds=grounds, void_kind=kind)
    MarkingTask.objects.held().filter(attempt=attempt).update(marker=None, taken_at=None)


def _describe(proposal: Proposal) -> Description:
    attempt = Attempt.objects.select_related("enrolment__person", "exam").get(pk=proposal.target)
    kind = VoidKind(proposal.payload["void_kind"])
    name = attempt.enrolment.person.full_name
    return Description(
        sentence=f"The attempt of {name} is voided: {kind.label.lower()}. {CONSEQUENCES[kind]}",
        facts=(
            ("Exam", f"{attempt.exam.title}, attempt {attempt.number}"),
            ("Started", moment_text(attempt.started_at)),
            ("State", attempt.get_state_display()),
        ),
        link=reverse("exams:watched_attempt", kwargs={"attempt_id": attempt.pk}),
    )


def _of_ones_own(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    targets = {uuid.UUID(proposal.target): proposal.pk for proposal in proposals}
    own = Attempt.objects.filter(pk__in=targets, enrolment__person=person).values_list("pk", flat=True)
    return frozenset(targets[attempt] for attempt in own)


def _subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    """Name candidate, exam and attempt."""
    targets = [uuid.UUID(proposal.target) for proposal in proposals]
    rows = Attempt.objects.select_related("enrolment__person", "exam").in_bulk(targets)
    return {proposal.pk: _subject(rows[uuid.UUID(proposal.target)]) for proposal in proposals}


def _subject(attempt: Attempt) -> str:
    return f"{attempt.enrolment.person.full_name}: {attempt.exam.title}, attempt {attempt.number}"


needs_two_people(
    Kind(
        pending.VOID,
        "Void an exam attempt",
        Permission.ATTEMPT_VOID,
        _describe,
        _void,
        concerns=_of_ones_own,
        subjects=_subjects,
        decided_with=Scope.ALL,
    )
)
