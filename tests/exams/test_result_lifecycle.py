"""The life of a result as a state machine: marking, holding, releasing, voiding, appeals and corrected keys (T-1).

A list of numbers is the oracle: what each score has to say is worked out from the answers and the key changes alone.
Always: scores are only added, a result is out only when the exam or two people let it out, no correction harms anybody,
and no step leads back into the exam. `HYPOTHESIS_PROFILE=thorough` tries 500 lives.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from exams.actions import appeals, attempts, releases, voiding
from exams.actions.regrades import REGRADE, propose_key_change
from exams.actions.releases import RELEASE
from exams.actions.saving import Save, save
from exams.errors import AttemptError, ResultError
from exams.models import Appeal, Attempt, Exam, Result, ResultEvent, VoidKind
from exams.rules.appeal_policy import AppealKind
from exams.rules.key_changes import KeyPolicy
from exams.rules.result_policy import may_step
from lms.accounts.roles import Role
from lms.approvals.actions import confirm, decline
from lms.approvals.errors import ProposalError
from lms.audit.actions import first_fault
from tests.exams.staff import give, run_jobs, version_at
from tests.factories.exams import start_attempt
from tests.factories.marking import FULL, NOTHING, make_essay_exam, take
from tests.factories.marking import give as mark

EXAMPLES = {"full": 10, "thorough": 500}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 5)
# The first question is an essay where there is one; the key of the others is b. Two of four points pass.
PLACES, CUT = 4, 2
OUT = ("released", "appealed")
WAITING = ("scored", "held")
answers = st.lists(st.sampled_from(["b", "a", "c", None]), min_size=PLACES, max_size=PLACES)


@dataclass
class Said:
    """What one score has to say."""

    points: Fraction
    of: int
    cut: Fraction

    @property
    def passed(self) -> bool:
        return self.points >= self.cut

    @property
    def rank(self) -> tuple[bool, Fraction]:
        return self.passed, self.points / self.of


@dataclass
class Key:
    """What is right at one place by now."""

    right: set[str] = field(default_factory=lambda: {"b"})
    for_all: bool = False
    removed: bool = False
    changes: int = 0


class ResultLife(RuleBasedStateMachine):
    """One closed attempt; people and exams come from the test."""

    enrolment: Any
    exams: dict[bool, Exam]
    xenia: Any
    yara: Any
    markers: tuple[Any, Any]
    deciders: list[Any]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.said: list[Said] = []
        self.counts: int | None = None
        self.void: Any = None
        self.release: Any = None
        self.is_stale = False
        self.open: dict[int | None, Any] = {}
        self.decided = 0

    @initialize(given=answers, at_once=st.booleans(), has_essay=st.booleans())
    def sit(self, given: list[str | None], at_once: bool, has_essay: bool) -> None:
        exam = self.exams[has_essay]
        Exam.objects.filter(pk=exam.pk).update(release="at_once" if at_once else "by_people")
        exam.refresh_from_db()
        self.at_once, self.given = at_once, given
        self.keys = [Key() for _ in range(PLACES)]
        self.essay: Fraction | None = Fraction(0) if has_essay else None
        self.attempt = start_attempt(self.enrolment, exam)
        self.person = self.enrolment.person
        wanted: list[Any] = list(given)
        if has_essay:
            wanted[0] = None
        give(self.attempt, wanted)
        if has_essay and given[0]:
            arguments = {"attempt_id": self.attempt.pk, "token": self.attempt.token, "by": self.person}
            save(answer=Save(1, 1, "I stop the train."), received_at=timezone.now(), **arguments)
        self.hand_in()
        self.state = "awaiting_marking" if has_essay and given[0] else "scored"
        if self.state == "scored":
            self.take_score(first=True)

    def hand_in(self) -> Attempt:
        arguments = {"attempt_id": self.attempt.pk, "token": self.attempt.token, "by": self.person}
        return attempts.submit(received_at=timezone.now(), **arguments)

    def teardown(self) -> None:
        try:
            if self.said or self.void:
                self.the_record_tells_the_same()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # What has to come out

    def expected(self) -> Said:
        """Add up the answers by what is right now (exams.md 3.9)."""
        points, removed = Fraction(0), 0
        for place, (key, answer) in enumerate(zip(self.keys, self.given, strict=True)):
            is_essay = self.essay is not None and place == 0
            if key.removed:
                removed += 1
            elif key.for_all:
                points += 1
            elif is_essay:
                points += self.essay or 0
            else:
                points += answer in key.right
        lowered = Fraction(floor(Fraction(CUT * 100 * (PLACES - removed), PLACES)), 100)
        return Said(points, PLACES - removed, lowered)

    def take_score(self, *, first: bool = False, may_lower: bool = False) -> None:
        """Follow a new score: the first one goes out or waits; of one that is out, the better counts."""
        self.said.append(self.expected())
        self.is_stale = True
        if first:
            self.state = "scored"
            if self.void is not None:
                self.state = "held"
            elif self.at_once:
                self.let_out()
        elif self.state in OUT:
            before, anew = self.said[self.counts or 0], self.said[-1]
            if may_lower or anew.rank >= before.rank:
                self.counts = len(self.said) - 1
            self.state = "appealed" if self.open else "released"

    def let_out(self) -> None:
        self.state, self.counts = "released", len(self.said) - 1

    # What people do

    @precondition(lambda self: self.state == "awaiting_marking")
    @rule(full=st.booleans())
    def mark(self, full: bool) -> None:
        """Let two people mark the essay; both are new, so that both are asked for."""
        self.essay = Fraction(int(full))
        for marker in self.markers:
            mark(take(marker), marker, **(FULL if full else NOTHING))
        self.take_score(first=True)

    @rule()
    def hold(self) -> None:
        if self.state == "scored":
            releases.hold(result=self.result, reason="Looked into.", by=self.xenia)
            self.state, self.is_stale = "held", True
        else:
            assert self.refused(releases.hold, result=self.result, reason="Why.", by=self.xenia) == "no_such_step"

    @rule()
    def propose_release(self) -> None:
        arguments = {"attempts": [self.attempt.pk], "reason": "Checked.", "by": self.xenia}
        if self.state not in WAITING:
            assert self.refused(releases.propose_release, **arguments) == "nothing_chosen"
        elif self.void is not None:
            assert self.refused(releases.propose_release, **arguments) == "void_waits"
        elif self.release is None:
            self.release, self.is_stale = releases.propose_release(**arguments), False

    @precondition(lambda self: self.release is not None)
    @rule()
    def decline_release(self) -> None:
        decline(proposal_id=self.release.pk, by=self.yara, note="Not yet.")
        self.release = None

    @precondition(lambda self: self.release is not None)
    @rule()
    def confirm_release(self) -> None:
        """Let the second person confirm; what changed since the proposal stays as it is, and what may become void."""
        with pytest.raises(ProposalError, match="yourself"):
            confirm(proposal_id=self.release.pk, by=self.xenia)
        if self.void is not None:
            assert self.refused(confirm, proposal_id=self.release.pk, by=self.yara) == "void_waits"
            return
        confirm(proposal_id=self.release.pk, by=self.yara)
        run_jobs(RELEASE)
        if self.state in WAITING and not self.is_stale:
            self.let_out()
        self.release = None

    @rule(kind=st.sampled_from(VoidKind))
    def propose_void(self, kind: VoidKind) -> None:
        arguments = {"attempt_id": self.attempt.pk, "kind": kind, "reason": "As seen.", "by": self.xenia}
        if self.state not in ("awaiting_marking", "held"):
            assert self.refused(voiding.propose_void, **arguments) == "not_voidable"
        elif self.void is None:
            self.void = voiding.propose_void(**arguments)

    @precondition(lambda self: self.void is not None)
    @rule()
    def decline_void(self) -> None:
        decline(proposal_id=self.void.pk, by=self.yara, note="It was nothing.")
        self.void = None

    @precondition(lambda self: self.void is not None)
    @rule()
    def confirm_void(self) -> None:
        """Void what nobody was told; what went out meanwhile stays, and so does the proposal."""
        if self.state in ("awaiting_marking", "held"):
            confirm(proposal_id=self.void.pk, by=self.yara)
            self.state, self.void, self.counts = "voided", None, None
        else:
            assert self.refused(confirm, proposal_id=self.void.pk, by=self.yara) == "not_voidable"

    @rule(place=st.sampled_from([None, 1, 2]))
    def appeal(self, place: int | None) -> None:
        kind = AppealKind.RESULT if place is None else AppealKind.ITEM
        arguments = {"attempt": self.attempt, "kind": kind, "position": place, "text": "Look again.", "by": self.person}
        if self.state not in OUT:
            assert self.refused(appeals.open_appeal, **arguments) == "not_out"
        elif place in self.open:
            assert self.refused(appeals.open_appeal, **arguments) == "already_open"
        else:
            late = timezone.now() + timedelta(days=31)
            assert self.refused(appeals.open_appeal, now=late, **arguments) == "too_late"
            self.open[place] = appeals.open_appeal(**arguments)
            self.state = "appealed"

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(list(self.open)))
        appeals.withdraw(appeal=self.open.pop(place), by=self.person)
        self.state = "appealed" if self.open else "released"

    @precondition(lambda self: self.open and self.decided < len(self.deciders))
    @rule(data=st.data(), uphold=st.booleans())
    def decide(self, data: st.DataObject, uphold: bool) -> None:
        """Let somebody who had no part in anything decide; whoever released the result may not."""
        place = data.draw(st.sampled_from(list(self.open)))
        appeal = self.open[place]
        if self.has_been_released_by_people:
            assert self.refused(appeals.decide, appeal=appeal, uphold=uphold, reasons="R.", by=self.yara) == "involved"
        appeals.decide(appeal=appeal, uphold=uphold, reasons="Read again.", by=self.deciders[self.decided])
        self.decided += 1
        del self.open[place]
        if uphold and place is None:
            self.take_score()
        else:
            self.state = "appealed" if self.open else "released"

    @property
    def has_been_released_by_people(self) -> bool:
        return ResultEvent.objects.filter(result=self.attempt.pk, to_state="released", by=self.yara).exists()

    @precondition(lambda self: "b" in self.given[1:] and self.counts is not None)
    @rule()
    def harm_what_is_out(self) -> None:
        """Let a right answer of a result that is out be called wrong."""
        self.change_key(self.given.index("b", 1) + 1, KeyPolicy.REKEY, "a")

    @rule(place=st.integers(2, PLACES), policy=st.sampled_from(KeyPolicy), option=st.sampled_from(["a", "b", "c"]))
    def correct_key(self, place: int, policy: KeyPolicy, option: str) -> None:
        self.change_key(place, policy, option)

    def change_key(self, place: int, policy: KeyPolicy, option: str) -> None:
        """Correct the key of a question; two people and a job, which runs twice."""
        key, version = self.keys[place - 1], version_at(self.attempt.exam, place)
        new = [option] if policy.needs_key else None
        arguments = {"version": version, "policy": policy, "new_key": new, "reason": "Wrong.", "by": self.xenia}
        others = [other for other in self.keys if other is not key]
        if policy.needs_key and option == "b" and not key.changes:
            assert self.refused(propose_key_change, **arguments) == "same_key"
            return
        if policy is KeyPolicy.REMOVE and all(other.removed for other in others):
            assert self.refused(propose_key_change, **arguments) == "last_item"
            return
        confirm(proposal_id=propose_key_change(**arguments).pk, by=self.yara)
        key.changes += 1
        if policy is KeyPolicy.FULL_CREDIT:
            key.for_all, key.removed = True, False
        elif policy is KeyPolicy.REMOVE:
            key.for_all, key.removed = False, True
        else:
            key.right = {option} | (key.right if policy is KeyPolicy.ACCEPT_BOTH else set())
            key.for_all = key.removed = False
        assert run_jobs(REGRADE) == 2
        if self.state not in ("awaiting_marking", "voided"):
            self.take_score()

    @rule()
    def try_the_exam_again(self) -> None:
        """Nothing leads back into the exam: no save, no second end, no clock."""
        arguments = {"attempt_id": self.attempt.pk, "token": self.attempt.token, "by": self.person}
        assert save(answer=Save(2, 9, ["b"]), received_at=timezone.now(), **arguments).reply == "closed"
        assert self.hand_in().state == "submitted"
        assert attempts.close_overdue(now=timezone.now() + timedelta(days=1)) == 0

    # What always holds

    @property
    def result(self) -> Result:
        return Result.objects.get(pk=self.attempt.pk)

    def refused(self, act: Any, **arguments: Any) -> str:
        with pytest.raises((ResultError, AttemptError)) as caught, transaction.atomic():
            act(**arguments)
        return caught.value.code

    @invariant()
    def rows_are_as_the_oracle_says(self) -> None:
        result = self.result
        assert result.state == self.state
        scores = [(Fraction(s.raw), int(s.maximum), Fraction(s.cut), s.passed) for s in self.scores()]
        assert scores == [(said.points, said.of, said.cut, said.passed) for said in self.said]
        released = result.released_score
        assert (released.number - 1 if released else None) == self.counts
        assert result.passed == (None if self.counts is None else self.said[self.counts].passed)
        assert Appeal.objects.filter(attempt=self.attempt, state="open").count() == len(self.open)

    def scores(self) -> list[Any]:
        return list(self.attempt.scores.order_by("number"))

    def the_record_tells_the_same(self) -> None:
        """Read the steps once, at the end of a life: rows of them are only added, so no fault can hide."""
        assert first_fault() is None
        steps = list(ResultEvent.objects.filter(result=self.attempt.pk).order_by("pk"))
        assert [step.from_state for step in steps] == ["", *(step.to_state for step in steps[:-1])]
        assert steps[-1].to_state == self.state
        assert all(may_step(step.from_state or None, step.to_state) for step in steps)  # type: ignore[arg-type]
        for step in steps:
            if step.to_state == "released" and step.from_state in WAITING and not self.at_once:
                assert {step.proposal.proposed_by, step.proposal.decided_by} == {self.xenia, self.yara}
        passes = [
            self.said[step.score.number - 1].passed for step in steps if step.to_state == "released" and step.score
        ]
        assert passes == sorted(passes)  # a correction takes no pass away


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_the_life_of_a_result(ready, exam_admin, make_person, instructor, other_instructor):
    cut = {"raw": CUT, "method": "m", "note": "n"}
    make = {"programme": ready.programme, "cut_score": cut}
    ResultLife.exams = {
        has_essay: make_essay_exam(int(has_essay), PLACES, code=f"exam-{int(has_essay)}", **make)
        for has_essay in (True, False)
    }
    ResultLife.enrolment, ResultLife.xenia = ready, exam_admin
    ResultLife.yara = make_person("Yara Admin", Role.EXAM_ADMIN)
    ResultLife.markers = (instructor, other_instructor)
    ResultLife.deciders = [make_person(f"Decider {name}", Role.EXAM_ADMIN) for name in ("One", "Two", "Three")]
    run_state_machine_as_test(
        ResultLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
