"""Appeals: opened by the candidate, given to an uninvolved person, decided with reasons."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from exams.actions.regrades import lock_result, score_again
from exams.actions.results import Grounds, step
from exams.errors import ResultError
from exams.models import Appeal, AppealEvent, AppealStep, Attempt, FormItem, ItemReview, Mark, Result, ResultEvent
from exams.rules.appeal_policy import (
    AppealKind,
    AppealState,
    Involvement,
    Objection,
    is_late,
    objections_to,
)
from exams.rules.result_policy import OUT, ResultState
from exams.tasks import APPEAL_MAIL
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand, scope_of
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

LONGEST_TEXT = 4000


def _no_longer_open() -> ResultError:
    return ResultError("closed", "This appeal is closed already.")


@transaction.atomic
def open_appeal(
    *, attempt: Attempt, kind: AppealKind, position: int | None = None, text: str, by: User, now: datetime | None = None
) -> Appeal:
    """Open an appeal about a result that is out, or about the question with a number on the candidate's form.

    Raises `PermissionDenied`, and `ResultError`: `not_yours`, `not_out`, `too_late`, `text_missing`, `text_too_long`,
    `no_such_question`, `already_open`.
    """
    demand(by, Permission.APPEAL_OPEN)
    now = now or timezone.now()
    lock_result(attempt)
    result = Result.objects.select_related("attempt__exam").filter(attempt=attempt).first()
    position = position if kind is AppealKind.ITEM else None
    _refuse(attempt, result, kind, position, text, by, now)
    appeal = Appeal(
        attempt=attempt,
        kind=kind.value,
        position=position,
        text=text.strip(),
        opened_by=by,
        opened_at=now,
        due_on=timezone.localdate(now) + timedelta(days=attempt.exam.decision_days),
    )
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        raise ResultError("already_open", "You have an appeal about this already. It waits for a decision.") from error
    _add_event(appeal, AppealStep.OPENED, by)
    if result is not None and result.state == ResultState.RELEASED:
        step(result=result, to=ResultState.APPEALED, grounds=Grounds(by=by, reason=f"Appeal: {appeal.about.lower()}."))
    record(Verb.APPEAL_OPENED, by=by, target=appeal, data={"kind": appeal.kind, "position": position})
    return appeal


def _refuse(
    attempt: Attempt,
    result: Result | None,
    kind: AppealKind,
    position: int | None,
    text: str,
    by: User,
    now: datetime,
) -> None:
    if attempt.enrolment.person_id != by.pk:
        raise ResultError("not_yours", "This is not your attempt.")
    if result is None or ResultState(result.state) not in OUT:
        raise ResultError("not_out", "There is no result yet that you could appeal.")
    if is_late(result.out_since, days=attempt.exam.appeal_days, now=now):
        raise ResultError("too_late", "The time for an appeal is over.")
    if not text.strip():
        raise ResultError("text_missing", "Say what you object to, and why.")
    if len(text) > LONGEST_TEXT:
        raise ResultError("text_too_long", f"Say it in at most {LONGEST_TEXT} characters.")
    places = FormItem.objects.filter(form=attempt.form_id)
    if kind is AppealKind.ITEM and (position is None or not places.filter(position=position).exists()):
        raise ResultError("no_such_question", "There is no question with this number on your form.")


def involvement_in(appeal: Appeal) -> Involvement:
    """Gather who had a part in the result that is appealed, and in the question if it is about one."""
    events = ResultEvent.objects.filter(result=appeal.attempt_id, to_state__in=[ResultState.RELEASED, ResultState.HELD])
    parts = events.values_list("by", "proposal__proposed_by", "proposal__decided_by")
    # The candidate's own steps are theirs, and candidates decide nothing.
    released = {person for row in parts for person in row if person is not None}
    decided = set(Appeal.objects.filter(attempt=appeal.attempt_id).values_list("decided_by", flat=True)) - {None}
    marked = set(Mark.objects.filter(task__attempt=appeal.attempt_id).values_list("marker", flat=True))
    involved = Involvement(appeal.opened_by_id, released, decided, marked_by=marked)
    if appeal.position is None:
        return involved
    place = FormItem.objects.select_related("version").get(form=appeal.attempt.form_id, position=appeal.position)
    changes = place.version.key_changes.values_list("proposed_by", "confirmed_by")
    return replace(
        involved,
        decided_by=decided | {person for row in changes for person in row},
        authors=place.version.authors,
        reviewers=set(ItemReview.objects.filter(version=place.version).values_list("reviewer", flat=True)),
    )


def objections(appeal: Appeal, person: User) -> tuple[Objection, ...]:
    """List why a person may not decide this appeal; empty for somebody uninvolved."""
    return objections_to(person.pk, person.full_name, involvement_in(appeal))


@transaction.atomic
def assign(*, appeal: Appeal, to: User, by: User) -> Appeal:
    """Give an open appeal to somebody who may decide it and had no part in it.

    Raises `PermissionDenied`, and `ResultError`: `may_not_decide`, `involved`, `closed`.
    """
    demand(by, Permission.APPEAL_DECIDE)
    if scope_of(to, Permission.APPEAL_DECIDE) is None:
        raise ResultError("may_not_decide", "This person does not decide appeals.")
    if found := objections(appeal, to):
        raise ResultError("involved", f"{to.full_name} had a part in this: {found[0].sentence}")
    if not Appeal.objects.filter(pk=appeal.pk, state=AppealState.OPEN).update(assigned_to=to):
        raise _no_longer_open()
    appeal.refresh_from_db()
    _add_event(appeal, AppealStep.ASSIGNED, by, f"To {to.full_name}.")
    record(Verb.APPEAL_ASSIGNED, by=by, target=appeal, data={"to": str(to.public_id)})
    return appeal


@transaction.atomic
def take_over(*, appeal: Appeal, by: User) -> Appeal:
    """Take an open appeal from the person who was to decide it, as somebody who had no part in it.

    Of two at once, one wins. Raises `PermissionDenied`, and `ResultError`: `involved`, `nothing_to_take`, `closed`.
    """
    demand(by, Permission.APPEAL_DECIDE)
    if found := objections(appeal, by):
        raise ResultError("involved", found[0].sentence)
    before = appeal.assigned_to
    if before is None or before == by:
        raise ResultError("nothing_to_take", "This appeal is with nobody else. You can decide it.")
    still_theirs = Appeal.objects.filter(pk=appeal.pk, state=AppealState.OPEN, assigned_to=before)
    taken = still_theirs.update(assigned_to=by)
    appeal.refresh_from_db()
    if not taken:
        raise _with_somebody_else(appeal) if appeal.is_open else _no_longer_open()
    _add_event(appeal, AppealStep.ASSIGNED, by, f"Taken over from {before.full_name}.")
    people = {"from": str(before.public_id), "to": str(by.public_id)}
    record(Verb.APPEAL_TAKEN_OVER, by=by, target=appeal, data=people)
    return appeal


def _with_somebody_else(appeal: Appeal) -> ResultError:
    name = appeal.assigned_to.full_name if appeal.assigned_to else "nobody"
    return ResultError("with_somebody_else", f"This appeal is with {name}. Take it over first if you are to decide it.")


@transaction.atomic
def decide(*, appeal: Appeal, uphold: bool, reasons: str, by: User, now: datetime | None = None) -> Appeal:
    """Decide an appeal with reasons and write to the candidate.

    A result that is upheld against is scored again; an upheld question is corrected by a key change, which is an act
    of its own. Neither can lower the result. An appeal that is with somebody is decided by that person alone. Raises
    `PermissionDenied`, and `ResultError`: `reason_missing`, `involved`, `with_somebody_else`, `closed`.
    """
    demand(by, Permission.APPEAL_DECIDE)
    if not reasons.strip():
        raise ResultError("reason_missing", "Write the reasons. The candidate reads them.")
    lock_result(appeal.attempt)
    if found := objections(appeal, by):
        raise ResultError("involved", found[0].sentence)
    state = AppealState.UPHELD if uphold else AppealState.REJECTED
    theirs = Q(assigned_to=None) | Q(assigned_to=by)
    _close(appeal, state, now or timezone.now(), theirs, decided_by=by, reasons=reasons.strip())
    _add_event(appeal, AppealStep(state.value), by, reasons.strip())
    if uphold and appeal.kind == AppealKind.RESULT:
        score_again(attempt=appeal.attempt, grounds=Grounds(by=by), may_lower=False)
    else:
        _end_appeal_of_result(appeal, by, f"Appeal {state.value}.")
    record(Verb.APPEAL_DECIDED, by=by, target=appeal, data={"state": state.value})
    enqueue(APPEAL_MAIL, key=f"{APPEAL_MAIL}:{appeal.pk}", payload={"appeal": str(appeal.pk)})
    return appeal


@transaction.atomic
def withdraw(*, appeal: Appeal, by: User) -> Appeal:
    """Take back one's own open appeal. Raises `PermissionDenied`, and `ResultError`: `not_yours`, `closed`."""
    demand(by, Permission.APPEAL_OPEN)
    if appeal.opened_by_id != by.pk:
        raise ResultError("not_yours", "This is not your appeal.")
    lock_result(appeal.attempt)
    _close(appeal, AppealState.WITHDRAWN, timezone.now())
    _add_event(appeal, AppealStep.WITHDRAWN, by)
    _end_appeal_of_result(appeal, by, "Appeal withdrawn.")
    record(Verb.APPEAL_WITHDRAWN, by=by, target=appeal)
    return appeal


def _close(appeal: Appeal, state: AppealState, now: datetime, theirs: Q | None = None, **decision: object) -> None:
    """Close an open appeal that is, for a decision, with nobody else; of two at once, one wins."""
    still_open = Appeal.objects.filter(theirs or Q(), pk=appeal.pk, state=AppealState.OPEN)
    closed = still_open.update(state=state.value, closed_at=now, **decision)
    appeal.refresh_from_db()
    if not closed:
        raise _with_somebody_else(appeal) if appeal.is_open else _no_longer_open()


def _end_appeal_of_result(appeal: Appeal, by: User, reason: str) -> None:
    """Let the result be as before once the last open appeal about it is closed."""
    if Appeal.objects.filter(attempt=appeal.attempt_id, state=AppealState.OPEN).exists():
        return
    result = Result.objects.filter(pk=appeal.attempt_id, state=ResultState.APPEALED).first()
    if result is not None:
        step(result=result, to=ResultState.RELEASED, grounds=Grounds(by=by, reason=reason))


def _add_event(appeal: Appeal, step_taken: AppealStep, by: User, text: str = "") -> None:
    AppealEvent.objects.create(appeal=appeal, step=step_taken, by=by, text=text)
