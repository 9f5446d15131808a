"""Voiding an attempt: one person proposes, an exam administrator who is somebody else confirms."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from exams.actions.invigilation import attempt_for
from exams.actions.results import Grounds, begin_void, step
from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, AttemptEventKind, AttemptState, Result, VoidKind
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text

CODE = "attempt.void"
NOT_VOIDABLE = AttemptError(
    "not_voidable", "Only an attempt in progress, or one whose result is held, can be voided. This one is neither."
)
CONSEQUENCES = {
    VoidKind.TECHNICAL: "It does not use up an attempt.",
    VoidKind.MISCONDUCT: "It uses up an attempt.",
}


@transaction.atomic
def propose_void(*, attempt_id: uuid.UUID, kind: VoidKind, reason: str, by: User) -> Proposal:
    """Ask a second person to void an attempt that is open or whose result is held. It goes on until then.

    Raises `AttemptError`: `unknown_attempt`, `own_attempt`, `not_voidable`; and what `propose` refuses.
    """
    attempt = attempt_for(attempt_id, by, Permission.ATTEMPT_VOID)
    if not attempt.is_open and not Result.objects.filter(attempt=attempt, state=ResultState.HELD).exists():
        raise NOT_VOIDABLE
    return propose(kind=CODE, target=str(attempt.pk), payload={"void_kind": kind.value}, reason=reason, by=by)


def _void(proposal: Proposal, by: User) -> None:
    """Do what was confirmed. An attempt handed in meanwhile stays: its result would have to be held first."""
    if demand(by, Permission.ATTEMPT_VOID) is not Scope.ALL:
        raise PermissionDenied("The second person is an exam administrator.")
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
    held = Result.objects.filter(attempt=attempt, state=ResultState.HELD).first()
    if held is None:
        raise NOT_VOIDABLE
    step(result=held, to=ResultState.VOIDED, grounds=grounds, void_kind=kind)


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


def _is_own(proposal: Proposal, person: User) -> bool:
    return Attempt.objects.filter(pk=proposal.target, enrolment__person=person).exists()


needs_two_people(Kind(CODE, "Void an exam attempt", Permission.ATTEMPT_VOID, _describe, _void, _is_own))
