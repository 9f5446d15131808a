"""Marking of written answers: laid out when an attempt closes, taken, given back, marked, settled (exams.md 3.8)."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from exams.actions.results import begin_marking
from exams.actions.scoring import score
from exams.errors import AwardsError, MarkingError
from exams.models import Attempt, Exam, Mark, MarkingChange, MarkingTask, Response, Result, Section, related_to
from exams.rules import marking as rules
from exams.rules.item_kinds import ScoringRule
from exams.rules.marking import Purpose
from exams.rules.result_policy import ResultState
from exams.rules.scoring import GivenAnswer, needs_marking
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


def _not_held() -> MarkingError:
    return MarkingError("not_held", "This answer is not with you any more. Go back to your list and take another one.")


@transaction.atomic(savepoint=False)
def conclude(*, attempt: Attempt) -> None:
    """Score an attempt that was just closed, or lay its written answers out for marking, which happens once only.

    Answers to items that are merely tried out are not marked.
    """
    counting = Response.objects.filter(
        attempt=attempt, form_item__section=Section.SCORED, form_item__version__scoring=ScoringRule.MANUAL
    )
    written = {response.position: response for response in counting.select_related("form_item")}
    places = needs_marking(GivenAnswer(r.position, ScoringRule.MANUAL, r.value) for r in written.values())
    if not places:
        score(attempt=attempt)
        return
    if Result.objects.filter(attempt=attempt).exists():
        return
    begin_marking(attempt=attempt)
    share = attempt.exam.second_marking_share
    twice = [place for place in places if rules.in_sample(seed=attempt.seed, position=place, share=share)]
    MarkingTask.objects.bulk_create(
        MarkingTask(
            attempt=attempt, position=place, version_id=written[place].form_item.version_id, purpose=purpose.value
        )
        for purpose, chosen in ((Purpose.FIRST, places), (Purpose.SECOND, twice))
        for place in chosen
    )
    data = {"answers": len(places), "twice": len(twice), "share": str(share)}
    record(Verb.MARKING_BEGUN, by=None, target=attempt, data=data)


@transaction.atomic
def take_next(*, by: User) -> MarkingTask | None:
    """Give a person the answer that has waited longest and that they may mark; None when there is none.

    Raises `PermissionDenied`, and `MarkingError` `too_many_open`.
    """
    scope = demand(by, Permission.MARK_ANSWERS)
    # One person's takings form a line, so that two windows together do not pass the limit.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if MarkingTask.objects.held_by(by).count() >= rules.MOST_OPEN_TASKS:
        raise MarkingError("too_many_open", f"You hold {rules.MOST_OPEN_TASKS} answers. Mark one or give one back.")
    # Whoever is slower finds the task gone and asks for the next one. The condition names columns of this one table:
    # with a join it would be a subquery, which PostgreSQL does not look at again after it waited for the faster one.
    while task := MarkingTask.objects.open_to(by, scope).first():
        free = MarkingTask.objects.filter(pk=task.pk, marker__isnull=True, done_at__isnull=True)
        if free.update(marker=by, taken_at=timezone.now()):
            record(Verb.MARKING_TAKEN, by=by, target=task, data={"purpose": task.purpose})
            return task
    return None


@transaction.atomic
def give_back(*, task_id: uuid.UUID, by: User) -> None:
    """Put an answer back for others: markers their own, those who oversee marking anybody's.

    Raises `PermissionDenied`, and `MarkingError` `not_held`, also when it was marked meanwhile.
    """
    held = MarkingTask.objects.held()
    if demand(by, Permission.MARK_ANSWERS) is not Scope.ALL:
        held = held.filter(marker=by)
    task = held.filter(pk=task_id).first()
    if task is None or not held.filter(pk=task_id, marker=task.marker_id).update(marker=None, taken_at=None):
        raise _not_held()
    record(Verb.MARKING_RETURNED, by=by, target=task, data={"purpose": task.purpose, "own": task.marker_id == by.pk})


@transaction.atomic
def mark(*, task_id: uuid.UUID, awards: Mapping[str, Decimal | None], comment: str, by: User) -> Mark:
    """Mark an answer by its rubric. The same mark again, as by a double click, changes nothing.

    With the last mark of an attempt it is scored in the same transaction. Raises `PermissionDenied`, `AwardsError`,
    and `MarkingError`: `not_held`, `already_marked`, `may_not_mark`, `not_waiting`.
    """
    scope = demand(by, Permission.MARK_ANSWERS)
    result = _lock_result(task_id, by)
    task = MarkingTask.objects.select_related("attempt__exam", "attempt__enrolment", "version").get(pk=task_id)
    given = {criterion.id: awards.get(criterion.id) for criterion in task.rubric}
    if task.done_at is not None:
        return _same_mark(task, given, comment)
    if task.marker_id != by.pk:  # given back or taken from them while this call waited
        raise _not_held()
    if result.state != ResultState.AWAITING_MARKING:
        raise MarkingError("not_waiting", "This attempt does not wait for marking any more. Nothing was saved.")
    _refuse_those_who_may_not(task, by, scope)
    if faults := rules.award_faults(task.rubric, given):
        raise AwardsError(faults)
    return _add_mark(task, {name: points for name, points in given.items() if points is not None}, comment, by)


def _lock_result(task_id: uuid.UUID, by: User) -> Result:
    """Let one mark of an attempt after the other through: two last marks at once must see each other."""
    attempts = MarkingTask.objects.filter(pk=task_id, marker=by).values("attempt")
    result = Result.objects.select_for_update(no_key=True).filter(attempt__in=attempts).first()
    if result is None:
        raise _not_held()
    return result


def _same_mark(task: MarkingTask, given: Mapping[str, Decimal | None], comment: str) -> Mark:
    stored = task.mark
    if (stored.awards, stored.comment) != (_as_text(given), comment.strip()):
        raise MarkingError("already_marked", "You have marked this answer already. The first mark stands.")
    return stored


def _as_text(awards: Mapping[str, Decimal | None]) -> dict[str, str]:
    """Write points in one form only: 2.0 is "2"."""
    return {name: f"{points.normalize():f}" for name, points in awards.items() if points is not None}


def _refuse_those_who_may_not(task: MarkingTask, by: User, scope: Scope) -> None:
    """Check again what was checked when the task was taken: a relationship may have been declared since."""
    others = MarkingTask.objects.filter(attempt=task.attempt_id, position=task.position, marker__isnull=False)
    allowed = rules.may_mark(
        marker=by.pk,
        candidate=task.attempt.enrolment.person_id,
        related_to=related_to(by),
        has_marked=set(others.exclude(pk=task.pk).values_list("marker", flat=True)),
    )
    if not allowed or (task.is_adjudication and scope is not Scope.ALL):
        raise MarkingError("may_not_mark", "You may not mark this answer. Give it back; somebody else will mark it.")


def _add_mark(task: MarkingTask, awards: Mapping[str, Decimal], comment: str, by: User) -> Mark:
    before = Mark.objects.filter(marker=by).count()
    if not MarkingTask.objects.held_by(by).filter(pk=task.pk).update(done_at=timezone.now()):
        raise _not_held()
    share = rules.share_of(task.rubric, awards)
    made = Mark.objects.create(
        task=task,
        marker=by,
        awards=_as_text(awards),
        share=str(share),
        comment=comment.strip(),
        answer_hash=Response.objects.get(attempt=task.attempt_id, position=task.position).body_hash,
    )
    more = _ask_for_more(task, share, is_new=rules.is_new_marker(before))
    record(
        Verb.ANSWER_MARKED,
        by=by,
        target=task,
        data={"purpose": task.purpose, "share": made.share, "answer": made.answer_hash, "asks_for": more},
    )
    if not more and None not in MarkingTask.objects.points_of(task.attempt).values():
        score(attempt=task.attempt)
    return made


def _ask_for_more(task: MarkingTask, share: Fraction, *, is_new: bool) -> str:
    """Ask for a second mark of a new marker's answer, or for a third where two lie too far apart; say which."""
    if task.is_adjudication:
        return ""
    others = MarkingTask.objects.filter(attempt=task.attempt_id, position=task.position).exclude(pk=task.pk)
    other = others.first()
    if other is None:
        return _lay(task, Purpose.SECOND) if is_new else ""
    if other.done_at is None:
        return ""
    apart = rules.needs_adjudication(share, Fraction(other.mark.share), task.attempt.exam.discrepancy_limit)
    return _lay(task, Purpose.ADJUDICATION) if apart else ""


def _lay(task: MarkingTask, purpose: Purpose) -> str:
    MarkingTask.objects.create(
        attempt=task.attempt, position=task.position, version=task.version, purpose=purpose.value
    )
    return purpose.value


@transaction.atomic
def change_marking(*, exam: Exam, second_share: Decimal, limit: Decimal, reason: str, by: User) -> MarkingChange:
    """Change how many answers of an exam are marked twice, and how far apart two marks may lie. Both from 0 to 1.

    Holds for attempts that close, and second marks that are given, from now on. Raises `PermissionDenied`, and
    `MarkingError`: `reason_missing`, `out_of_range`, `nothing_changed`.
    """
    demand(by, Permission.MARKING_OVERSEE)
    if not reason.strip():
        raise MarkingError("reason_missing", "Say why this changes.")
    if not (0 <= second_share <= 1 and 0 <= limit <= 1):
        raise MarkingError("out_of_range", "Both are shares from 0 to 100 percent.")
    changed = Exam.objects.filter(pk=exam.pk).exclude(second_marking_share=second_share, discrepancy_limit=limit)
    if not changed.update(second_marking_share=second_share, discrepancy_limit=limit):
        raise MarkingError("nothing_changed", "These are the settings already. Nothing was changed.")
    made = MarkingChange.objects.create(
        exam=exam, second_marking_share=second_share, discrepancy_limit=limit, reason=reason.strip(), by=by
    )
    data = {"second_share": str(second_share), "limit": str(limit)}
    record(Verb.MARKING_CHANGED, by=by, target=exam, data=data)
    return made
