"""Correcting a key: tried out first, agreed on by two people, then every closed attempt is scored again."""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from exams.actions.results import Grounds, release, step
from exams.actions.scoring import FormKey, answers_of, assess, form_key, marks_of, other_key, scaled_of, score
from exams.consequences import Consequence, consequences_for, doubt_in_words
from exams.errors import ResultError
from exams.models import Appeal, Attempt, Exam, ExamForm, FormItem, ItemVersion, KeyChange, Result, Score, Section
from exams.rules.appeal_policy import AppealState
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.key_changes import Change, KeyPolicy, Standing, counting, why_no_other_key
from exams.rules.result_policy import OUT, ResultState
from exams.rules.scoring import stored_points
from exams.signals import pass_in_doubt
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

KEY_CHANGE = "exams.key_change"
REGRADE = "exams.regrade"
AT_ONCE = 200
LATE_CLOSINGS = timedelta(minutes=2)
BY_KEY = "Scored again with a corrected key."
BY_STORED_ANSWERS = "Scored again from the stored answers."
KEPT = "The earlier result stays: a correction does not lower what is out."
SAME = "The score is the same."


@dataclass(frozen=True)
class Effect:
    """What a key change does to one attempt. `before` is the score that counts, `anew` the one it would get.

    `cut_before` and `cut` are the points that each of the two scores asks for.
    """

    attempt: uuid.UUID
    enrolment: uuid.UUID
    before: Standing
    anew: Standing
    counts: Standing
    scaled: int | None
    cut_before: Decimal
    cut: Decimal

    @property
    def changes_points(self) -> bool:
        """Whether the candidate gets other points, whatever they are out of."""
        return self.before.raw != self.anew.raw

    @property
    def changes_maximum(self) -> bool:
        """Whether the points are out of another number."""
        return self.before.maximum != self.anew.maximum

    @property
    def changes_score(self) -> bool:
        """Whether points or maximum differ."""
        return self.before != self.anew

    @property
    def wins(self) -> bool:
        """Whether somebody passes who did not."""
        return self.counts.passed and not self.before.passed

    @property
    def in_doubt(self) -> bool:
        """Whether somebody would no longer pass, whether or not the earlier result stays."""
        return self.before.passed and not self.anew.passed


@dataclass(frozen=True)
class MovedCut:
    """The points that passing needs and out of how many, before a key change and after it."""

    before: Decimal
    of_before: Decimal
    anew: Decimal
    of_anew: Decimal


@dataclass(frozen=True)
class Preview:
    """What a key change would do, before it is done."""

    effects: tuple[Effect, ...]
    certified: tuple[Consequence, ...]

    @property
    def changed(self) -> list[Effect]:
        """Effects on points or maximum."""
        return [effect for effect in self.effects if effect.changes_score]

    @property
    def points_changed(self) -> int:
        """How many get other points."""
        return sum(effect.changes_points for effect in self.effects)

    @property
    def maximum_changed(self) -> int:
        """How many have their points out of another number."""
        return sum(effect.changes_maximum for effect in self.effects)

    @property
    def cuts(self) -> Counter[MovedCut]:
        """Each cut that moves, with the number of attempts that it moves for."""
        return Counter(
            MovedCut(effect.cut_before, effect.before.maximum, effect.cut, effect.anew.maximum)
            for effect in self.effects
            if effect.cut != effect.cut_before
        )

    @property
    def wins(self) -> list[Effect]:
        """Those who would pass."""
        return [effect for effect in self.effects if effect.wins]

    @property
    def in_doubt(self) -> list[Effect]:
        """Those who would no longer pass."""
        return [effect for effect in self.effects if effect.in_doubt]

    @property
    def lowered(self) -> list[Effect]:
        """Those of whom the lower decision would count."""
        return [effect for effect in self.in_doubt if not effect.counts.passed]

    @property
    def counts(self) -> dict[str, int]:
        """The numbers that a proposal keeps."""
        return {
            "attempts": len(self.effects),
            "changed": len(self.changed),
            "points": self.points_changed,
            "maximum": self.maximum_changed,
            "wins": len(self.wins),
            "in_doubt": len(self.in_doubt),
            "lowered": len(self.lowered),
            "certificates": len(self.certified),
        }


def attempts_holding(version: ItemVersion) -> QuerySet[Attempt]:
    """Return the attempts with a score to which the item version counts; void ones have no score that could change."""
    forms = FormItem.objects.filter(version=version, section=Section.SCORED).values("form")
    rows = Attempt.objects.filter(form__in=forms, result__isnull=False).exclude(result__state=ResultState.VOIDED)
    return rows.exclude(result__state=ResultState.AWAITING_MARKING).order_by("submitted_at", "pk")


def preview(*, version: ItemVersion, policy: KeyPolicy, new_key: Any = None) -> Preview:
    """Try a key change out on every attempt that holds the version; nothing is written.

    Raises `ResultError`: `no_other_key`, `key_missing`, `same_key`, `last_item`.
    """
    change = _change(version, policy, new_key)
    effects = tuple(_effects(version, change))
    return Preview(effects, tuple(consequences_for([effect.enrolment for effect in effects if effect.in_doubt])))


def _change(version: ItemVersion, policy: KeyPolicy, new_key: Any) -> Change:
    """Read a key change. Raises `ResultError` when it says nothing, or leaves a form without an item that counts."""
    if policy.needs_key:
        if why := why_no_other_key(ItemKind(version.kind), ScoringRule(version.scoring)):
            raise ResultError("no_other_key", why)
        if not new_key:
            raise ResultError("key_missing", "Say which key is right.")
        if other_key(version, new_key) == other_key(version, version.key) and not version.key_changes.exists():
            raise ResultError("same_key", "This is the key that the item has already.")
        return Change(policy, other_key(version, new_key))
    if policy is KeyPolicy.REMOVE:
        for place in FormItem.objects.filter(version=version, section=Section.SCORED).select_related("form"):
            key = form_key(place.form)
            if not any(other.counts for other in key.places.values() if other.version != version.pk):
                raise ResultError("last_item", "No item would be left that counts. Give everybody the points instead.")
    return Change(policy)


def _effects(version: ItemVersion, change: Change) -> Iterator[Effect]:
    keys: dict[int, FormKey] = {}
    rows = attempts_holding(version).select_related("exam", "result", "form__blueprint")
    pks = list(rows.values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        some = pks[start : start + AT_ONCE]
        answers, standing = answers_of(some), _standings(some)
        for attempt in rows.filter(pk__in=some):
            if attempt.form_id not in keys:
                keys[attempt.form_id] = form_key(attempt.form, proposed={version.pk: change})
            key = keys[attempt.form_id]
            decision = assess(answers.get(attempt.pk, []), key, marks_of(attempt, key)).decision
            anew = Standing(decision.passed, stored_points(decision.raw), Decimal(decision.maximum))
            before, cut_before = standing[attempt.pk]
            scaled = scaled_of(decision, key.scale)
            counts = _counting(attempt.result, before, anew, attempt.exam)
            yield Effect(attempt.pk, attempt.enrolment_id, before, anew, counts, scaled, cut_before, key.cut)


def _standings(attempts: list[uuid.UUID]) -> dict[uuid.UUID, tuple[Standing, Decimal]]:
    """Return the score of each attempt that is out, or else the newest, with the cut it was decided by."""
    rows = Score.objects.filter(attempt__in=attempts).order_by("number").select_related("attempt__result")
    found: dict[uuid.UUID, tuple[Standing, Decimal]] = {}
    for row in rows.only(
        "passed", "raw", "maximum", "cut", "attempt__result__released_score", "attempt__result__state"
    ):
        released = row.attempt.result.released_score_id
        if released in (None, row.pk):
            found[row.attempt_id] = standing_of(row), row.cut
    return found


def standing_of(row: Score) -> Standing:
    """Return a stored score as the rules see it."""
    return Standing(row.passed, row.raw, row.maximum.normalize())


def _counting(result: Result, before: Standing, anew: Standing, exam: Exam) -> Standing:
    """Say which score would count: before anything is out, always the new one."""
    is_out = ResultState(result.state) in OUT
    return counting(before, anew, may_lower=exam.regrade_may_lower or not is_out)


@transaction.atomic
def propose_key_change(
    *, version: ItemVersion, policy: KeyPolicy, new_key: Any = None, reason: str, by: User
) -> Proposal:
    """Ask a second person to confirm a key change; the proposal keeps what the dry run said.

    Raises `PermissionDenied`, `ResultError` as `preview` does, and `ProposalError`.
    """
    demand(by, Permission.KEY_CHANGE)
    tried = preview(version=version, policy=policy, new_key=new_key)
    payload = {
        "version": version.pk,
        "policy": policy.value,
        "new_key": new_key if policy.needs_key else None,
        "after": version.key_changes.count(),
        "counts": tried.counts,
        # There are few possible keys: without it, the digest in the audit chain would tell which one it is.
        "salt": secrets.token_hex(16),
    }
    return propose(kind=KEY_CHANGE, target=str(version.pk), payload=payload, reason=reason, by=by)


@transaction.atomic
def put_in_force(proposal: Proposal, by: User) -> None:
    """Carry out a confirmed key change: from here on it is scored by, and a job scores what is closed again.

    Raises `PermissionDenied`, `ResultError` `changed_meanwhile` when the version got another key change since.
    """
    demand(by, Permission.KEY_CHANGE)
    payload = proposal.payload
    version = ItemVersion.objects.select_for_update().get(pk=payload["version"])
    number = version.key_changes.count()
    if number != payload["after"]:
        raise ResultError("changed_meanwhile", "This key was corrected after the proposal. Propose it again.")
    _lock_forms(version)
    _change(version, KeyPolicy(payload["policy"]), payload["new_key"])
    change = KeyChange.objects.create(
        version=version,
        number=number + 1,
        policy=payload["policy"],
        old_key=version.key,
        new_key=payload["new_key"],
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        confirmed_by=by,
        proposal=proposal,
    )
    record(Verb.KEY_CHANGED, by=by, target=version, data={"change": str(change.pk), "policy": change.policy})
    facts = {"change": str(change.pk)}
    enqueue(REGRADE, key=f"{REGRADE}:{change.pk}", payload=facts)
    # Whoever closed an attempt in the very moment of the confirmation may have scored it by the old key.
    enqueue(REGRADE, key=f"{REGRADE}:{change.pk}:again", payload=facts, delay=LATE_CLOSINGS)


def _lock_forms(version: ItemVersion) -> None:
    """Let one change of a form after the other through: two removals at once must see each other."""
    forms = FormItem.objects.filter(version=version, section=Section.SCORED).values("form")
    list(ExamForm.objects.select_for_update(no_key=True).filter(pk__in=forms).order_by("pk").values_list("pk"))


def regrade(*, change: KeyChange) -> int:
    """Score every closed attempt of a key change again and return how many.

    Each attempt is one transaction, and one that was scored by this change is left alone: safe to run again after a
    crash.
    """
    return sum(_regrade_one(attempt, change) for attempt in list(attempts_holding(change.version)))


@transaction.atomic
def _regrade_one(attempt: Attempt, change: KeyChange) -> bool:
    lock_result(attempt)
    # Asked again under the lock: it may have been voided since the list was made, and a void one is not scored.
    if not attempts_holding(change.version).filter(pk=attempt.pk).exists():
        return False
    newest = attempt.scores.order_by("-number").first()
    if newest is None or str(change.pk) in newest.key_changes:
        return False
    score_again(attempt=attempt, grounds=Grounds(by=change.confirmed_by, proposal=change.proposal))
    return True


def lock_result(attempt: Attempt) -> None:
    """Let one change of a result after the other through, before anything is read that the change depends on."""
    list(Result.objects.select_for_update(no_key=True).filter(pk=attempt.pk).values_list("pk"))


@transaction.atomic
def score_again(*, attempt: Attempt, grounds: Grounds, may_lower: bool = True) -> Result:
    """Score a closed attempt again and settle at once which score counts.

    The new score waits when no score is out yet. Otherwise it counts, unless it would harm the candidate and the exam
    or the caller (`may_lower=False`) forbids that; then it stays on record and the earlier one counts on. The candidate
    gets a mail only when what they read changes.
    """
    lock_result(attempt)
    anew = score(attempt=attempt)
    result = Result.objects.select_related("attempt__enrolment", "attempt__exam").get(pk=attempt.pk)
    if result.state != ResultState.REGRADED or result.released_score is None:
        return result
    earlier = result.released_score
    before, after = standing_of(earlier), standing_of(anew)
    exam, how = result.attempt.exam, BY_KEY if grounds.proposal else BY_STORED_ANSWERS
    anew.refresh_from_db()
    if counting(before, after, may_lower=may_lower and exam.regrade_may_lower) != after:
        counts, reason = earlier, f"{how} {KEPT}"
    elif anew.shows_the_same_as(earlier):
        counts, reason = anew, f"{how} {SAME}"
    else:
        counts, reason = anew, how
    why = Grounds(grounds.by, reason, grounds.proposal)
    if counts.shows_the_same_as(earlier):
        step(result=result, to=ResultState.RELEASED, score=counts, grounds=why)
    else:
        release(result=result, score=counts, grounds=why)
    if before.passed and not after.passed:
        pass_in_doubt.send(sender=Attempt, enrolment=result.attempt.enrolment, reason=doubt_in_words(result.attempt))
    if Appeal.objects.filter(attempt=attempt, state=AppealState.OPEN).exists():
        step(result=result, to=ResultState.APPEALED, grounds=Grounds(reason="An appeal is still open."))
    return result
