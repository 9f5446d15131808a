"""The life of an attempt as a state machine: any order of saves, devices, pauses, time given, clock, sweep and submit.

What becomes of its result is played by `test_result_lifecycle` (T-1).

A plain dictionary is the oracle. Always: every answer that was acknowledged is stored, logged and scored, every one
that was not is kept as a stray or stays with the browser, and there is at most one end. `HYPOTHESIS_PROFILE=thorough`
tries twenty times as many lives.
"""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from exams.actions import accommodations, attempts, invigilation, voiding
from exams.actions.access import block, unblock
from exams.actions.saving import Save, save
from exams.actions.scoring import score
from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, ResponseLog, Result, StraySave, VoidKind
from exams.rules.answer_chain import GENESIS_HASH, AnswerFacts, answer_hash
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.errors import ProposalError
from lms.audit.actions import first_fault
from lms.audit.models import Event
from tests.factories.exams import start_attempt

positions = st.integers(1, 4)
sequences = st.integers(1, 5)
values = st.sampled_from([["b"], ["a"], None])
minutes = st.sampled_from([1, 10, 240])
OPEN = ("started", "paused")
EXAMPLES = {"full": 25, "thorough": 500}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 8)


class AttemptLife(RuleBasedStateMachine):
    """One attempt; the enrolment, the exam and two who run exams come from the test."""

    enrolment: Any
    exam: Any
    xenia: Any
    yara: Any

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.attempt = start_attempt(self.enrolment, self.exam)
        self.person = self.enrolment.person
        self.now = self.attempt.started_at
        self.deadline: datetime = self.attempt.deadline
        self.left: timedelta | None = None
        # What the deadline is made of (exams.md 2.1): base × multiplier + extra + pauses + minutes that were given.
        self.multiplier, self.extra = Decimal(1), Decimal(0)
        self.paused_at: datetime | None = None
        self.pauses = self.given = timedelta()
        self.is_blocked = False
        self.flags: set[int] = set()
        self.tokens = [self.attempt.token]
        self.stored: dict[int, tuple[int, Any]] = {}
        self.accepted: list[tuple[int, int, datetime]] = []
        self.strays: set[tuple[int, int, str]] = set()
        self.acts: list[str] = []
        self.scorings = 0
        self.state = "started"

    def teardown(self) -> None:
        try:
            self.judge()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def judge(self) -> None:
        """Read the records once, at the end of a life: rows of them are only added, so no fault can hide."""
        assert first_fault() is None
        self.the_log_is_one_chain()
        self.every_act_stands_in_the_record()
        if self.state not in OPEN:
            self.there_is_one_end_and_its_score_is_that_of_the_answers()

    @property
    def late(self) -> bool:
        return self.state == "started" and self.now > self.deadline + timedelta(seconds=20)

    def expected(self, token: str, position: int, seq: int, value: Any) -> str:
        held, answer = self.stored.get(position, (0, None))
        is_current = token == self.tokens[-1]
        if self.state != "started" or self.late or not is_current:
            if held and (held, answer) == (seq, value):
                return "ok-duplicate"
            if self.state not in OPEN or self.late:
                return "closed"
            return "paused" if is_current else "superseded"
        if seq > held:
            return "ok"
        if seq < held:
            return "ignored-stale"
        return "ok-duplicate" if answer == value else "conflict"

    @rule(position=positions, seq=sequences, value=values, data=st.data())
    def save(self, position: int, seq: int, value: Any, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        expected = self.expected(token, position, seq, value)
        answer = Save(position, seq, value)
        arguments = {"attempt_id": self.attempt.pk, "token": token, "answer": answer, "by": self.person}
        result = save(received_at=self.now, **arguments)
        assert result.reply == expected
        if expected == "ok":
            self.stored[position] = (seq, value)
            self.accepted.append((position, seq, self.now))
        elif expected in ("superseded", "closed"):
            self.strays.add((position, seq, str(value)))

    @rule()
    def claim(self) -> None:
        arguments = {"attempt_id": self.attempt.pk, "seen_claims": len(self.tokens) - 1, "by": self.person}
        if self.state == "started":
            self.tokens.append(attempts.claim(**arguments).token)
        else:
            assert self.refused(attempts.claim, **arguments) == ("paused" if self.state == "paused" else "closed")

    @rule(seconds=st.sampled_from([1, 900, 3590, 15, 25, 60]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def pause(self) -> None:
        arguments = {"attempt_id": self.attempt.pk, "reason": "Fire alarm.", "by": self.xenia, "now": self.now}
        if self.state == "started" and self.now < self.deadline:
            invigilation.pause(**arguments)
            self.state, self.left, self.paused_at = "paused", self.deadline - self.now, self.now
            self.acts.append("paused")
            return
        reason = {"paused": "already_paused", "started": "time_over"}.get(self.state, "closed")
        assert self.refused(invigilation.pause, **arguments) == reason

    @rule()
    def resume(self) -> None:
        arguments = {"attempt_id": self.attempt.pk, "by": self.xenia, "now": self.now}
        if self.left is not None and self.paused_at is not None:
            invigilation.resume(**arguments)
            self.pauses += self.now - self.paused_at
            self.state, self.deadline, self.left = "started", self.now + self.left, None
            self.acts.append("resumed")
            return
        reason = "not_paused" if self.state == "started" else "closed"
        assert self.refused(invigilation.resume, **arguments) == reason

    @rule(minutes=minutes, is_incident=st.booleans())
    def give_time(self, minutes: int, is_incident: bool) -> None:
        arguments = {"attempt_id": self.attempt.pk, "minutes": minutes, "by": self.xenia, "now": self.now}
        act, text = (invigilation.incident, "text") if is_incident else (invigilation.extend, "reason")
        if self.state not in OPEN:
            assert self.refused(act, **arguments, **{text: "Network."}) == "closed"
            return
        if self.state == "started" and self.now >= self.deadline:
            assert self.refused(act, **arguments, **{text: "Network."}) == "time_over"
            return
        act(**arguments, **{text: "Network."})
        self.acts.append("incident" if is_incident else "extended")
        self.given += timedelta(minutes=minutes)
        if self.left is not None:
            self.left += timedelta(minutes=minutes)
        else:
            self.deadline += timedelta(minutes=minutes)

    @rule(multiplier=st.sampled_from(["1", "1.25", "1.5"]), extra=st.sampled_from(["0", "7.5", "30"]))
    def accommodate(self, multiplier: str, extra: str) -> None:
        """Let the accommodation of a person reach an attempt that runs."""
        numbers = {"multiplier": Decimal(multiplier), "extra_minutes": Decimal(extra)}
        arguments = {"attempt_id": self.attempt.pk, "reason": "Granted.", "by": self.xenia, "now": self.now} | numbers
        is_more = 60 * numbers["multiplier"] + numbers["extra_minutes"] > 60 * self.multiplier + self.extra
        if self.state != "started":
            reason = "paused" if self.state == "paused" else "closed"
            assert self.refused(accommodations.extend, **arguments) == reason
        elif not is_more:
            assert self.refused(accommodations.extend, **arguments) == "less_time"
        elif self.now >= self.deadline:
            assert self.refused(accommodations.extend, **arguments) == "time_over"
        else:
            accommodations.extend(**arguments)
            self.multiplier, self.extra = numbers["multiplier"], numbers["extra_minutes"]
            self.acts.append("extended")
            minutes = float(60 * self.multiplier + self.extra)
            self.deadline = self.attempt.started_at + timedelta(minutes=minutes) + self.pauses + self.given

    @rule()
    def block(self) -> None:
        """Let the browser show a wrong key: input stops on the page, and what arrives is stored all the same."""
        stops = self.state in OPEN and not self.is_blocked
        assert block(attempt_id=self.attempt.pk, by=self.person, now=self.now) == stops
        if stops:
            self.is_blocked = True
            self.acts.append("key_mismatch")

    @rule()
    def unblock(self) -> None:
        arguments = {"attempt_id": self.attempt.pk, "reason": "Looked at it.", "by": self.xenia}
        if self.state in OPEN and self.is_blocked:
            unblock(**arguments)
            self.is_blocked = False
            self.acts.append("unlocked")
        else:
            assert self.refused(unblock, **arguments) == "not_blocked"

    @rule()
    def note(self) -> None:
        invigilation.note(attempt_id=self.attempt.pk, text="Came back late.", by=self.xenia, now=self.now)
        self.acts.append("note")

    @rule(position=positions, flagged=st.booleans(), data=st.data())
    def flag(self, position: int, flagged: bool, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        arguments = {"attempt_id": self.attempt.pk, "position": position, "flagged": flagged, "by": self.person}
        counts = self.state in OPEN and token == self.tokens[-1]
        assert attempts.flag(token=token, **arguments) == counts
        if counts:
            self.flags = self.flags | {position} if flagged else self.flags - {position}

    @rule(kind=st.sampled_from(VoidKind))
    def void(self, kind: VoidKind) -> None:
        arguments = {"attempt_id": self.attempt.pk, "kind": kind, "reason": "As seen.", "by": self.xenia}
        if self.state not in OPEN:
            assert self.refused(voiding.propose_void, **arguments) == "not_voidable"
            return
        proposal = voiding.propose_void(**arguments)
        with pytest.raises(ProposalError, match="yourself"):
            confirm(proposal_id=proposal.pk, by=self.xenia)
        confirm(proposal_id=proposal.pk, by=self.yara)
        self.state, self.left = "voided", None
        self.acts.append("voided")

    @rule()
    def sweep(self) -> None:
        due = self.state == "started" and self.now > self.deadline + timedelta(seconds=30)
        assert attempts.close_overdue(now=self.now) == int(due)
        if due:
            self.close("expired")

    @rule(data=st.data())
    def submit(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        arguments = {"attempt_id": self.attempt.pk, "token": token, "by": self.person, "received_at": self.now}
        if self.state == "paused":
            assert self.refused(attempts.submit, **arguments) == "paused"
            return
        if self.state == "started" and token != self.tokens[-1]:
            assert self.refused(attempts.submit, **arguments) == "superseded"
            return
        closed = attempts.submit(**arguments)
        if self.state == "started":
            self.close("submitted" if self.now <= self.deadline else "expired")
        assert closed.state == self.state

    @rule()
    def rescore(self) -> None:
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        if self.state in ("submitted", "expired"):
            score(attempt=attempt)
            self.scorings += 1
        elif self.state in OPEN:
            assert self.refused(score, attempt=attempt) == "still_open"

    def close(self, state: str) -> None:
        self.state = state
        self.scorings += 1

    def refused(self, act: Any, **arguments: Any) -> str:
        with pytest.raises(AttemptError) as caught:
            act(**arguments)
        return caught.value.code

    @invariant()
    def rows_are_as_the_oracle_says(self) -> None:
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        assert (attempt.state, attempt.remaining, attempt.token) == (self.state, self.left, self.tokens[-1])
        assert (attempt.time_multiplier, attempt.extra_minutes) == (self.multiplier, self.extra)
        if self.left is None:
            minutes = float(60 * self.multiplier + self.extra)
            made_of = attempt.started_at + timedelta(minutes=minutes) + self.pauses + self.given
            assert attempt.deadline == self.deadline
            assert self.state == "voided" or made_of == self.deadline
        if self.state in OPEN:
            assert (attempt.blocked_at is not None) == self.is_blocked
        assert set(attempt.responses.filter(flagged=True).values_list("position", flat=True)) == self.flags
        rows = attempt.responses.filter(seq__gt=0)
        assert {r.position: (r.seq, r.value) for r in rows} == self.stored
        log = ResponseLog.objects.order_by("rev").values_list("position", "seq", "received_at")
        assert list(log) == self.accepted
        assert {(s.position, s.seq, str(s.value)) for s in StraySave.objects.all()} == self.strays

    def every_act_stands_in_the_record(self) -> None:
        assert sorted(AttemptEvent.objects.values_list("kind", flat=True)) == sorted(self.acts)
        words = ("paused", "resumed", "extended", "voided", "blocked", "unblocked", "noted")
        verbs = ["exam.incident_recorded", *(f"attempt.{word}" for word in words)]
        assert Event.objects.filter(verb__in=verbs).count() == len(self.acts)

    def the_log_is_one_chain(self) -> None:
        previous = GENESIS_HASH
        for e in ResponseLog.objects.order_by("rev"):
            facts = AnswerFacts(self.attempt.pk.hex, e.position, e.seq, e.rev, e.body_hash, e.received_at, previous)
            assert (e.previous_hash, e.hash) == (previous, answer_hash(facts))
            previous = e.hash

    def there_is_one_end_and_its_score_is_that_of_the_answers(self) -> None:
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        right = sum(value == ["b"] for position, (_, value) in self.stored.items())
        assert [result.raw for result in attempt.scores.all()] == [right] * self.scorings
        assert attempt.submitted_at is not None
        if self.state == "voided":
            assert Result.objects.get(attempt=attempt).state == "voided"
        else:
            assert attempt.submitted_at <= attempt.deadline


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_the_life_of_an_attempt(ready, exam, exam_admin, make_person):
    AttemptLife.enrolment, AttemptLife.exam = ready, exam
    AttemptLife.xenia, AttemptLife.yara = exam_admin, make_person("Yara Admin", Role.EXAM_ADMIN)
    run_state_machine_as_test(
        AttemptLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
